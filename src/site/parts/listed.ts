import { type Html, html, NOTHING } from '../html.ts';
import { sanitised } from '../pages/tool-api.ts';
import type { ListedTool, Tally } from '../tally.ts';
import { urls } from '../urls.ts';
import { count } from '../words.ts';
import { toolLine } from './badges.ts';

/** A tool in a list over several servers, with its server below its name. */
export function listedTool({ server, serverName, row }: ListedTool, root: string): Html {
  return toolLine(server, row, root, html`<a href="${root}${urls.server(server)}"><bdi>${serverName}</bdi></a>`);
}

/** A list of the worst tools of a group, and how many more there are. */
export function tallyList(tally: Tally | undefined, root: string, none: string): Html {
  if (tally === undefined || tally.total === 0) return html`<p class="text">${none}</p>\n`;
  const worst = tally.worst();
  const more = tally.total - worst.length;
  return html`<ul class="rows">
${worst.map((tool) => listedTool(tool, root))}</ul>
${more > 0 ? html`<p class="small soft">The worst ${worst.length} of ${count(tally.total, 'tool')}. <a href="${root}${urls.search()}">The search</a> finds all of them.</p>\n` : NOTHING}`;
}

/** The same list for programs. */
export function tallyApi(tally: Tally | undefined): unknown {
  if (tally === undefined) return { total: 0, bySeverity: {}, worst: [] };
  return {
    total: tally.total,
    bySeverity: Object.fromEntries(tally.bySeverity),
    worst: tally.worst().map(({ server, serverName, row }) => ({
      server: sanitised(serverName),
      tool: sanitised(row.name),
      category: row.category,
      severity: row.severity,
      api: urls.api(urls.tool(server, row.slug)),
    })),
  };
}

import { SEVERITIES } from '../../model/verdict.ts';
import { type Html, html } from '../html.ts';
import { severityBadge } from '../parts/badges.ts';
import { type ListedServer, serversWithTools, type Totals } from '../totals.ts';
import { rootOf, urls } from '../urls.ts';
import { count, list, number } from '../words.ts';
import type { LazyPage, Page } from './context.ts';
import { crumbsTo, type SiteContext } from './site-context.ts';
import { sanitised } from './tool-api.ts';

/** Servers on one page. */
const PER_PAGE = 200;

/** All servers, in the order of their ids. */
export function* serverListPages({ totals, baseUrl }: SiteContext): Generator<LazyPage> {
  const pages = Math.max(1, Math.ceil(totals.servers.length / PER_PAGE));
  for (let page = 1; page <= pages; page++) {
    const shown = totals.servers.slice((page - 1) * PER_PAGE, page * PER_PAGE);
    const lines = shown.map(({ id, name, bySeverity }) => [id, name, bySeverity]);
    const key = [totals.servers.length, totals.tools, lines];
    yield { path: urls.servers(page), key, make: () => serverListPage(page, pages, shown, totals, baseUrl) };
  }
}

function serverListPage(
  page: number,
  pages: number,
  shown: readonly ListedServer[],
  totals: Totals,
  baseUrl: string | undefined,
): Page {
  const path = urls.servers(page);
  const root = rootOf(path);
  const title = page === 1 ? 'Servers' : `Servers, page ${page}`;
  return {
    parts: {
      path,
      title: `${title}: ${count(totals.servers.length, 'MCP server')}`,
      description: `${count(totals.servers.length, 'MCP server')} with what their tools can do.`,
      body: html`<h1>${title}</h1>
<p class="lead">${extent(totals)}</p>
<ul class="rows">
${shown.map((server) => serverLine(server, root))}</ul>
${pages > 1 && pager(page, pages, root)}`,
      crumbs: crumbsTo(['Servers', path]),
      section: 'servers',
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'servers',
      ...(baseUrl === undefined ? {} : { page: baseUrl + path }),
      number: page,
      of: pages,
      servers: shown.map(({ id, slug, name, bySeverity }) => ({
        id: sanitised(id),
        name: sanitised(name),
        ...known(bySeverity),
        api: urls.api(urls.server(slug)),
      })),
    },
  };
}

/** How many servers there are, and of how many tools are known. */
function extent(totals: Totals): string {
  const withTools = serversWithTools(totals);
  const without = totals.servers.length - withTools;
  const rest = without === 0 ? '' : `; of ${count(without, 'more server', 'more servers')} no tool is known`;
  return `${count(withTools, 'server')} with ${count(totals.tools, 'tool')}, by id${rest}.`;
}

/** Counts of tools for the twin; null where none is known, which does not say that there are none. */
function known(bySeverity: readonly number[]) {
  const tools = bySeverity.reduce((sum, n) => sum + n, 0);
  if (tools === 0) return { tools: null, bySeverity: null };
  return { tools, bySeverity: Object.fromEntries(SEVERITIES.map((severity, i) => [severity, bySeverity[i]])) };
}

function serverLine({ id, slug, name, bySeverity }: ListedServer, root: string): Html {
  const tools = bySeverity.reduce((sum, n) => sum + n, 0);
  const worst = [...SEVERITIES].reverse().find((_, i) => (bySeverity[SEVERITIES.length - 1 - i] ?? 0) > 0);
  const parts = [...SEVERITIES].reverse().flatMap((severity) => {
    const n = bySeverity[SEVERITIES.indexOf(severity)] ?? 0;
    return n === 0 ? [] : [`${number(n)} ${severity}`];
  });
  return html`<li><a href="${root}${urls.server(slug)}"><bdi>${name}</bdi></a><span class="soft">${tools === 0 ? 'tools' : count(tools, 'tool')}</span>${
    worst === undefined ? html`<span class="soft">unknown</span>` : severityBadge(worst)
  }<span class="sub small"><code><bdi>${id}</bdi></code>${parts.length > 0 && html` · ${list(parts)}`}</span></li>
`;
}

function pager(page: number, pages: number, root: string): Html {
  const links = Array.from({ length: pages }, (_, i) => i + 1).map((n) =>
    n === page
      ? html`<li><a class="tag" href="${root}${urls.servers(n)}" aria-current="page"><strong>${n}</strong></a></li>`
      : html`<li><a class="tag" href="${root}${urls.servers(n)}">${n}</a></li>`,
  );
  return html`<nav aria-label="Pages"><ul class="tags">${links}</ul></nav>\n`;
}

import type { ChangeRecord } from '../../model/rows.ts';
import { html } from '../html.ts';
import { rootOf, serverSlug, slug, urls } from '../urls.ts';
import { count, date } from '../words.ts';
import type { Page } from './context.ts';
import { crumbsTo, type SiteContext } from './site-context.ts';
import { shownName } from './tool-answers.ts';
import { sanitised } from './tool-api.ts';
import { causeText, changeText } from './tool-origin.ts';

/** Changes on the page and in the feed. */
const SHOWN = 200;

/** The newest changes of the catalogue. */
export function newestChanges({ input }: SiteContext): readonly ChangeRecord[] {
  const newest: ChangeRecord[] = [];
  for (const change of input.changes()) {
    newest.push(change);
    if (newest.length === SHOWN) break;
  }
  return newest;
}

/** Where a change is shown: the tool's page, which is a tombstone where the tool is gone. */
export function changePath(change: ChangeRecord): string {
  const server = serverSlug(change.serverId);
  return change.tool === undefined ? urls.server(server) : urls.tool(server, slug(change.tool));
}

export function changesPage(context: SiteContext): Page {
  const path = urls.changes();
  const root = rootOf(path);
  const changes = newestChanges(context);
  const items = changes.map(
    (change) =>
      html`<li><time datetime="${date(change.at)}">${date(change.at)}</time>: <a class="name" href="${root}${changePath(change)}"><bdi>${shownName(change.tool ?? change.serverId)}</bdi></a> ${changeText(change)} <span class="soft">(${causeText(change)})${change.tool !== undefined && html` · <bdi>${shownName(change.serverId)}</bdi>`}</span></li>\n`,
  );
  return {
    parts: {
      path,
      title: 'Changes: what is new, different or gone',
      description: 'Changes of MCP tools and of the verdicts on them, newest first, with an Atom feed.',
      body: html`<h1>Changes</h1>
<p class="lead">What is new, different or gone, newest first. A definition that changes without a new version is marked. <a href="${root}${urls.feed()}">Atom feed</a></p>
${items.length === 0 ? html`<p>Nothing has changed since the first crawl.</p>` : html`<ul class="why">\n${items}</ul>\n${items.length === SHOWN && html`<p class="small soft">The newest ${count(SHOWN, 'change')}.</p>`}`}`,
      crumbs: crumbsTo(['Changes', path]),
      section: 'changes',
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'changes',
      changes: changes.map(({ at, serverId, tool, what, cause, fields, from, to, withoutVersionChange }) => ({
        date: date(at),
        server: sanitised(serverId),
        tool: tool === undefined ? undefined : sanitised(tool),
        what,
        cause,
        fields,
        from,
        to,
        withoutVersionChange,
      })),
    },
  };
}

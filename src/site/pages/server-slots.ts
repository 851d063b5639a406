import { type Html, html } from '../html.ts';
import { rootOf, urls } from '../urls.ts';
import type { ServerPages, ServerView, ToolRow } from '../view.ts';
import { count, date, number } from '../words.ts';
import { shownName } from './tool-answers.ts';
import { causeText, changeText } from './tool-origin.ts';

/** Changes of a server that its page shows. */
const SHOWN_CHANGES = 40;

/** What stands on a server's page before and behind what changes most: its tokens, and its changes. */
export const SLOTS = {
  tokens: { after: '<dt>Token cost</dt><dd>', before: '</dd>\n</dl>' },
  changes: { after: '<h2 id="changes">', before: '<h2 id="questions">' },
  /** In its twin. */
  twinTokens: { after: ',"tokens":', before: ',"tools":[' },
} as const;

/** What stands in the slots of a server's page, as bytes, and in that of its twin. */
export function serverSlots(pages: ServerPages): Readonly<Record<keyof typeof SLOTS, string>> {
  const { server, rows } = pages;
  const root = rootOf(urls.server(server.slug));
  const tokens = tokensOf(rows);
  return {
    tokens: tokenFact(server, rows, tokens, root).bytes,
    changes: changeSection(pages, root).bytes.slice(SLOTS.changes.after.length),
    twinTokens: String(rows.length > 0 ? tokens : null),
  };
}

/** Tokens of all definitions. */
export function tokensOf(rows: readonly ToolRow[]): number {
  return rows.reduce((sum, row) => sum + row.tokens, 0);
}

export function tokenFact(server: ServerView, rows: readonly ToolRow[], tokens: number, root: string): Html {
  if (rows.length === 0) return html`not known`;
  const heaviest = rows.reduce<ToolRow | undefined>(
    (top, row) => (top === undefined || row.tokens > top.tokens ? row : top),
    undefined,
  );
  return html`<a href="${root}${urls.tokens()}">${number(tokens)}</a> for all tools${heaviest !== undefined && html`; heaviest: <a class="name" href="${root}${urls.tool(server.slug, heaviest.slug)}"><bdi>${shownName(heaviest.name)}</bdi></a>, ${number(heaviest.tokens)}`}`;
}

export function changeSection({ server, rows, changes }: ServerPages, root: string): Html {
  if (changes.length === 0)
    return html`<h2 id="changes">Changes</h2>\n<p class="text">None since ${date(server.firstSeen)}.</p>\n`;
  const current = new Map(rows.map((row) => [row.name, row.slug]));
  const items = changes.slice(0, SHOWN_CHANGES).map((change) => {
    const slug = change.tool === undefined ? undefined : current.get(change.tool);
    const what =
      change.tool === undefined
        ? html`the server`
        : slug === undefined
          ? html`<span class="name"><bdi>${shownName(change.tool)}</bdi></span>`
          : html`<a class="name" href="${root}${urls.tool(server.slug, slug)}"><bdi>${shownName(change.tool)}</bdi></a>`;
    return html`<li><time datetime="${date(change.at)}">${date(change.at)}</time>: ${what}: ${changeText(change)} <span class="soft">(${causeText(change)})</span></li>\n`;
  });
  return html`<h2 id="changes">Changes</h2>\n<ul class="why">\n${items}</ul>\n${changes.length > SHOWN_CHANGES && html`<p class="small soft">and ${count(changes.length - SHOWN_CHANGES, 'earlier change')}.</p>\n`}`;
}

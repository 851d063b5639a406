import type { ChangeRecord } from '../../model/rows.ts';
import type { Method } from '../../model/tool.ts';
import { externalLink, type Html, html } from '../html.ts';
import { severityBadge } from '../parts/badges.ts';
import type { Lookup } from '../tables.ts';
import { urls } from '../urls.ts';
import type { ServerPages, ToolView } from '../view.ts';
import { date, list } from '../words.ts';

/** How a definition was obtained, in words. */
export const METHOD_WORDS: Readonly<Record<Method, string>> = {
  live: 'asked of the running server (tools/list)',
  executed: 'asked of the server, which we ran in a sandbox (tools/list)',
  'publisher-list': 'listed by the publisher in a manifest',
  static: 'read in the source code, without running it',
  readme: 'read in the documentation',
};

/** Where the definition was read. */
export function originSection(tool: ToolView): Html {
  const notes = [
    ...(tool.gated ? ['It is registered only behind a flag, a setting or a capability of the client.'] : []),
    ...tool.notes,
  ];
  const others = tool.others.map(
    (other) =>
      html`<li>${METHOD_WORDS[other.method]}: <code><bdi>${other.provenance}</bdi></code>${
        other.method === tool.method &&
        html`, ${other.definitionHash === tool.definitionHash ? 'the same definition' : html`<strong>another definition</strong>`}`
      }</li>\n`,
  );
  return html`<h2 id="origin">Where this was read</h2>
<dl class="facts">
<dt>Place</dt><dd><code><bdi>${tool.provenance}</bdi></code></dd>
<dt>How</dt><dd>${METHOD_WORDS[tool.method]}</dd>
<dt>Version</dt><dd>${tool.packageVersion ?? 'not versioned'}</dd>
<dt>First observed</dt><dd><time datetime="${date(tool.firstSeen)}">${date(tool.firstSeen)}</time></dd>
<dt>Definition</dt><dd><code>sha256:${tool.definitionHash}</code></dd>
</dl>
${notes.length > 0 && html`<ul class="small">\n${notes.map((note) => html`<li>${note}</li>\n`)}</ul>\n`}${
  others.length > 0 && html`<h3>Other places that show this tool</h3>\n<ul class="small">\n${others}</ul>\n`
}`;
}

/** Changes of one tool that are shown. */
const SHOWN_CHANGES = 20;

/** The history of the definition and of the verdict. */
export function historySection(pages: ServerPages, tool: ToolView): Html {
  const own = pages.changes.filter((change) => change.tool === tool.definition.name).slice(0, SHOWN_CHANGES);
  if (own.length === 0) {
    return html`<h2 id="history">History</h2>\n<p class="text">No change since it was first observed on ${date(tool.firstSeen)}.</p>\n`;
  }
  return html`<h2 id="history">History</h2>\n<ul class="why">\n${own.map(changeItem)}</ul>\n`;
}

/** Why a change came about. */
export function causeText({ cause, tool, what }: ChangeRecord): string {
  switch (cause) {
    case 'server-changed':
      return 'the server changed';
    case 'rules-changed':
      return 'our rules changed';
    case 'source-changed':
      if (tool !== undefined) return 'read from another place';
      return what === 'removed' ? 'no source lists it any more' : 'a source lists it';
  }
}

function changeItem(change: ChangeRecord): Html {
  return html`<li><time datetime="${date(change.at)}">${date(change.at)}</time>: ${changeText(change)} <span class="soft">(${causeText(change)})</span></li>\n`;
}

/** What one change says. */
export function changeText(change: ChangeRecord): Html {
  const verdict =
    change.from !== undefined &&
    change.to !== undefined &&
    html`: ${change.from.category} ${severityBadge(change.from.severity)} → ${change.to.category} ${severityBadge(change.to.severity)}`;
  const silent = change.withoutVersionChange && html` <strong>without a new version</strong>`;
  switch (change.what) {
    case 'added':
      return html`first observed`;
    case 'removed':
      return html`no longer listed`;
    case 'changed':
      return html`${change.fields.length === 0 ? 'the definition' : list(change.fields)} changed${silent}${verdict}`;
    case 'verdict':
      return html`new verdict${verdict}`;
  }
}

/** How to say that the verdict is wrong. */
export function disputeSection(pages: ServerPages, tool: ToolView, lookup: Lookup, api: string, root: string): Html {
  const { repository } = pages.server;
  return html`<h2 id="dispute">Is this wrong?</h2>
<p class="text">A verdict follows from rules, and a rule can be wrong. Report the address of this page with what the tool really does: the report becomes an example that the rule must get right from then on. Until then a correction by a person, with reason and expiry, can stand in its place. <a href="${root}${urls.methodology()}#dispute">How to dispute a verdict</a></p>
<p class="small soft">Everything on this page as <a href="${root}${api}">JSON</a>${repository !== undefined && html` · Source of the server: ${lookup.once(`link ${repository}`, () => externalLink(repository))}`} · First observed ${date(tool.firstSeen)}</p>
`;
}

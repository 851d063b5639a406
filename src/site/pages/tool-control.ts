import { type Html, html, NOTHING } from '../html.ts';
import { toolLine } from '../parts/badges.ts';
import { fileBox, TABS, tabs } from '../parts/file.ts';
import { type PolicyText, type PolicyView, STRENGTH_WORDS } from '../policies.ts';
import type { Lookup } from '../tables.ts';
import { urls } from '../urls.ts';
import type { ServerPages, ToolRow, ToolView } from '../view.ts';
import { count } from '../words.ts';
import type { Numbered } from './tool-why.ts';

/** How to control the tool: what the recommended policy does, and what to paste where. */
export function controlSection(
  pages: ServerPages,
  tool: ToolView,
  policy: PolicyView,
  texts: readonly PolicyText[],
  root: string,
): Html {
  const { name } = tool.definition;
  const choices = texts.slice(0, TABS).map(({ format, written }) => ({
    label: format.title,
    body: html`${fileBox(`policy-${format.id}`, written.fileName, written.text)}${caveats(written)}`,
  }));
  const policies = urls.policies(pages.server.slug, 'recommended');
  return html`<h2 id="control">How to control it</h2>
<p class="text"><strong>${policy.effect(name)}</strong></p>
<p class="small soft text">For this tool alone. Tools that are not listed are ${policy.policy.default === 'deny' ? 'denied' : policy.policy.default === 'ask' ? 'asked for' : 'allowed'}; the files of the whole server cover every tool.</p>
${choices.length > 0 ? tabs('policy', 'Paste this into', choices) : NOTHING}<p><a href="${root}${policies}">All formats for the ${count(pages.rows.length, 'tool')} of this server</a>, or <a href="${root}${urls.policies(pages.server.slug, 'strict')}">strict</a> (${STRENGTH_WORDS.strict}), or <a href="${root}${urls.policies(pages.server.slug, 'permissive')}">permissive</a> (${STRENGTH_WORDS.permissive}).</p>
`;
}

/** What a format could not say, and what it cannot enforce. */
export function caveats(written: {
  readonly tightened: readonly string[];
  readonly unenforced: readonly string[];
}): Html {
  if (written.tightened.length === 0 && written.unenforced.length === 0) return NOTHING;
  return html`<ul class="small soft">
${written.tightened.map((line) => html`<li>Tightened: ${line}</li>\n`)}${written.unenforced.map((line) => html`<li><strong>Not enforced by this file:</strong> ${line}</li>\n`)}</ul>
`;
}

/** Attack patterns that this kind of access opens, each because of a finding. */
export function attackSection(findings: readonly Numbered[], lookup: Lookup, root: string): Html {
  const because = new Map<string, { title: string; summary: string; id: string; finding: Numbered }>();
  for (const one of findings) {
    const attacks = [
      ...(lookup.attacksBy.get(one.finding.rule) ?? []),
      ...(lookup.attacksBy.get(one.finding.capability) ?? []),
    ];
    for (const attack of attacks) if (!because.has(attack.id)) because.set(attack.id, { ...attack, finding: one });
  }
  if (because.size === 0) return NOTHING;
  const items = [...because.values()].map(
    ({ id, title, summary, finding }) =>
      html`<li><a class="what" href="${root}${urls.attack(id)}">${title}</a>
<p>${summary}</p>
<p class="small soft">Because of <a href="#${finding.id}">${lookup.capability(finding.finding.capability).title}</a>.</p></li>
`,
  );
  return html`<h2 id="attacks">Attacks that use this kind of access</h2>
<ul class="why">
${items}</ul>
`;
}

/** Tools of the same server, those that share a capability first, worst first. */
export function relatedSection(
  pages: ServerPages,
  row: ToolRow,
  others: readonly ToolRow[],
  lookup: Lookup,
  root: string,
): Html {
  const elsewhere = row.capabilities.map(
    (id) => html`<li><a class="tag" href="${root}${urls.capability(id)}">${lookup.capability(id).title}</a></li>`,
  );
  return html`<h2 id="related">Related tools</h2>
${
  others.length === 0
    ? html`<p class="text">This is the only tool of its server.</p>\n`
    : html`<ul class="rows">
${others.map((one) => toolLine(pages.server.slug, one, root))}</ul>
<p><a href="${root}${urls.server(pages.server.slug)}">All ${count(pages.rows.length, 'tool')} of <bdi>${pages.server.name}</bdi></a></p>\n`
}${elsewhere.length > 0 && html`<p class="small soft">The same capability elsewhere:</p>\n<ul class="tags">${elsewhere}</ul>\n`}`;
}

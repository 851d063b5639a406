import { othersUnder } from '../../policy/part.ts';
import { type Html, html, NOTHING, withCode } from '../html.ts';
import type { AttackInfo } from '../input.ts';
import { fileBox, TABS, tabs } from '../parts/file.ts';
import { type PolicyText, STRENGTH_WORDS } from '../policies.ts';
import type { Lookup } from '../tables.ts';
import type { ToolPolicy } from '../tool-policies.ts';
import { urls } from '../urls.ts';
import { type ServerPages, type ToolView, threatsIn } from '../view.ts';
import { count } from '../words.ts';
import type { ToolPageInput } from './context.ts';
import type { Numbered } from './tool-why.ts';

/** How to control the tool: what the recommended policy does, and what to paste where. */
export function controlSection(pages: ServerPages, policy: ToolPolicy, root: string): Html {
  const policies = urls.policies(pages.server.slug, 'recommended');
  return html`<h2 id="control">How to control it</h2>
<p class="text"><strong>${withCode(policy.effect)}</strong></p>
<p class="small soft text">For this tool alone; the files of the whole server cover every tool.${settable(pages, policy)}</p>
${policy.files}${nameNote(policy.serverName)}<p><a href="${root}${policies}">All formats for the ${count(pages.rows.length, 'tool')} of this server</a>, or <a href="${root}${urls.policies(pages.server.slug, 'strict')}">strict</a> (${STRENGTH_WORDS.strict}), or <a href="${root}${urls.policies(pages.server.slug, 'permissive')}">permissive</a> (${STRENGTH_WORDS.permissive}).</p>
`;
}

/** How to give the values that only the reader knows. */
function settable({ server }: ServerPages, { rule }: ToolPolicy): Html {
  const names = rule?.unset ?? [];
  if (names.length === 0) return NOTHING;
  const settings = names.map((name) => ` --set ${name}=…`).join('');
  return html` With your values: <code>toolrisk policy <bdi>${server.id}</bdi>${settings}</code>`;
}

/** The files hold a name that the reader may have chosen otherwise. */
export function nameNote(serverName: string): Html {
  return html`<p class="small soft text">The files call the server <code><bdi>${serverName}</bdi></code>. Where your client knows it by another name, write that one.</p>
`;
}

/** The files of a policy, one behind the other, each with the place where it goes. */
export function policyFiles(texts: readonly PolicyText[]): Html {
  return filesOf(texts, () => NOTHING);
}

/** The files for one tool alone, each with what it does to the other tools of the server. */
export function toolPolicyFiles(texts: readonly PolicyText[]): Html {
  return filesOf(texts, (format) => html`<p class="small soft">${othersUnder(format)}</p>\n`);
}

function filesOf(texts: readonly PolicyText[], more: (format: PolicyText['format']) => Html): Html {
  const choices = texts.slice(0, TABS).map(({ format, written }) => ({
    label: format.title,
    body: html`${placeOf(format)}${fileBox(`policy-${format.id}`, written.fileName, written.text)}${more(format)}${caveats(written)}`,
  }));
  return choices.length > 0 ? tabs('policy', 'Paste this into', choices) : NOTHING;
}

/** Where the file goes: a format's first note says so. */
function placeOf({ notes: [place] }: PolicyText['format']): Html {
  return place === undefined ? NOTHING : html`<p class="small">${withCode(place)}</p>\n`;
}

/** What a format could not say, and what it cannot enforce. */
export function caveats(written: {
  readonly tightened: readonly string[];
  readonly unenforced: readonly string[];
}): Html {
  if (written.tightened.length === 0 && written.unenforced.length === 0) return NOTHING;
  return html`<ul class="small soft">
${written.tightened.map((line) => html`<li>Tightened: ${withCode(line)}</li>\n`)}${written.unenforced.map((line) => html`<li><strong>Not enforced by this file:</strong> ${withCode(line)}</li>\n`)}</ul>
`;
}

/** Attack patterns that a tool's page names. */
const SHOWN_ATTACKS = 6;

/** A pattern, and the finding or threat because of which it is named. */
interface Because {
  readonly attack: AttackInfo;
  readonly target: string;
  readonly words: string;
  /** How many capabilities would serve the attack as well; a sign of the attack itself serves best. */
  readonly breadth: number;
}

/** Attack patterns that this kind of access opens, each because of a finding; the most specific ones first. */
export function attackSection(tool: ToolView, findings: readonly Numbered[], lookup: Lookup, root: string): Html {
  const threats = threatsIn(tool)
    .map(({ rule }) => rule)
    .join();
  const reasons = findings.map(({ finding, id }) => `${finding.rule} ${finding.capability} ${id}`).join();
  return lookup.once(`attacks ${root} ${threats};${reasons}`, () => attackList(tool, findings, lookup, root));
}

function attackList(tool: ToolView, findings: readonly Numbered[], lookup: Lookup, root: string): Html {
  const because = new Map<string, Because>();
  const note = (attack: AttackInfo, target: string, words: string, breadth: number) => {
    const known = because.get(attack.id);
    if (known === undefined || breadth < known.breadth) because.set(attack.id, { attack, target, words, breadth });
  };
  for (const [i, threat] of threatsIn(tool).entries()) {
    for (const attack of lookup.attacksBy.get(threat.rule) ?? []) {
      note(attack, `threat-${i + 1}`, lookup.rules.get(threat.rule)?.title ?? threat.rule, 0);
    }
  }
  for (const { finding, id } of findings) {
    const words = lookup.capability(finding.capability).title;
    for (const attack of lookup.attacksBy.get(finding.rule) ?? []) note(attack, id, words, 0);
    for (const attack of lookup.attacksBy.get(finding.capability) ?? [])
      note(attack, id, words, attack.needs.flat().length);
  }
  if (because.size === 0) return NOTHING;
  const shown = [...because.values()].sort((a, b) => a.breadth - b.breadth).slice(0, SHOWN_ATTACKS);
  const items = shown.map(
    ({ attack, target, words }) =>
      html`<li><a class="what" href="${root}${urls.attack(attack.id)}">${attack.title}</a>
<p>${attack.summary}</p>
<p class="small soft">Because of <a href="#${target}">${words}</a>.</p></li>
`,
  );
  return html`<h2 id="attacks">Attacks that use this kind of access</h2>
<ul class="why">
${items}</ul>
`;
}

/** Tools of the same server, those that share a capability first, worst first. */
export function relatedSection({ pages, row, related, line, lookup }: ToolPageInput, root: string): Html {
  return html`<h2 id="related">Related tools</h2>
${
  related.length === 0
    ? html`<p class="text">This is the only tool of its server.</p>\n`
    : html`<ul class="rows">
${related.map(line)}</ul>
<p><a href="${root}${urls.server(pages.server.slug)}">All ${count(pages.rows.length, 'tool')} of <bdi>${pages.server.name}</bdi></a></p>\n`
}${elsewhere(row.capabilities, lookup, root)}`;
}

function elsewhere(capabilities: readonly string[], lookup: Lookup, root: string): Html {
  if (capabilities.length === 0) return NOTHING;
  return lookup.once(`elsewhere ${root} ${capabilities.join()}`, () => {
    const tags = capabilities.map(
      (id) => html`<li><a class="tag" href="${root}${urls.capability(id)}">${lookup.capability(id).title}</a></li>`,
    );
    return html`<p class="small soft">The same capability elsewhere:</p>\n<ul class="tags">${tags}</ul>\n`;
  });
}

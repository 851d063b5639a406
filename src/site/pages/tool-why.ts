import { whyUnknown } from '../../model/unknown.ts';
import type { Finding, Move, Verdict } from '../../model/verdict.ts';
import { type Html, html, NOTHING, raw } from '../html.ts';
import type { NeighbourThreat } from '../input.ts';
import { isObject, pointerSteps } from '../parameters.ts';
import { capabilityTag, categoryLink, severityBadge } from '../parts/badges.ts';
import { highlight, type Span, snippet } from '../parts/highlight.ts';
import type { Lookup } from '../tables.ts';
import { serverSlug, slug, urls } from '../urls.ts';
import { isHostile, type ServerView, strengthOf, type ToolView, threatsIn } from '../view.ts';
import { count, cutToBytes, number, SEVERITY_WORDS } from '../words.ts';
import { shownName } from './tool-answers.ts';

/** Characters shown on each side of a hit. */
const AROUND = 70;
/** Places of one rule that are shown. */
const SHOWN_PLACES = 6;
/** Discounted findings that are shown. */
const SHOWN_DISCOUNTED = 20;

/** A finding with the id of the element that explains it. */
export interface Numbered {
  readonly finding: Finding;
  readonly id: string;
}

/** The findings that count, numbered in the order of the verdict. */
export function numbered(tool: ToolView): readonly Numbered[] {
  const counted = tool.verdict.findings.filter((finding) => finding.discounted === undefined);
  const perRule = new Map<string, number>();
  return counted.map((finding, i) => {
    const before = perRule.get(finding.rule) ?? 0;
    perRule.set(finding.rule, before + 1);
    // A place that is not shown leads to the section.
    const id = before < SHOWN_PLACES ? `finding-${i + 1}` : 'why';
    return { finding, id };
  });
}

/** Spans that lie in the value at `path`, findings and threats alike. */
export function spansAt(tool: ToolView, findings: readonly Numbered[], path: string, on: 'key' | 'value'): Span[] {
  const spans: Span[] = [];
  for (const { finding, id } of findings) {
    if (finding.path === path && finding.on === on) spans.push({ start: finding.start, end: finding.end, target: id });
  }
  if (on === 'value') {
    for (const [i, threat] of threatsIn(tool).entries()) {
      if (threat.path === path) spans.push({ start: threat.start, end: threat.end, target: `threat-${i + 1}` });
    }
  }
  return spans;
}

/** Why the verdict is what it is: each finding with its evidence, then how the severity came about. */
export function whySection(tool: ToolView, findings: readonly Numbered[], lookup: Lookup, root: string): Html {
  const { verdict } = tool;
  const discounted = verdict.findings.filter((finding) => finding.discounted !== undefined);
  return html`<h2 id="why">Why ${verdict.category}, and why ${verdict.severity}</h2>
${verdict.override !== undefined && html`<p class="note">A person corrected this verdict: ${verdict.override.reason} It stands until ${verdict.override.expires}.</p>\n`}${
  findings.length === 0
    ? html`<p class="text">${
        verdict.category === 'Unknown'
          ? `${whyUnknown(tool.definition)} That is not a sign of safety.`
          : 'No rule found anything that speaks for a more dangerous reading. That is all we know; it is not a proof.'
      }</p>\n`
    : html`<ul class="why">\n${byRule(findings).map((group) => findingItem(tool, group, lookup, root))}</ul>\n`
}${severityLadder(tool, lookup, root)}${discounted.length > 0 && discountedList(tool, discounted, lookup, root)}`;
}

/** Findings of the same rule together, in the order in which each rule comes first. */
function byRule(findings: readonly Numbered[]): readonly (readonly [Numbered, ...Numbered[]])[] {
  const groups = new Map<string, [Numbered, ...Numbered[]]>();
  for (const one of findings) {
    const group = groups.get(one.finding.rule);
    if (group === undefined) groups.set(one.finding.rule, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

function findingItem(tool: ToolView, group: readonly [Numbered, ...Numbered[]], lookup: Lookup, root: string): Html {
  const { finding } = group[0];
  const { head, foot } = ruleWords(finding, lookup, root);
  const places = group.map(
    (one, i) =>
      i < SHOWN_PLACES &&
      html`<p id="${one.id}">${placeName(one.finding.path, one.finding.on)}: <q><bdi>${evidence(tool, one.finding)}</bdi></q></p>\n`,
  );
  return html`${head}${places}${group.length > SHOWN_PLACES && html`<p class="small soft">and in ${count(group.length - SHOWN_PLACES, 'more place')}.</p>\n`}${foot}`;
}

/** What is said of a rule before and after the places where it fired. */
function ruleWords({ rule: id, capability }: Finding, lookup: Lookup, root: string) {
  const rule = lookup.rules.get(id);
  const head = lookup.once(
    `rule-head ${root} ${id} ${capability}`,
    () => html`<li><span class="what">${rule?.title ?? id}</span> ${capabilityTag(capability, lookup.capability(capability).title, root)}
`,
  );
  const foot = lookup.once(
    `rule-foot ${root} ${id}`,
    () => html`<p class="small soft">${rule !== undefined && html`${rule.why} `}<a href="${root}${urls.rule(id)}">Rule <code>${id}</code></a></p></li>
`,
  );
  return { head, foot };
}

/** The text that a finding points at, with what stands around it. */
function evidence(
  tool: ToolView,
  finding: { path: string; start: number; end: number; text: string; on?: string },
): Html {
  const steps = pointerSteps(finding.path);
  const text = finding.on === 'key' ? (steps.at(-1) ?? '') : stringAt(tool, finding.path);
  if (text === undefined || text.slice(finding.start, finding.end) !== finding.text)
    return html`<mark>${finding.text}</mark>`;
  // The name of a hint says nothing without its value.
  const hint = steps[0] === 'annotations' ? partAt(tool, finding.path) : undefined;
  if (typeof hint === 'boolean') return html`<mark>${text}: ${String(hint)}</mark>`;
  return snippet(text, finding.start, finding.end, AROUND);
}

/** The string at a JSON Pointer of the definition. */
export function stringAt(tool: ToolView, path: string): string | undefined {
  const value = partAt(tool, path);
  return typeof value === 'string' ? value : undefined;
}

function partAt(tool: ToolView, path: string): unknown {
  let value: unknown = tool.definition;
  for (const step of pointerSteps(path)) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isObject(value)) value = Object.hasOwn(value, step) ? value[step] : undefined;
    else return undefined;
  }
  return value;
}

/** Where a finding is, in words. */
export function placeName(path: string, on: 'key' | 'value'): string {
  if (path === '/name') return 'In the name';
  if (path === '/title') return 'In the title';
  if (path === '/description') return 'In the description';
  const steps = pointerSteps(path);
  const at = steps.indexOf('properties');
  const parameter = at >= 0 ? steps[at + 1] : undefined;
  if (steps[0] === 'annotations') return 'In the author’s hints';
  if (parameter === undefined) return `At ${path}`;
  if (on === 'key') return 'In the name of a parameter';
  return `In the parameter ${parameter}`;
}

function severityLadder({ verdict }: ToolView, lookup: Lookup, root: string): Html {
  const { category, moves, severity, override } = verdict;
  const key = `ladder ${root} ${category} ${severity} ${override !== undefined} ${moves.length === 0 ? '' : JSON.stringify(moves)}`;
  return lookup.once(key, () => ladderOf(verdict, lookup, root));
}

function ladderOf({ category, moves, severity, override }: Verdict, lookup: Lookup, root: string): Html {
  const start = moves[0]?.from ?? (override === undefined ? lookup.tables.baseSeverity[category] : severity);
  const steps = moves.map((move) => moveItem(move));
  return html`<h3 id="severity">How the severity came about</h3>
<ol class="ladder">
<li>${severityBadge(start)}<span>${moves.length === 0 && start !== lookup.tables.baseSeverity[category] ? 'set' : 'where every'} ${categoryLink(category, root)} ${
    moves.length === 0 && start !== lookup.tables.baseSeverity[category] ? 'tool by the evidence above' : 'tool starts'
  }${moves.length === 0 && '; nothing found moves it'}</span></li>
${steps}</ol>
<p class="small soft">${SEVERITY_WORDS[severity].title}: ${SEVERITY_WORDS[severity].meaning} <a href="${root}${urls.methodology()}">How we judge</a></p>
`;
}

function moveItem(move: Move): Html {
  return html`<li>${severityBadge(move.to)}<span>${move.reason}</span></li>\n`;
}

function discountedList(tool: ToolView, findings: readonly Finding[], lookup: Lookup, root: string): Html {
  const items = findings.slice(0, SHOWN_DISCOUNTED).map(
    (finding) =>
      html`<li>${placeName(finding.path, finding.on)}: <q><bdi>${evidence(tool, finding)}</bdi></q>, <a href="${root}${urls.rule(finding.rule)}">${lookup.rules.get(finding.rule)?.title ?? finding.rule}</a>: ${lookup.tables.discounts[finding.discounted ?? ''] ?? finding.discounted ?? ''}</li>
`,
  );
  return html`<details><summary>${count(findings.length, 'mention')} that ${findings.length === 1 ? 'does' : 'do'} not count</summary>
<ul>
${items}</ul></details>
`;
}

const NO_THREATS = html`<h2 id="threats">Signs of an attack</h2>
<p class="text">None found in the text of this definition. An attack in the server's code or in what it answers does not show here.</p>
`;

/** Signs of an attack in the definition's own text, by itself and beside the tools of other servers. */
export function threatSection(tool: ToolView, server: ServerView, lookup: Lookup, root: string): Html {
  const threats = threatsIn(tool);
  const told = instructionNote(server, root);
  if (threats.length === 0) return told === NOTHING ? NO_THREATS : html`${NO_THREATS}${told}`;
  const strong = isHostile(threats);
  const items = threats.map((threat, i) => {
    const rule = lookup.rules.get(threat.rule);
    return html`<li id="threat-${i + 1}"><span class="what">${rule?.title ?? threat.rule}</span> <span class="soft">(${threat.strength} sign)</span>
<p>${placeName(threat.path, 'value')}: <q><bdi>${evidence(tool, threat)}</bdi></q></p>
${'other' in threat && besideWhat(threat, root)}<p class="small soft">${rule !== undefined && html`${rule.why} `}<a href="${root}${urls.rule(threat.rule)}">Rule <code>${threat.rule}</code></a></p></li>
`;
  });
  return html`<h2 id="threats">Signs of an attack</h2>
${strong ? html`<div class="alarm"><p><strong>This definition's own text shows what attacks on agents show.</strong> Do not connect an agent to it before a person has read it.</p></div>\n` : NOTHING}<ul class="why">
${items}</ul>
${told}`;
}

/** Which tool is imitated or steered. */
function besideWhat({ other }: NeighbourThreat, root: string): Html {
  const name = html`<code><bdi>${shownName(other.tool)}</bdi></code>`;
  const tool = other.listed
    ? html`<a href="${root}${urls.tool(serverSlug(other.server), slug(other.tool))}">${name}</a>`
    : name;
  return html`<p>It shows beside the tool ${tool} of <code><bdi>${shownName(other.server)}</bdi></code>.</p>\n`;
}

/** What an agent that is given the tool is given with it. */
function instructionNote({ slug: own, instructions }: ServerView, root: string): Html {
  const strength = strengthOf(instructions?.threats ?? []);
  if (strength === 'none') return NOTHING;
  return html`<p class="note">The instructions that the server sends along show <a href="${root}${urls.server(own)}#instructions">${strength} signs of an attack</a>.</p>\n`;
}

/** Bytes of a description that its page shows; the whole text stays in the catalogue. */
const SHOWN_BYTES = 8_000;

/** The quoted description with everything highlighted that a rule found in it. */
export function quoteSection(tool: ToolView, findings: readonly Numbered[]): Html {
  const { description, title } = tool.definition;
  const heading = html`<h2 id="description">What the server says</h2>
${title !== undefined && title !== tool.definition.name && html`<p>Title: <bdi>${highlight(title, spansAt(tool, findings, '/title', 'value'))}</bdi></p>\n`}`;
  if (description === undefined || description.trim() === '')
    return html`${heading}<p class="text">The server gives no description.</p>\n`;
  const shown = cutToBytes(description, SHOWN_BYTES);
  return html`${heading}<blockquote class="quote" tabindex="0" aria-label="Description, as the server sends it"><bdi>${highlight(shown.text, spansAt(tool, findings, '/description', 'value'))}${shown.cut && ' …'}</bdi></blockquote>
<p class="source">Quoted from the server as data. It is not checked and not ours; nothing in it is an instruction.${shown.cut && ` The first ${number(shown.text.length)} of ${number(description.length)} characters; the rest is in the catalogue.`}${tool.dynamic && raw(' <code>⟨?⟩</code> stands for a value that is only known when the server runs.')}</p>
`;
}

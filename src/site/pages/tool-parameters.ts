import { OPEN_HINTS_NOTE } from '../../model/tool.ts';
import { type Html, html, join, NOTHING } from '../html.ts';
import { wellFormed } from '../invisible.ts';
import { type Parameter, type Parameters, SHOWN_VALUES } from '../parameters.ts';
import { categoryLink, severityBadge } from '../parts/badges.ts';
import { highlight } from '../parts/highlight.ts';
import { codeHead, nameHead, table } from '../parts/table.ts';
import type { Lookup } from '../tables.ts';
import { urls } from '../urls.ts';
import type { ToolView } from '../view.ts';
import { count } from '../words.ts';
import { type Numbered, spansAt } from './tool-why.ts';

/** Rows of one table; the rest is in the JSON. */
const SHOWN_PARAMETERS = 40;
const DESCRIPTION_CHARS = 400;
/** In a long table each description is shorter, so that the page stays light. */
const LONG_TABLE = 12;
const SHORT_CHARS = 140;

/** The parameters, with those marked that a finding points at. */
export function parameterSection(
  tool: ToolView,
  parameters: Parameters,
  findings: readonly Numbered[],
  lookup: Lookup,
): Html {
  return html`<h2 id="parameters">Parameters</h2>\n${parameterBody(tool, parameters, findings, lookup)}`;
}

function parameterBody(tool: ToolView, parameters: Parameters, findings: readonly Numbered[], lookup: Lookup): Html {
  if (parameters.kind === 'unknown') {
    return html`<p class="text">Unknown. ${tool.schemaComplete ? 'The definition holds no schema that says which parameters it takes' : 'They could not be read without running the server'}; that is not the same as none.</p>\n`;
  }
  if (parameters.list.length === 0)
    return html`<p class="text">None: the schema says that a call takes no arguments.</p>\n`;
  const room = parameters.list.length > LONG_TABLE ? SHORT_CHARS : DESCRIPTION_CHARS;
  const rows = parameters.list.slice(0, SHOWN_PARAMETERS).map((one) => parameterRow(tool, one, findings, lookup, room));
  const more = parameters.list.length - rows.length;
  return html`${table('Parameters', ['Parameter', 'Type', 'What the server says'], [], rows)}${more > 0 && html`<p class="small soft">${count(more, 'more parameter')} in the JSON of this page.</p>\n`}${!parameters.complete && html`<p class="note">A part of the schema could not be determined without running the server: there may be more.</p>\n`}`;
}

function parameterRow(
  tool: ToolView,
  parameter: Parameter,
  findings: readonly Numbered[],
  lookup: Lookup,
  room: number,
): Html {
  const below = findings.filter(
    ({ finding }) => finding.path === parameter.path || finding.path.startsWith(`${parameter.path}/`),
  );
  const name = highlight(parameter.name, spansAt(tool, findings, parameter.path, 'key'));
  const capabilities = [...new Map(below.map((one) => [one.finding.capability, one])).values()];
  const marks = capabilities.map(
    ({ finding, id }) => html`<br><a class="small" href="#${id}">${lookup.capability(finding.capability).title}</a>`,
  );
  return html`<tr>${nameHead(parameter.name, html`<code><bdi>${name}</bdi></code>${marks}`)}
<td>${parameter.type === undefined ? html`<span class="soft">not said</span>` : html`<bdi>${parameter.type}</bdi>`}${parameter.required && html`<br><strong class="small">required</strong>`}</td>
<td class="prose">${describe(tool, parameter, findings, room)}</td></tr>
`;
}

function describe(tool: ToolView, parameter: Parameter, findings: readonly Numbered[], room: number): Html {
  const { description, allowed, fallback } = parameter;
  const spans = spansAt(tool, findings, `${parameter.path}/description`, 'value');
  const text =
    description === undefined
      ? html`<span class="soft">No description.</span>`
      : html`<bdi>${highlight(cut(description, room), spans)}</bdi>`;
  const values = join(
    allowed.slice(0, SHOWN_VALUES).map((value) => html`<code>${value}</code>`),
    ', ',
  );
  return html`${text}${allowed.length > 0 && html`<br><span class="small soft">One of ${values}${allowed.length > SHOWN_VALUES && ` and ${allowed.length - SHOWN_VALUES} more`}</span>`}${
    fallback !== undefined && html`<br><span class="small soft">Default <code>${fallback}</code></span>`
  }`;
}

function cut(text: string, room: number): string {
  return text.length <= room + 1 ? text : `${wellFormed(text.slice(0, room))}…`;
}

/** Verdicts on the values of the parameter that selects what is done. */
export function operationSection(tool: ToolView, root: string): Html {
  const { operations } = tool.verdict;
  if (operations.length === 0) return NOTHING;
  const rows = operations.map(
    ({ path, value, category, severity }) =>
      html`<tr>${codeHead(value)}<td><code><bdi>${parameterName(path)}</bdi></code></td><td>${categoryLink(category, root)}</td><td>${severityBadge(severity)}</td></tr>
`,
  );
  return html`<h2 id="operations">Operations</h2>
<p class="text">A parameter selects what a call does. Each value has a verdict of its own; the verdict on the whole tool weighs all that its definition says.</p>
${table('Operations', ['Value', 'Parameter', 'Category', 'Severity'], [], rows)}`;
}

function parameterName(path: string): string {
  const steps = path.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const at = steps.lastIndexOf('properties');
  return at < 0 ? path : (steps[at + 1] ?? path);
}

const HINTS = [
  { key: 'readOnlyHint', label: 'Read only', fallback: false },
  { key: 'destructiveHint', label: 'Destructive', fallback: true },
  { key: 'idempotentHint', label: 'Safe to repeat', fallback: false },
  { key: 'openWorldHint', label: 'Reaches outside', fallback: true },
] as const;
type HintKey = (typeof HINTS)[number]['key'];

/** The hints of the author beside our verdict. */
export function annotationSection(tool: ToolView, lookup: Lookup, root: string): Html {
  const { annotations } = tool.definition;
  const { category, capabilities } = tool.verdict;
  const says = HINTS.map(({ key }) => annotations?.[key]).join();
  const given = `${annotations !== undefined} ${hasOpenHints(tool)}`;
  // All that the section is made of, by `ourView` too.
  return lookup.once(`hints ${root} ${given} ${says} ${category} ${capabilities.join()}`, () => hintTable(tool, root));
}

function hasOpenHints({ notes }: ToolView): boolean {
  return notes.includes(OPEN_HINTS_NOTE);
}

function hintTable(tool: ToolView, root: string): Html {
  const { annotations } = tool.definition;
  const given = HINTS.filter(({ key }) => annotations?.[key] !== undefined);
  if (annotations === undefined || given.length === 0) {
    return html`<h2 id="annotations">The author's own hints</h2>
<p class="text">${
      hasOpenHints(tool)
        ? 'The code sets annotations in a way that is only known when it runs: whether its author calls it read-only or destructive could not be determined.'
        : 'The definition has no annotations: its author says neither that it is read-only nor that it is destructive.'
    }</p>
`;
  }
  const rows = HINTS.map(({ key, label }) => {
    const ours = ourView(tool, key);
    const says = annotations[key];
    const against = says !== undefined && ours !== undefined && says !== ours;
    return html`<tr><th scope="row">${label} <code class="small">${key}</code></th><td>${says === undefined ? html`<span class="soft">${hasOpenHints(tool) ? 'not known' : 'not said'}</span>` : yesNo(says)}</td><td>${
      ours === undefined ? html`<span class="soft">not judged</span>` : yesNo(ours)
    }</td><td>${against ? html`<strong>contradiction</strong>` : says !== undefined && ours !== undefined && 'agrees'}</td></tr>
`;
  });
  return html`<h2 id="annotations">The author's own hints</h2>
<p class="text">Annotations are claims. A hint can tighten our verdict and never loosens it. <a href="${root}${urls.methodology()}">Why</a></p>
${table('Annotations', ['Hint', 'The author', 'Our verdict', 'Together'], [], rows)}`;
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** What our verdict says to a hint; undefined where it says nothing. */
export function ourView(tool: ToolView, hint: HintKey): boolean | undefined {
  const { category, capabilities } = tool.verdict;
  if (category === 'Unknown') return undefined;
  if (hint === 'readOnlyHint') return category === 'Read';
  if (hint === 'destructiveHint') return category === 'Destructive' ? true : category === 'Read' ? false : undefined;
  if (hint === 'openWorldHint')
    return category === 'Communication' || capabilities.includes('reaches-network') ? true : undefined;
  return undefined;
}

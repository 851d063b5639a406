import type { ToolRule } from '../../model/policy.ts';
import type { ChangeRecord } from '../../model/rows.ts';
import { showInvisible } from '../invisible.ts';
import type { Answer } from '../layout.ts';
import type { Parameters } from '../parameters.ts';
import type { Lookup } from '../tables.ts';
import type { ToolPolicy } from '../tool-policies.ts';
import type { ServerPages, ToolView } from '../view.ts';
import { CATEGORY_WORDS, clauses, count, date, excerpt, list, SEVERITY_WORDS } from '../words.ts';

/** Names of parameters in an answer. */
const NAMED = 8;
const NAME_CHARS = 80;

/** Questions and answers about one tool, from the same values as the rest of its page. Plain text. */
export function answersFor(
  pages: ServerPages,
  tool: ToolView,
  parameters: Parameters,
  policy: ToolPolicy,
  lookup: Lookup,
): readonly Answer[] {
  const name = shownName(tool.definition.name);
  const server = shownName(pages.server.name);
  const { rule } = policy;
  const own = pages.changes.filter((change) => change.tool === tool.definition.name);
  return [
    {
      question: `What does ${name} do?`,
      answer: `${name} is ${CATEGORY_WORDS[tool.verdict.category].withArticle}: ${callOf(tool)}.${capabilitySentence(tool, lookup)}`,
    },
    {
      question: `What risk level is ${name}?`,
      answer: `${SEVERITY_WORDS[tool.verdict.severity].title}. ${becauseOf(tool)}`,
    },
    { question: `How do I require approval for ${name}?`, answer: approvalAnswer(name, rule) },
    { question: `How do I rate-limit ${name}?`, answer: limitAnswer(name, rule) },
    { question: `How do I block ${name}?`, answer: blockAnswer(name, rule) },
    { question: `What parameters does ${name} take?`, answer: parameterAnswer(name, parameters) },
    {
      question: `Which server provides ${name}?`,
      answer: `${name} is ${pages.rows.length === 1 ? 'the only tool' : `one of ${count(pages.rows.length, 'tool')}`} of the MCP server ${server} (${shownName(pages.server.id)})${tool.packageVersion === undefined ? '' : `, as of version ${shownName(tool.packageVersion)}`}.`,
    },
    { question: `Has ${name} changed?`, answer: changeAnswer(tool, own) },
  ];
}

/** A name in running text: invisible characters shown, cut to a length that leaves a sentence readable. */
export function shownName(name: string): string {
  return excerpt(showInvisible(name), NAME_CHARS);
}

/** "a call deletes …": what the verdict says, without the article. */
export function callOf(tool: ToolView): string {
  return `a call ${CATEGORY_WORDS[tool.verdict.category].act}`;
}

function capabilitySentence(tool: ToolView, lookup: Lookup): string {
  const facts = tool.verdict.capabilities.map((id) => lookup.capability(id).text);
  return facts.length === 0 ? '' : ` Its definition shows that it ${clauses(facts)}.`;
}

/** Facts in one sentence. */
const TELLING = 3;

/** The few facts that say most: what decided on the category comes first, what moved the severity next. */
export function tellingFacts(tool: ToolView, lookup: Lookup): readonly string[] {
  const { category, findings, moves } = tool.verdict;
  const counted = findings.filter((finding) => finding.discounted === undefined);
  const deciding = counted.filter(({ rule }) => lookup.rules.get(rule)?.category === category);
  const moving = counted.filter(({ rule }) => moves.length > 0 && lookup.rules.get(rule)?.category === undefined);
  const ids = [...deciding, ...moving, ...(deciding.length > 0 ? [] : counted)].map(({ capability }) => capability);
  return [...new Set(ids)].slice(0, TELLING).map((id) => lookup.capability(id).text);
}

/** How the severity came about, in a sentence. */
export function becauseOf(tool: ToolView): string {
  const { category, moves, severity, override } = tool.verdict;
  if (override !== undefined) return `A person set it so: ${showInvisible(override.reason)}`;
  const [first] = moves;
  if (first === undefined)
    return `${category === 'Unknown' ? 'A tool of unknown category' : `${CATEGORY_WORDS[category].withArticle.replace(/^a/, 'A')}`} is ${severity} unless a rule finds more or less in the definition, and none does.`;
  const steps = moves.map((move) => `${move.to}: ${sentenceEnd(move.reason)}`);
  return `It starts at ${first.from} as ${CATEGORY_WORDS[category].withArticle} and becomes ${steps.join('; then ')}.`;
}

function sentenceEnd(text: string): string {
  return text.replace(/\.$/, '');
}

/** Whether nothing of a tool can be called. */
function isDenied(rule: ToolRule | undefined): boolean {
  return rule?.decision === 'deny' && rule.operations.length === 0;
}

function approvalAnswer(name: string, rule: ToolRule | undefined): string {
  if (rule !== undefined && rule.operations.length > 0)
    return `The recommended policy decides by operation, as the sentence above the files says. To be asked before every call of ${name}, set all of its rules to ask; formats that cannot ask are marked.`;
  if (rule?.decision === 'ask')
    return `The recommended policy does: each call of ${name} waits for a person. Copy it from this page into your client or gateway; where one cannot ask, the note under its file says what it does instead.`;
  if (rule?.decision === 'deny')
    return `The recommended policy goes further and denies ${name}. To let a person decide instead, change its rule from deny to ask; formats that cannot ask are marked.`;
  return `The recommended policy allows ${name} without asking. Change its rule from allow to ask, or use the strict policy of the server where that asks; formats that cannot ask are marked.`;
}

function limitAnswer(name: string, rule: ToolRule | undefined): string {
  if (isDenied(rule)) return `There is nothing to count: the recommended policy denies ${name}.`;
  const limits = (rule?.limits ?? []).map(({ max, window }) => `${max} ${max === 1 ? 'call' : 'calls'} per ${window}`);
  if (limits.length === 0)
    return `The recommended policy sets no limit for ${name}. Gateways that count calls take one per tool; clients without a counter cannot limit.`;
  return `The recommended policy allows at most ${list(limits)}. Formats that cannot count calls say so under the file.`;
}

function blockAnswer(name: string, rule: ToolRule | undefined): string {
  if (isDenied(rule))
    return `The recommended policy already denies ${name}${rule?.hide === true ? ' and hides it from the agent' : ''}. Where a format cannot deny, the note under its file says so.`;
  return `Set its rule to deny. To leave ${name} out is enough only where the enforcer denies what is not listed; the notes under the files say where it does not.`;
}

function parameterAnswer(name: string, parameters: Parameters): string {
  if (parameters.kind === 'unknown')
    return `Unknown: the definition of ${name} that we could read does not say. That is not the same as none.`;
  const all = parameters.list;
  if (all.length === 0) return `None: the schema of ${name} has no parameters.`;
  const required = all.filter((one) => one.required).length;
  const named = all.slice(0, NAMED).map((one) => shownName(one.name));
  const rest = all.length - named.length;
  return `${count(all.length, 'parameter')}, ${required} required: ${list(rest > 0 ? [...named, `${rest} more`] : named)}.${parameters.complete ? '' : ' There may be more: a part of the schema could not be determined.'}`;
}

function changeAnswer(tool: ToolView, changes: readonly ChangeRecord[]): string {
  const since = date(tool.firstSeen);
  const own = changes.filter((change) => change.what === 'changed');
  if (own.length === 0) return `Not since we first observed it on ${since}.`;
  const silent = own.filter((change) => change.withoutVersionChange).length;
  return `Yes: its definition changed ${own.length === 1 ? 'once' : `${own.length} times`} since ${since}, last on ${date(own[0]?.at ?? 0)}${silent === 0 ? '' : `; ${silent === own.length ? 'each time' : `${silent} of them`} without a new version`}.`;
}

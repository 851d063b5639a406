import type { ToolDefinition } from '../model/tool.ts';
import type { Finding, Verdict } from '../model/verdict.ts';
import { decide } from './category.ts';
import { Collector, type Evidence, type ParameterRoles } from './evidence.ts';
import { applyHints } from './hints.ts';
import { type Operations, operationsOf } from './operations.ts';
import type { Ruleset } from './ruleset.ts';
import { parametersOf } from './schema.ts';
import { judge } from './severity.ts';
import { findThreats } from './threats.ts';

export { DISCOUNTS, type Discount } from './acts.ts';
export { compileRuleset, ENGINE_GROUPS, type RuleFiles, type Ruleset } from './ruleset.ts';

/** A tool definition with the id of the server that it belongs to. */
export type ServerTool = ToolDefinition & { readonly server: string };

/**
 * Judges one tool. The verdict depends on the definition, the server's id and the rule set alone, so tools can be
 * judged one by one and in any order.
 */
export function classify(tool: ServerTool, ruleset: Ruleset): Verdict {
  const collector = new Collector(ruleset);
  collector.addTexts(tool, tool.server);
  const parameters = collector.addParameters(parametersOf(tool.inputSchema));
  const { operations, evidence } = withOperations(collector.evidence, parameters, ruleset);
  const hinted = applyHints(decide(evidence, ruleset.categories), tool.annotations, ruleset.hints);
  const { category, confidence } = hinted.decision;
  const findings = sorted(evidence, hinted.findings);
  const capabilities = new Set<string>();
  for (const finding of findings) if (finding.discounted === undefined) capabilities.add(finding.capability);
  const { severity, moves } = judge(category, capabilities, ruleset.severities);
  const verdict: Verdict = {
    v: 1,
    ruleset: ruleset.version,
    server: tool.server,
    name: tool.name,
    category,
    severity,
    confidence,
    capabilities: [...capabilities].sort(),
    findings,
    moves: [...moves],
    operations: [...operations],
    threats: findThreats(tool, ruleset.threats),
  };
  return corrected(verdict, ruleset);
}

/** Adds what single operations say to what the whole tool says. */
function withOperations(
  all: readonly Evidence[],
  { selecting, sending }: ParameterRoles,
  ruleset: Ruleset,
): Pick<Operations, 'operations' | 'evidence'> {
  if (selecting.length === 0) return { operations: [], evidence: all };
  const own = all.filter(({ weight }) => weight > 0);
  const { operations, evidence, methods } = operationsOf(selecting, ruleset, own);
  // A method beside a body is what is sent, whatever the name says: `fetch` can post.
  const looked = !(methods && sending) && isPlainReading(own, ruleset);
  return { operations, evidence: [...all, ...(looked ? halved(evidence) : evidence)] };
}

/** Whether name and texts agree that the tool reads: values of a parameter then are what it looks for as often as what it does. */
function isPlainReading(own: readonly Evidence[], ruleset: Ruleset): boolean {
  const { category, confidence } = decide(own, ruleset.categories);
  return category === 'Read' && confidence >= PLAIN;
}

/** Confidence from which a reading is plain. */
const PLAIN = 0.9;

function halved(evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence.map((one) => ({ ...one, weight: one.weight / 2 }));
}

/** In the order of the definition, each once; what counts stands before the same thing discounted. */
function sorted(evidence: readonly Evidence[], further: readonly Finding[]): Finding[] {
  const findings = evidence.map(({ finding }) => finding);
  for (const finding of further) findings.push(finding);
  if (findings.length < 2) return findings;
  findings.sort(inOrder);
  return withoutInner(withoutTwins(findings));
}

function inOrder(a: Finding, b: Finding): number {
  if (a.path !== b.path) return fieldRank(a) - fieldRank(b) || compare(a.path, b.path);
  if (a.start !== b.start) return a.start - b.start;
  if (a.end !== b.end) return b.end - a.end;
  return compare(a.rule, b.rule) || compare(a.on, b.on);
}

/** Keeps one of findings that say the same of the same place; they stand side by side. */
function withoutTwins(findings: readonly Finding[]): Finding[] {
  const unique: Finding[] = [];
  for (const finding of findings) {
    const before = unique.at(-1);
    if (before === undefined || inOrder(before, finding) !== 0) unique.push(finding);
    else if (before.discounted !== undefined && finding.discounted === undefined) unique[unique.length - 1] = finding;
  }
  return unique;
}

/** Drops a finding that stands inside another one of the same rule: it says nothing more. */
function withoutInner(findings: readonly Finding[]): Finding[] {
  /** The last finding of each kind at the path; there are no more kinds than rules and discounts. */
  let outer: Finding[] = [];
  let path: string | undefined;
  return findings.filter((finding) => {
    if (finding.path !== path) outer = [];
    path = finding.path;
    const kind = outer.findIndex(({ rule, discounted, on }) => {
      return rule === finding.rule && discounted === finding.discounted && on === finding.on;
    });
    if (finding.end <= (outer[kind]?.end ?? -1)) return false;
    outer[kind < 0 ? outer.length : kind] = finding;
    return true;
  });
}

/** Fields in the order in which a reader meets them. */
const FIELDS = ['/name', '/title', '/description', '/inputSchema', '/annotations'] as const;

function fieldRank({ path }: Finding): number {
  return FIELDS.findIndex((field) => {
    return path.startsWith(field) && (path.length === field.length || path[field.length] === '/');
  });
}

const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

/** A person's correction replaces category and severity and is shown as such; the findings stay as they were. */
function corrected(verdict: Verdict, ruleset: Ruleset): Verdict {
  if (ruleset.overrides.size === 0) return verdict;
  const override = ruleset.overrides.get(`${verdict.server}#${verdict.name}`);
  if (override === undefined) return verdict;
  const { reason, link, expires } = override;
  return { ...verdict, ...override.verdict, confidence: 1, moves: [], override: { reason, link, expires } };
}

import type { ToolDefinition } from '../model/tool.ts';
import type { Finding, Verdict } from '../model/verdict.ts';
import { decide } from './category.ts';
import { Collector, type Evidence } from './evidence.ts';
import { applyHints } from './hints.ts';
import { operationsOf } from './operations.ts';
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
  const parameters = parametersOf(tool.inputSchema);
  collector.addTexts(tool, tool.server);
  collector.addParameters(parameters);
  const own = counting(collector.evidence);
  const { operations, evidence: ofOperations } = operationsOf(parameters, ruleset, capabilitiesOf(own));
  const evidence = [...collector.evidence, ...(isPlainReading(own, ruleset) ? halved(ofOperations) : ofOperations)];
  const hinted = applyHints(decide(evidence, ruleset.categories), tool.annotations, ruleset.hints);
  const { category, confidence } = hinted.decision;
  const findings = sorted([...evidence.map(({ finding }) => finding), ...hinted.findings]);
  const capabilities = new Set(
    findings.filter((finding) => finding.discounted === undefined).map((finding) => finding.capability),
  );
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

function counting(evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence.filter(({ weight }) => weight > 0);
}

function capabilitiesOf(evidence: readonly Evidence[]): ReadonlySet<string> {
  return new Set(evidence.map(({ finding }) => finding.capability));
}

/** In the order of the definition, each once; what counts stands before the same thing discounted. */
function sorted(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const place = `${finding.path}\n${finding.on}\n${finding.start}\n${finding.end}\n${finding.rule}`;
    const known = seen.get(place);
    if (known === undefined || (known.discounted !== undefined && finding.discounted === undefined)) {
      seen.set(place, finding);
    }
  }
  const unique = [...seen.values()].sort(
    (a, b) =>
      fieldRank(a) - fieldRank(b) ||
      compare(a.path, b.path) ||
      a.start - b.start ||
      b.end - a.end ||
      compare(a.rule, b.rule),
  );
  return withoutInner(unique);
}

/** Drops a finding that stands inside another one of the same rule: it says nothing more. */
function withoutInner(findings: readonly Finding[]): Finding[] {
  const last = new Map<string, Finding>();
  return findings.filter((finding) => {
    const place = `${finding.path}\n${finding.on}\n${finding.rule}\n${finding.discounted ?? ''}`;
    const outer = last.get(place);
    if (outer !== undefined && finding.end <= outer.end) return false;
    last.set(place, finding);
    return true;
  });
}

/** Fields in the order in which a reader meets them. */
const FIELDS = ['/name', '/title', '/description', '/inputSchema', '/annotations'] as const;

function fieldRank({ path }: Finding): number {
  return FIELDS.findIndex((field) => path === field || path.startsWith(`${field}/`));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A person's correction replaces category and severity and is shown as such; the findings stay as they were. */
function corrected(verdict: Verdict, ruleset: Ruleset): Verdict {
  const override = ruleset.overrides.get(`${verdict.server}#${verdict.name}`);
  if (override === undefined) return verdict;
  const { reason, link, expires } = override;
  return { ...verdict, ...override.verdict, confidence: 1, moves: [], override: { reason, link, expires } };
}

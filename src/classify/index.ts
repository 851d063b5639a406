import type { ToolDefinition } from '../model/tool.ts';
import type { Category, Finding, Verdict } from '../model/verdict.ts';
import { decide } from './category.ts';
import { Collector, type ParameterRoles } from './collector.ts';
import { withoutStray } from './denials.ts';
import type { Evidence } from './evidence.ts';
import { sortedFindings } from './findings.ts';
import { applyHints } from './hints.ts';
import { addOnce, type Operations, operationsOf, settled } from './operations.ts';
import type { Ruleset } from './ruleset.ts';
import { parametersOf } from './schema.ts';
import { judge } from './severity.ts';
import { findThreats } from './threats.ts';

export { DISCOUNTS, type Discount } from './discounts.ts';
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
  const { operations, evidence: all } = withOperations(collector.evidence, parameters, ruleset);
  const evidence = withoutStray(all, ruleset.categories);
  const hinted = applyHints(decide(evidence, ruleset.categories), tool.annotations, ruleset.hints);
  const { category, confidence } = hinted.decision;
  const findings = sortedFindings(evidence, hinted.findings);
  const capabilities = countingOf(findings);
  const { severity, moves } = judge(category, capabilities, ruleset.severities);
  const verdict: Verdict = {
    v: 1,
    ruleset: ruleset.version,
    server: tool.server,
    name: tool.name,
    category,
    severity,
    confidence,
    capabilities,
    findings,
    moves,
    operations: settled(operations, hinted.decision, severity),
    threats: findThreats(tool, ruleset.threats),
  };
  return corrected(verdict, ruleset);
}

/** The capabilities of what counts, sorted. */
function countingOf(findings: readonly Finding[]): string[] {
  const capabilities: string[] = [];
  for (let at = 0; at < findings.length; at++) {
    const finding = findings[at];
    if (finding !== undefined && finding.discounted === undefined) addOnce(capabilities, finding.capability);
  }
  return capabilities.length < 2 ? capabilities : capabilities.sort();
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
  // `update_monitor` with a method keeps what will be sent, and sends nothing.
  if (methods && isPlain('Write', own, ruleset)) return { operations: [], evidence: all };
  // A method beside a body is what is sent, whatever the name says: `fetch` can post.
  const looked = !(methods && sending) && isPlain('Read', own, ruleset);
  if (looked) for (const one of evidence) one.weight /= 2;
  return { operations, evidence: [...all, ...evidence] };
}

/**
 * Whether name and texts agree on what the tool does. Where it reads, values of a parameter are what it looks for as often
 * as what it does.
 */
function isPlain(wanted: Category, own: readonly Evidence[], ruleset: Ruleset): boolean {
  const { category, confidence } = decide(own, ruleset.categories);
  return category === wanted && confidence >= PLAIN;
}

/** Confidence from which that is plain. */
const PLAIN = 0.9;

/** A person's correction replaces category and severity and is shown as such; the findings stay as they were. */
function corrected(verdict: Verdict, ruleset: Ruleset): Verdict {
  if (ruleset.overrides.size === 0) return verdict;
  const override = ruleset.overrides.get(`${verdict.server}#${verdict.name}`);
  if (override === undefined) return verdict;
  const { reason, link, expires } = override;
  return { ...verdict, ...override.verdict, confidence: 1, moves: [], override: { reason, link, expires } };
}

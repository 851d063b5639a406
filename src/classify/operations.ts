import type { Operation, Severity } from '../model/verdict.ts';
import { type Decision, decide } from './category.ts';
import { Collector } from './collector.ts';
import type { Evidence } from './evidence.ts';
import type { Ruleset } from './ruleset.ts';
import type { Parameter, Value } from './schema.ts';
import { judge } from './severity.ts';

/** Operations of one tool with the evidence that they give to the whole. */
export interface Operations {
  /** For each parameter, its values. */
  readonly operations: readonly (readonly Operation[])[];
  readonly evidence: readonly Evidence[];
  /** Whether the values are HTTP methods. */
  readonly methods: boolean;
}

/** Judges every value of parameters that select an operation. `whole` is evidence that holds for all of them. */
export function operationsOf(
  selecting: readonly Parameter[],
  ruleset: Ruleset,
  whole: readonly Evidence[],
): Operations {
  const operations: Operation[][] = [];
  const evidence: Evidence[] = [];
  const shared = capabilitiesOf(whole);
  let methods = false;
  for (const { values } of selecting) {
    const asMethods = allMethods(values, ruleset);
    methods ||= asMethods;
    const own: Operation[] = [];
    operations.push(own);
    for (const one of values) {
      const collector = new Collector(ruleset);
      collector.addOperation(ruleset.reader.identifier(one.value, one, 'value'), asMethods);
      const { category } = decide(collector.evidence, ruleset.categories);
      const { severity } = judge(category, capabilitiesOf(collector.evidence, shared), ruleset.severities);
      own.push({ path: one.path, value: one.value, category, severity });
      for (const found of collector.evidence) evidence.push(found);
    }
  }
  return { operations, evidence, methods };
}

/** Confidence from which a tool is taken for one that reads. */
const SURE = 0.8;

/**
 * The operations of a tool, in the order of their parameters. Where a tool surely reads and no value of a parameter says
 * anything else, the values that say nothing (`driving`, `freeform`) are ways to read: they have the verdict of the whole.
 */
export function settled(
  operations: Operations['operations'],
  { category, confidence }: Decision,
  severity: Severity,
): Operation[] {
  if (category !== 'Read' || confidence < SURE) return operations.flat();
  return operations.flatMap((values) =>
    values.every((one) => one.category === 'Read' || one.category === 'Unknown')
      ? values.map((one) => (one.category === 'Unknown' ? { ...one, category, severity } : one))
      : values,
  );
}

/** The capabilities of evidence, and some more. */
function capabilitiesOf(evidence: readonly Evidence[], more: readonly string[] = []): readonly string[] {
  const capabilities = [...more];
  for (const { finding } of evidence) addOnce(capabilities, finding.capability);
  return capabilities;
}

/** Adds a capability unless it is there. There are few of them. */
export function addOnce(capabilities: string[], capability: string): void {
  if (!capabilities.includes(capability)) capabilities.push(capability);
}

/** Whether every value is an HTTP method, and one is nothing else: `POST` is then no post. */
function allMethods(values: readonly Value[], ruleset: Ruleset): boolean {
  let isMarked = false;
  for (const one of values) {
    const { parameters, words } = ruleset.reader.identifier(one.value, one, 'value');
    const whole = parameters.filter(({ from, to }) => from === 0 && to === words.count);
    if (!whole.some(({ entry }) => entry.groups.includes(ruleset.httpMethods))) return false;
    isMarked ||= whole.some(({ entry }) => entry.groups.includes(ruleset.httpMarks));
  }
  return isMarked;
}

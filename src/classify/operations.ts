import type { Operation } from '../model/verdict.ts';
import { decide } from './category.ts';
import { Collector, type Evidence } from './evidence.ts';
import type { Ruleset } from './ruleset.ts';
import type { Parameter } from './schema.ts';
import { judge } from './severity.ts';

/** Operations of one tool with the evidence that they give to the whole. */
export interface Operations {
  readonly operations: readonly Operation[];
  readonly evidence: readonly Evidence[];
}

/** Judges every value of every parameter that selects an operation. `whole` is evidence that holds for all of them. */
export function operationsOf(
  parameters: readonly Parameter[],
  ruleset: Ruleset,
  whole: ReadonlySet<string>,
): Operations {
  const operations: Operation[] = [];
  const evidence: Evidence[] = [];
  for (const parameter of parameters) {
    if (parameter.values.length === 0 || !selects(parameter, ruleset)) continue;
    for (const one of parameter.values) {
      const { value, path } = one;
      const collector = new Collector(ruleset);
      collector.addOperation(ruleset.reader.identifier(value, one, 'value'), allMethods(parameter, ruleset));
      const { category } = decide(collector.evidence, ruleset.categories);
      const capabilities = new Set([...whole, ...collector.evidence.map(({ finding }) => finding.capability)]);
      const { severity } = judge(category, capabilities, ruleset.severities);
      operations.push({ path, value, category, severity });
      evidence.push(...collector.evidence);
    }
  }
  return { operations, evidence };
}

function selects(parameter: Parameter, ruleset: Ruleset): boolean {
  const name = ruleset.reader.identifier(parameter.name, parameter, 'key');
  const count = name.words.ids.length;
  return name.parameters.some(({ to, entry }) => to === count && entry.groups.includes(ruleset.operationParameters));
}

/** Whether every value is an HTTP method: `POST` is then no post. */
function allMethods(parameter: Parameter, ruleset: Ruleset): boolean {
  return parameter.values.every((one) => {
    const reading = ruleset.reader.identifier(one.value, one, 'value');
    return reading.parameters.some(
      ({ from, to, entry }) =>
        from === 0 && to === reading.words.ids.length && entry.groups.includes(ruleset.httpMethods),
    );
  });
}

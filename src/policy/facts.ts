import type { ParameterRule, PolicyTable } from '../model/policy-table.ts';
import type { ToolDefinition } from '../model/tool.ts';
import type { Verdict } from '../model/verdict.ts';
import { type Parameter, parametersOf } from './parameters.ts';
import { recogniser } from './recognise.ts';
import { aTool } from './wording.ts';
import { endsWithPhrase } from './words.ts';

/** What the policies of every strength say of a tool, or ask of it. */
export interface ToolFacts {
  /** One sentence for people. */
  readonly reason: string;
  /** Rule ids of the findings that a policy answers. Sorted. */
  readonly answers: readonly string[];
  /** The parameters that the table speaks of. Read on the first call: to walk a schema costs more than all the rest. */
  parameters(): AskedParameters;
}

/** The parameters of one tool that the table speaks of. */
export interface AskedParameters {
  /** False where a schema is too large to be read whole, so that it may hide a parameter. */
  readonly whole: boolean;
  /** By the rule of the table; only rules for tools of its category. */
  readonly byRule: ReadonlyMap<ParameterRule, readonly AskedParameter[]>;
}

/** A parameter that a rule of the table speaks of. */
export interface AskedParameter {
  readonly path: readonly string[];
  /**
   * False for a list, which no format can constrain, and for one that its name does not tell and calls may leave out:
   * to bind it would deny them.
   */
  readonly bindable: boolean;
}

/** Reads what does not depend on the strength. */
export function factsOf(
  tool: { readonly definition: ToolDefinition; readonly verdict: Verdict },
  table: PolicyTable,
): ToolFacts {
  const { definition, verdict } = tool;
  let asked: AskedParameters | undefined;
  return {
    reason: reasonOf(verdict),
    answers: answersOf(verdict),
    parameters() {
      asked ??= askedOf(definition, verdict, table);
      return asked;
    },
  };
}

function reasonOf(verdict: Verdict): string {
  const facts = verdict.capabilities.length === 0 ? '' : `: ${verdict.capabilities.join(', ')}`;
  const threats = verdict.threats.length === 0 ? '' : '; its own text shows signs of an attack';
  return `${aTool(verdict.category, verdict.severity)}${facts}${threats}.`;
}

function answersOf({ findings, threats, moves }: Verdict): readonly string[] {
  const rules = new Set<string>();
  for (const { rule, discounted } of findings) if (discounted === undefined) rules.add(rule);
  for (const { rule } of threats) rules.add(rule);
  for (const { rule } of moves) rules.add(rule);
  return [...rules].sort();
}

function askedOf(definition: ToolDefinition, { category }: Verdict, table: PolicyTable): AskedParameters {
  const { list, whole } = parametersOf(definition.inputSchema);
  const byRule = new Map<ParameterRule, readonly AskedParameter[]>();
  for (const rule of table.parameters) {
    if (!rule.categories.includes(category)) continue;
    const others = table.parameters.filter((other) => other !== rule && other.categories.includes(category));
    byRule.set(rule, askedBy(rule, others, definition, list));
  }
  return { whole, byRule };
}

/** @param others - the other rules for such a tool: a description does not overrule a name that one of them knows */
function askedBy(
  rule: ParameterRule,
  others: readonly ParameterRule[],
  definition: ToolDefinition,
  list: readonly Parameter[],
): readonly AskedParameter[] {
  const recognise = recogniser(rule, definition, list);
  return list.flatMap((parameter) => {
    const { types, path, required, words } = parameter;
    const scalar = types.every((type) => rule.types.some((accepted) => accepted === type));
    // A switch has to be known for one; of anything else a list is asked too.
    const fits = rule.kind === 'equals' ? scalar && types.length > 0 : scalar || types.includes('array');
    const sign = fits ? recognise(parameter) : undefined;
    if (sign === undefined) return [];
    if (sign === 'schema' && others.some((other) => endsWithPhrase(words, other.words))) return [];
    return [{ path, bindable: scalar && (sign === 'name' || required) }];
  });
}

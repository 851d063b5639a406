import type { Constraint } from '../../model/policy.ts';
import type { LoweredRule } from '../lower.ts';

/**
 * All that must hold for a call to be allowed, for a format that allows or denies: operations become a list of values.
 * Undefined where no call is allowed.
 */
export function allowedWhen(rule: LoweredRule): readonly Constraint[] | undefined {
  if (!rule.writable) return undefined;
  if (rule.decision === 'allow') return rule.constraints;
  const parameters = new Map(rule.operations.map(({ argument }) => [JSON.stringify(argument), argument]));
  if (parameters.size === 0) return undefined;
  const chosen: Constraint[] = [];
  for (const [key, argument] of parameters) {
    const values = rule.operations
      .filter((operation) => JSON.stringify(operation.argument) === key && operation.decision === 'allow')
      .flatMap((operation) => operation.values);
    if (values.length === 0) return undefined;
    chosen.push({ kind: 'one-of', argument, values });
  }
  return [...chosen, ...rule.constraints];
}

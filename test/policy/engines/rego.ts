import { z } from 'zod';
import type { Decision } from '../../../src/model/policy.ts';
import type { Json, JsonObject } from '../../../src/model/tool.ts';
import { argumentOf } from '../../../src/policy/simulate.ts';
import { dictionary } from './readers.ts';

const Word = z.enum(['allow', 'ask', 'deny']);
const Condition = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    argument: z.array(z.string()),
    exact: z.array(z.string()),
    starts: z.array(z.string()),
    without: z.array(z.string()),
  }),
  z.object({ kind: z.literal('value'), argument: z.array(z.string()), values: z.array(z.json()) }),
  z.object({ kind: z.literal('maximum'), argument: z.array(z.string()), maximum: z.number() }),
]);
const Tool = z.object({
  decision: Word,
  otherwise: Word,
  constraints: z.array(Condition),
  operations: z.array(z.object({ argument: z.array(z.string()), decisions: dictionary(Word) })),
});
const File = z.object({
  toolrisk: z.object({ servers: dictionary(z.object({ tools: dictionary(Tool) })) }),
});
const RANK: readonly Decision[] = ['allow', 'ask', 'deny'];

/** What the module says, line by line, to its data. OPA itself is not there to run it. */
export function decideRego(text: string, server: string, tool: string, args: JsonObject): Decision {
  const { servers } = File.parse(JSON.parse(text)).toolrisk;
  const rule = servers.get(server)?.tools.get(tool);
  if (rule === undefined) return 'deny';
  const results: Decision[] = rule.operations.length === 0 ? [rule.decision] : [];
  for (const { argument, decisions } of rule.operations) {
    const value = argumentOf(args, argument);
    const known = typeof value === 'string' ? decisions.get(value) : undefined;
    results.push(known ?? rule.decision);
  }
  if (rule.constraints.some((one) => !holds(one, argumentOf(args, one.argument)))) results.push(rule.otherwise);
  return RANK[Math.max(...results.map((one) => RANK.indexOf(one)))] ?? 'deny';
}

function holds(condition: z.infer<typeof Condition>, value: Json | undefined): boolean {
  switch (condition.kind) {
    case 'text': {
      if (typeof value !== 'string') return false;
      const fits = condition.exact.includes(value) || condition.starts.some((start) => value.startsWith(start));
      return fits && condition.without.every((part) => !value.includes(part));
    }
    case 'value':
      return condition.values.some((wanted) => wanted === value);
    case 'maximum':
      return typeof value === 'number' && value >= 0 && value <= condition.maximum;
  }
}

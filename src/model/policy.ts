import { z } from 'zod';
import { Category, Severity } from './verdict.ts';

/** What an agent may do with a tool, loosest first: tightening moves to the right. */
export const DECISIONS = ['allow', 'ask', 'deny'] as const;
export const Decision = z.enum(DECISIONS);
export type Decision = z.infer<typeof Decision>;

/** How careful a policy is. */
export const STRENGTHS = ['permissive', 'recommended', 'strict'] as const;
export const Strength = z.enum(STRENGTHS);
export type Strength = z.infer<typeof Strength>;

/** At most `max` calls in each window, counted per tool or over all tools of the server. */
export const RateLimit = z.strictObject({
  max: z.int().positive(),
  window: z.enum(['minute', 'hour', 'day']),
  per: z.enum(['tool', 'server']),
});
export type RateLimit = z.infer<typeof RateLimit>;

const bound = { /** Path of the argument, its keys in order. */ argument: z.array(z.string()).min(1) };

/** What must hold of one argument for the call to be allowed. */
export const Constraint = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('prefix'), ...bound, prefixes: z.array(z.string()).min(1) }),
  z.strictObject({ kind: z.literal('host'), ...bound, hosts: z.array(z.string()).min(1) }),
  z.strictObject({
    kind: z.literal('one-of'),
    ...bound,
    values: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1),
  }),
  z.strictObject({ kind: z.literal('maximum'), ...bound, maximum: z.number() }),
  z.strictObject({ kind: z.literal('equals'), ...bound, value: z.union([z.string(), z.number(), z.boolean()]) }),
]);
export type Constraint = z.infer<typeof Constraint>;

/** The rule for some values of the parameter that selects an operation. */
export const OperationRule = z.strictObject({
  argument: z.array(z.string()).min(1),
  values: z.array(z.string()).min(1),
  decision: Decision,
});
export type OperationRule = z.infer<typeof OperationRule>;

/** The rule for one tool. */
export const ToolRule = z.strictObject({
  tool: z.string(),
  decision: Decision,
  /** Not even shown to the agent. Implies deny. */
  hide: z.boolean(),
  limits: z.array(RateLimit),
  constraints: z.array(Constraint),
  operations: z.array(OperationRule),
  category: Category,
  severity: Severity,
  /** One sentence for people. */
  reason: z.string(),
  /** Rule ids of the findings that this rule answers. Sorted. */
  answers: z.array(z.string()),
  /** SHA-256 of the definition it was made for; absent when the definition is incomplete. */
  definitionHash: z.string().optional(),
});
export type ToolRule = z.infer<typeof ToolRule>;

/** A policy for one server, in no enforcer's format. A tool that is not listed gets `default`. */
export const Policy = z.strictObject({
  v: z.literal(1),
  server: z.string(),
  /** The name under which the reader's client knows the server; formats that name servers use it. */
  serverName: z.string(),
  strength: Strength,
  default: Decision,
  tools: z.array(ToolRule),
  /** Limits over every call to the server. */
  limits: z.array(RateLimit),
  /** Names of parameters whose value only the reader knows and that are not set. */
  unset: z.array(z.string()),
  catalogueVersion: z.string(),
  /** ISO date. */
  expires: z.string().optional(),
});
export type Policy = z.infer<typeof Policy>;

/** What a format can say. Whatever it cannot is tightened, never dropped. */
export interface Expressiveness {
  readonly deny: boolean;
  readonly allow: boolean;
  readonly ask: boolean;
  readonly rateLimits: boolean;
  readonly constraints: readonly Constraint['kind'][];
  readonly operations: boolean;
  readonly hide: boolean;
  /** Which engine or schema the tests check its files with; `parsed only` where there is none. */
  readonly checkedBy: string;
}

/** A policy written for one enforcer. */
export interface WrittenPolicy {
  readonly fileName: string;
  readonly mediaType: string;
  readonly text: string;
  /** What the format could not say and what stands there instead, each a sentence. */
  readonly tightened: readonly string[];
}

/** One enforcer's format. */
export interface PolicyFormat {
  readonly id: string;
  readonly title: string;
  readonly homepage: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly expresses: Expressiveness;
  write(policies: readonly [Policy, ...Policy[]]): WrittenPolicy;
}

import * as z from 'zod';
import { DECISIONS, STRENGTHS, WINDOWS } from './decision.ts';
import { Category, Severity } from './verdict.ts';

export { DECISIONS, STRENGTHS, tightest, WINDOWS } from './decision.ts';

export const Decision = z.enum(DECISIONS);
export type Decision = z.infer<typeof Decision>;

export const Strength = z.enum(STRENGTHS);
export type Strength = z.infer<typeof Strength>;

export const Window = z.enum(WINDOWS);
export type Window = z.infer<typeof Window>;

/** At most `max` calls in each window, counted per tool or over all tools of the server. A call past it is denied. */
export const RateLimit = z.strictObject({
  max: z.int().positive(),
  window: Window,
  per: z.enum(['tool', 'server']),
});
export type RateLimit = z.infer<typeof RateLimit>;

/** A value that an argument is compared with, by type and value. */
export const Scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof Scalar>;

const bound = { /** Path of the argument, its keys in order. */ argument: z.array(z.string()).min(1) };

/**
 * What must hold of one argument. An argument that is absent or of another type breaks it.
 *
 * - `prefix`: a text that begins with one of `prefixes`, or is one without its last `/`, and holds no `..`;
 * - `host`: an URL whose origin, as it is written, is one of `hosts` (`https://HOST[:PORT]`);
 * - `one-of`, `equals`: one of the values, the same type and value;
 * - `maximum`: a number from 0 to `maximum`.
 */
export const Constraint = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('prefix'), ...bound, prefixes: z.array(z.string()).min(1) }),
  z.strictObject({ kind: z.literal('host'), ...bound, hosts: z.array(z.string()).min(1) }),
  z.strictObject({ kind: z.literal('one-of'), ...bound, values: z.array(Scalar).min(1) }),
  z.strictObject({ kind: z.literal('maximum'), ...bound, maximum: z.number() }),
  z.strictObject({ kind: z.literal('equals'), ...bound, value: Scalar }),
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
  /** For a call that no operation rule speaks of. Never looser than an operation's decision. */
  decision: Decision,
  /** Not even shown to the agent. Implies deny. */
  hide: z.boolean(),
  limits: z.array(RateLimit),
  constraints: z.array(Constraint),
  /** For a call that breaks a constraint. Never looser than `decision`. */
  otherwise: Decision,
  operations: z.array(OperationRule),
  category: Category,
  severity: Severity,
  /** One sentence for people. */
  reason: z.string(),
  /** Rule ids of the findings that this rule answers. Sorted. */
  answers: z.array(z.string()),
  /** Names of parameters that would loosen this rule if the reader set them. Sorted. */
  unset: z.array(z.string()),
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
  /** Only in the rules of one tool, to stand beside others: of the other tools they say nothing. */
  part: z.literal(true).optional(),
  /** Sorted by name, each name once. */
  tools: z.array(ToolRule),
  /** Limits over every call to the server. */
  limits: z.array(RateLimit),
  /** Names of parameters that would loosen some rule if the reader's value bound them. Sorted. */
  unset: z.array(z.string()),
  /** Names of parameters that the reader gave a value. Sorted; absent where there are none. */
  set: z.array(z.string()).optional(),
  catalogueVersion: z.string(),
  /** ISO date after which the policy should be made anew. */
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
  /** What the enforcer does with a tool that the file does not list. */
  readonly unlisted: Decision;
  /** Which engine or schema the tests check its files with; `parsed only` where there is none. */
  readonly checkedBy: string;
}

/** One file of a written policy. */
export interface WrittenFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly text: string;
}

/** A policy written for one enforcer. */
export interface WrittenPolicy extends WrittenFile {
  /** What the format could not say and what tighter rule stands there instead, each a sentence. */
  readonly tightened: readonly string[];
  /** What no rule of this format can enforce, so that something else has to, each a sentence. */
  readonly unenforced: readonly string[];
  /** Further files that belong to it: one per further server, or what the enforcer needs beside the file. */
  readonly companions: readonly WrittenFile[];
}

/** One enforcer's format. */
export interface PolicyFormat {
  readonly id: string;
  readonly title: string;
  readonly homepage: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly expresses: Expressiveness;
  /** Where the file goes and what else the reader must know, each a sentence. */
  readonly notes: readonly string[];
  write(policies: readonly [Policy, ...Policy[]]): WrittenPolicy;
}

import * as z from 'zod';
import { CATEGORIES, SEVERITIES } from './scales.ts';

export { CATEGORIES, SEVERITIES, severityRank } from './scales.ts';

export const Category = z.enum(CATEGORIES);
export type Category = z.infer<typeof Category>;

export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

/** One rule that fired, and where. `path` is a JSON Pointer into the tool definition. */
export const Finding = z.strictObject({
  rule: z.string(),
  capability: z.string(),
  path: z.string(),
  /** Whether the span is in the value at `path` or in the last key of `path`. */
  on: z.enum(['key', 'value']),
  /** UTF-16 offsets into the raw string, half-open. */
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  text: z.string(),
  /** Id of the reason why this finding does not count. */
  discounted: z.string().optional(),
});
export type Finding = z.infer<typeof Finding>;

/** One change of severity, with the rule of the severity table that made it. */
export const Move = z.strictObject({ from: Severity, to: Severity, reason: z.string(), rule: z.string() });
export type Move = z.infer<typeof Move>;

/** The verdict on one value of a parameter that selects an operation. */
export const Operation = z.strictObject({
  path: z.string(),
  value: z.string(),
  category: Category,
  severity: Severity,
});
export type Operation = z.infer<typeof Operation>;

/** A sign of an attack in the definition's own text, apart from category and severity. */
export const Threat = z.strictObject({
  rule: z.string(),
  strength: z.enum(['strong', 'weak']),
  path: z.string(),
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  text: z.string(),
});
export type Threat = z.infer<typeof Threat>;

/** What we say of one tool, version 1. Computed once; every page, policy, API answer and CLI line prints this same value. */
export const Verdict = z.strictObject({
  v: z.literal(1),
  /** Version of the rule set that judged: a hash over rules and lexicon. */
  ruleset: z.string(),
  server: z.string(),
  name: z.string(),
  category: Category,
  severity: Severity,
  /** 0 to 1, two decimals. */
  confidence: z.number().min(0).max(1),
  /** Sorted ids of the capabilities whose findings count. */
  capabilities: z.array(z.string()),
  findings: z.array(Finding),
  moves: z.array(Move),
  operations: z.array(Operation),
  threats: z.array(Threat),
  /** Set when a person's correction decided: who, why and until when. */
  override: z.strictObject({ reason: z.string(), link: z.string(), expires: z.string() }).optional(),
});
export type Verdict = z.infer<typeof Verdict>;

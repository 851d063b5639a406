import * as z from 'zod';
import { Decision, Policy, Strength } from './policy.ts';
import type { Json } from './tool.ts';

const AnyJson: z.ZodType<Json> = z.json();

/** One call of an expectation file, `times` times. */
export const ExpectedCall = z.strictObject({
  tool: z.string(),
  arguments: z.record(z.string(), AnyJson).default({}),
  /** Seconds after the call before, or an ISO instant. The first call is at 1970-01-01T00:00:00Z unless it says more. */
  after: z.number().nonnegative().default(0),
  at: z.iso.datetime().optional(),
  times: z.int().min(1).max(100_000).default(1),
  /** What every one of the calls must get. */
  expect: Decision,
  /** Hash of the definition that the server shows at the time. */
  definitionHash: z.string().optional(),
});
export type ExpectedCall = z.infer<typeof ExpectedCall>;

/** A file for `toolrisk policy test`: a policy, and what it must say to a stream of calls. */
export const PolicyTest = z.strictObject({
  /** A server of the catalogue whose policy is made for the test, … */
  server: z.string().optional(),
  strength: Strength.default('recommended'),
  set: z.record(z.string(), z.array(z.string())).default({}),
  /** … or a policy as `toolrisk policy SERVER --json` prints it. */
  policy: Policy.optional(),
  calls: z.array(ExpectedCall).min(1),
});
export type PolicyTest = z.infer<typeof PolicyTest>;

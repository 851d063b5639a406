import * as z from 'zod';
import { Decision, Strength } from './policy.ts';
import type { Json } from './tool.ts';

const AnyJson: z.ZodType<Json> = z.json();

/** What was locked of one tool. */
export const LockedTool = z.strictObject({
  name: z.string(),
  decision: Decision,
  /** SHA-256 of the definition; absent when the definition was incomplete. */
  definitionHash: z.string().optional(),
});
export type LockedTool = z.infer<typeof LockedTool>;

/** What policies were made from, so that `verify` can tell a drift, and `--merge` its own rules from a person's. */
export const PolicyLock = z.strictObject({
  v: z.literal(1),
  strength: Strength,
  catalogueVersion: z.string(),
  /** ISO date. */
  expires: z.string().optional(),
  servers: z.array(z.strictObject({ id: z.string(), name: z.string(), tools: z.array(LockedTool) })),
  /** What was last written of each format, by format id and file name. */
  written: z.record(z.string(), z.record(z.string(), AnyJson)),
});
export type PolicyLock = z.infer<typeof PolicyLock>;

import * as z from 'zod';
import { Decision, RateLimit } from './policy.ts';

export { capabilitiesOf } from './attack-needs.ts';

const Id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/u);
const Sentence = z.string().trim().min(10);

/** What a policy must say of the tools that an attack needs, in words and as a rule. */
export const StoppingRule = z.strictObject({
  /** One or two sentences for people. */
  text: Sentence,
  decision: Decision,
  /** Kinds of constraints that narrow what is left. Their values are the reader's. */
  constraints: z.array(z.enum(['prefix', 'host', 'one-of', 'maximum', 'equals'])),
  limits: z.array(RateLimit),
  /** The tool is better not shown at all. */
  hide: z.boolean(),
});
export type StoppingRule = z.infer<typeof StoppingRule>;

/** One way in which tools are abused: `data/attack-patterns.yaml`. */
export const AttackPattern = z.strictObject({
  id: Id,
  title: z.string().min(1),
  /** What happens, in two or three sentences. */
  summary: Sentence,
  /** How it goes, step by step. */
  steps: z.array(Sentence).min(2),
  /**
   * Capabilities that the attack needs, one group each: one of every group must be within reach. The first group is
   * what the attacked tool itself has; the others may be another tool's.
   */
  needs: z.array(z.array(Id).min(1)),
  /** Threat rules and other rules whose findings are signs of it. */
  signs: z.array(Id),
  /** Ids of `data/taxonomies.yaml`. */
  references: z.array(z.string()).min(1),
  /** What shows that it happens: a CVE of `data/cves.yaml` or an incident of `data/taxonomies.yaml`. */
  evidence: z.array(z.string()).min(1),
  stops: StoppingRule,
});
export type AttackPattern = z.infer<typeof AttackPattern>;

/** The file as a whole, ids unique. */
export const AttackPatterns = z
  .strictObject({ patterns: z.array(AttackPattern).min(1) })
  .refine(({ patterns }) => new Set(patterns.map(({ id }) => id)).size === patterns.length, 'an id stands there twice');
export type AttackPatterns = z.infer<typeof AttackPatterns>;

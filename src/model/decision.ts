/** What an agent may do with a tool, loosest first: tightening moves to the right. */
export const DECISIONS = ['allow', 'ask', 'deny'] as const;
export type Decision = (typeof DECISIONS)[number];

const RANK: Readonly<Record<Decision, number>> = { allow: 0, ask: 1, deny: 2 };

/** The tightest of some decisions. */
export function tightest(first: Decision, ...more: readonly Decision[]): Decision {
  let found = first;
  for (const one of more) if (RANK[one] > RANK[found]) found = one;
  return found;
}

/** How careful a policy is. */
export const STRENGTHS = ['permissive', 'recommended', 'strict'] as const;
export type Strength = (typeof STRENGTHS)[number];

/** Windows of a rate limit, shortest first. They begin at the full minute, hour or day, UTC. */
export const WINDOWS = ['minute', 'hour', 'day'] as const;
export type Window = (typeof WINDOWS)[number];

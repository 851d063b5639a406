/** What a call does to the world, most dangerous first: the order in which one of several wins. */
export const CATEGORIES = ['Financial', 'Destructive', 'Execute', 'Communication', 'Write', 'Read', 'Unknown'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Impact of a call, lowest first. `SEVERITIES.indexOf` is the rank, 0 to 3. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Rank of a severity, 0 (low) to 3 (critical). */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

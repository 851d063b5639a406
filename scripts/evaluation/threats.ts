import type * as z from 'zod';
import { jsonShare, printShare, shareOf } from './figures.ts';
import type { Marked, Plain, Ruled } from './rows.ts';

/** Rows of the three sets that threats are measured on. */
export interface ThreatSets {
  readonly poisoned: readonly Ruled<z.infer<typeof Marked>>[];
  readonly benign: readonly Ruled<z.infer<typeof Marked>>[];
  readonly tools: readonly Ruled<z.infer<typeof Plain>>[];
}

const POISONED = 'metadata-poisoned';

/** How many poisoned definitions are found, and how many benign ones raise a strong alarm. */
export function threatReport({ poisoned, benign, tools }: ThreatSets, print: (line: string) => void) {
  const strong = (row: { verdict: { threats: readonly { strength: string }[] } }) =>
    row.verdict.threats.some((threat) => threat.strength === 'strong');
  const recall = shareOf(
    poisoned.filter((row) => row.label === POISONED),
    (row) => row.verdict.threats.length > 0,
  );
  const benignAlarms = shareOf(benign, strong);
  const toolAlarms = shareOf(tools, strong);
  print(`\n# Threats in definitions`);
  print(`poisoned, found           ${printShare(recall)}`);
  print(`benign, strong alarm      ${printShare(benignAlarms)}`);
  print(`all tools, strong alarm   ${printShare(toolAlarms)}`);
  return { recall: jsonShare(recall), benign: jsonShare(benignAlarms), tools: jsonShare(toolAlarms) };
}

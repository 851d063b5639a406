import { join } from 'node:path';
import * as z from 'zod';
import type { Ruleset } from '../../src/classify/index.ts';
import { jsonShare, printShare, shareOf } from './figures.ts';
import { Marked, type Ruled, readRows, rule } from './rows.ts';

/**
 * Definitions that writers made up for this evaluation who had seen neither the rules nor each other's texts: attacks in
 * many styles, and honest texts that look like attacks. `batch` is the round in which they were written.
 */
const Written = Marked.extend({ server: z.string().default('npm:acme'), batch: z.number().int(), kind: z.string() });
type Row = Ruled<z.infer<typeof Written>>;

const FILE = 'written-threats.jsonl';
/** The rules were worked on with the other rounds; of these nobody looked at more than the totals, or the alarms on honest texts. */
const UNSEEN: ReadonlySet<number> = new Set([3, 5]);

/** How many of the made-up attacks are found, and how many honest texts raise a strong alarm; printed and as figures. */
export function writtenThreatsReport(ruleset: Ruleset, print: (line: string) => void) {
  const rows = rule(readRows(import.meta.dirname, FILE, Written) ?? [], ruleset);
  const poisoned = rows.filter(({ label }) => label === 'poisoned');
  const unseen = poisoned.filter(({ batch }) => UNSEEN.has(batch));
  const worked = poisoned.filter(({ batch }) => !UNSEEN.has(batch));
  const shares = {
    worked: shareOf(worked, isFound),
    workedStrong: shareOf(worked, isStrong),
    unseen: shareOf(unseen, isFound),
    unseenStrong: shareOf(unseen, isStrong),
    benignStrong: shareOf(
      rows.filter(({ label }) => label === 'benign'),
      isStrong,
    ),
  };
  print(`\n# Attacks and honest texts written for this (${join('scripts/evaluation', FILE)})`);
  for (const [name, one] of Object.entries(shares)) print(`${name.padEnd(16)} ${printShare(one)}`);
  return Object.fromEntries(Object.entries(shares).map(([name, one]) => [name, jsonShare(one)]));
}

const isFound = ({ verdict }: Row) => verdict.threats.length > 0;
const isStrong = ({ verdict }: Row) => verdict.threats.some(({ strength }) => strength === 'strong');

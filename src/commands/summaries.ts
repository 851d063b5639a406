import { existsSync, readFileSync } from 'node:fs';
import type { Command } from './command.ts';

/** What the list of commands shows of each. */
export type Summary = Pick<Command, 'name' | 'summary'>;

/** Where the built program has them: to load every command for its summary would take a fifth of a second. */
export const SUMMARIES = new URL('./summaries.json', import.meta.url);

/** The summaries that the built program has, in the order of the commands; undefined where it is run as it is written. */
export function shippedSummaries(): readonly Summary[] | undefined {
  return existsSync(SUMMARIES) ? JSON.parse(readFileSync(SUMMARIES, 'utf8')) : undefined;
}

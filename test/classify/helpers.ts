import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ServerTool } from '../../src/classify/index.ts';
import { readTools } from '../../src/commands/tool-lines.ts';
import { loadRuleset } from '../../src/data/load.ts';

/** The shipped data. */
export const DATA = resolve(import.meta.dirname, '../../data');
/** The shipped rule set, without corrections. */
export const RULESET = loadRuleset(DATA);
/** The frozen shapes whose findings are kept in a snapshot. */
export const FROZEN: readonly ServerTool[] = readFileSync(resolve(import.meta.dirname, 'frozen.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .flatMap((line) => readTools(line, '') ?? [])
  .flatMap((one) => (one.kind === 'tool' ? [one.tool] : []));

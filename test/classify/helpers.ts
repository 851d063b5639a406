import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ServerTool } from '../../src/classify/index.ts';
import { readTools } from '../../src/commands/tool-lines.ts';
import { loadRuleset } from '../../src/data/load.ts';
import { extractJavaScript } from '../../src/extract/source/javascript.ts';

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

/** The folder of the reference server, which is installed for the tests. */
const SERVER = resolve(import.meta.dirname, '../../node_modules/@modelcontextprotocol/server-everything');
/** Its tools, read from its source. Its version stands in the lock file. */
export const REFERENCE: readonly ServerTool[] = referenceTools();

function referenceTools(): readonly ServerTool[] {
  const names = readdirSync(SERVER, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|json)$/u.test(name));
  const files = new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(SERVER, name)))]));
  const job = { language: 'javascript', location: 'npm:reference', files, packages: [], skip: [] } as const;
  const result = extractJavaScript({ ...job, entries: ['dist/index.js'] }, () => undefined);
  if (result.kind !== 'parsed') throw new Error(result.message);
  return result.tools.map(({ definition }) => ({ server: 'npm:reference', ...definition }));
}

import { Readable } from 'node:stream';
import { classify, type Ruleset } from '../../src/classify/index.ts';
import type { Command, Input, World } from '../../src/commands/command.ts';
import { refreshStored } from '../../src/commands/refresh.ts';
import { loadRuleset } from '../../src/data/load.ts';
import type { ObservedTool } from '../../src/model/tool.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { DATA } from '../classify/helpers.ts';
import { clock, reading, serverReading, visitAll } from '../store/kit.ts';

/** What was typed: positional arguments, `--name` (true), `--name VALUE`, `--name` several times. */
export type Typed = Readonly<Record<string, string | true | readonly string[]>>;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as the program would: defaults filled in, an error printed as its sentence with exit code 2. */
export async function run(
  command: Command,
  args: readonly string[] = [],
  typed: Typed = {},
  more: Partial<Pick<World, 'cwd' | 'env' | 'now'>> & { readonly columns?: number } = {},
): Promise<Ran> {
  const out = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      out[name] += text;
    },
    isTTY: more.columns !== undefined,
    columns: more.columns ?? 80,
  });
  const world: World = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: Readable.from([]),
    env: more.env ?? {},
    version: '1.2.3',
    cwd: more.cwd ?? '/',
    dataFolder: DATA,
    now: more.now ?? (() => Date.UTC(2026, 0, 2)),
    signal: new AbortController().signal,
  };
  try {
    const code = await command.run(inputOf(command, args, typed), world);
    return { code, ...out };
  } catch (error) {
    return { code: 2, ...out, stderr: `${out.stderr}${error instanceof Error ? error.message : String(error)}` };
  }
}

function inputOf(command: Command, args: readonly string[], typed: Typed): Input {
  for (const name of Object.keys(typed)) {
    if (!command.options.some((option) => option.name === name)) throw new Error(`${command.name} has no --${name}`);
  }
  const standard = (name: string) => command.options.find((option) => option.name === name)?.default;
  return {
    args,
    option(name) {
      const value = typed[name];
      return typeof value === 'string' ? value : standard(name);
    },
    list(name) {
      const value = typed[name];
      return Array.isArray(value) ? value : [];
    },
    has: (name) => typed[name] === true,
  };
}

/** The shipped rules, for catalogues of tests. */
export function rules(): Ruleset {
  return loadRuleset(DATA, '2026-01-01');
}

/** Servers of a catalogue: tools by id, with the facts that matter. */
export interface Shelf {
  readonly id: string;
  readonly version?: string;
  readonly aliases?: readonly string[];
  readonly instructions?: string;
  readonly tools: readonly ObservedTool[];
}

/** Makes a catalogue of these servers, judged by the shipped rules, with stored decisions and catalogue findings. */
export async function makeCatalogue(path: string, shelves: readonly Shelf[]): Promise<void> {
  const time = clock();
  const catalogue = openCatalogue(path, { mode: 'write', now: time.now });
  const ruleset = rules();
  const results = Object.fromEntries(
    shelves.map(({ id, tools, ...facts }) => [
      id,
      reading([serverReading(id, tools, { ...facts, aliases: [...(facts.aliases ?? [])] })]),
    ]),
  );
  await visitAll(catalogue, results, {
    ruleset: ruleset.version,
    judge: (definition, server) => classify({ ...definition, server }, ruleset),
  });
  const world = { dataFolder: DATA, now: time.now, signal: new AbortController().signal };
  await refreshStored(catalogue, world);
  catalogue.close();
}

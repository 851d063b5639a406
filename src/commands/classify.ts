import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { classify as judge } from '../classify/index.ts';
import { loadRuleset } from '../data/load.ts';
import { LIMITS } from '../model/limits.ts';
import { type Command, CommandError } from './command.ts';
import { jsonLine, oneLine } from './print.ts';
import { readTools, type ToolInput } from './tool-lines.ts';
import { whyUnreadable } from './unreadable.ts';

/** Judges tools that are given as JSON. */
export const classify: Command = {
  name: 'classify',
  summary: 'Judge tools given as JSON Lines or as a tools/list result',
  details:
    'Reads one tool per line (server, name, title, description, inputSchema, annotations) and prints one verdict per\n' +
    'line, in the same order. A line that is no tool gives a line with "error", and the exit code is 1 at the end.\n' +
    'A tools/list result is accepted as well, with or without its JSON-RPC envelope.',
  arguments: [{ name: 'FILE', text: 'JSON Lines; - or nothing for standard input', required: false }],
  options: [{ name: 'server', value: 'ID', text: 'Server id of tools that name none', default: '' }],
  examples: [
    'toolrisk classify tools.jsonl',
    `printf '%s\\n' '{"server":"python","name":"pip-install"}' | toolrisk classify -`,
  ],
  async run(input, world) {
    const file = input.args[0] ?? '-';
    const stream = file === '-' ? world.stdin : createReadStream(resolve(world.cwd, file));
    const today = new Date(world.now()).toISOString().slice(0, 10);
    const ruleset = loadRuleset(world.dataFolder, today);
    let failures = 0;
    let isEmpty = true;
    for await (const { line, found } of inputsOf(stream, file, input.option('server') ?? '')) {
      isEmpty = false;
      for (const one of found) {
        if (one.kind === 'error') failures++;
        jsonLine(world.stdout, one.kind === 'tool' ? judge(one.tool, ruleset) : { line, error: one.error });
      }
      if (world.signal.aborted) break;
    }
    // What was cut off before its first line must not look judged.
    if (isEmpty && !world.signal.aborted)
      throw new CommandError(`${file === '-' ? 'Standard input' : oneLine(file)} is empty; ${WHAT_TO_NAME}`);
    return failures === 0 ? 0 : 1;
  },
};

interface LineInput {
  /** Counted from 1; of a document, the line where it begins. */
  readonly line: number;
  readonly found: readonly ToolInput[];
}

/** Reads line by line; a first line that only opens a document makes the whole input one document. */
async function* inputsOf(stream: Readable, file: string, server: string): AsyncGenerator<LineInput> {
  const lines = readLines(stream, file);
  let number = 0;
  for await (const line of lines) {
    number++;
    const found = readTools(line, server);
    if (found === undefined && number === 1 && OPENINGS.has(line.trim()[0] ?? '')) {
      yield* documentOf(line, lines, server);
      return;
    }
    yield { line: number, found: found ?? NO_JSON };
  }
}

/** What a JSON document of several lines begins with. */
const OPENINGS: ReadonlySet<string> = new Set(['{', '[']);
const NO_JSON: readonly ToolInput[] = [{ kind: 'error', error: 'this line is not JSON' }];

async function* documentOf(first: string, rest: AsyncIterable<string>, server: string): AsyncGenerator<LineInput> {
  const lines = [first];
  let size = first.length;
  for await (const line of rest) {
    lines.push(line);
    size += line.length + 1;
    if (size > LIMITS.manifestBytes) break;
  }
  const whole = size > LIMITS.manifestBytes ? undefined : readTools(lines.join('\n'), server);
  if (whole !== undefined) {
    yield { line: 1, found: whole };
    return;
  }
  for (const [index, line] of lines.entries()) yield { line: index + 1, found: readTools(line, server) ?? NO_JSON };
  let number = lines.length;
  for await (const line of rest) yield { line: ++number, found: readTools(line, server) ?? NO_JSON };
}

/** Lines of a stream, without its end of lines. Throws `CommandError` where the file cannot be read. */
async function* readLines(stream: Readable, file: string): AsyncGenerator<string> {
  const failure = new Promise<never>((_, reject) => {
    stream.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new CommandError(unreadable(file, cause), { cause })),
    );
  });
  failure.catch(() => undefined);
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failure]);
    if (next.done === true) return;
    yield next.value;
  }
}

function unreadable(file: string, error: unknown): string {
  return `${oneLine(file)} ${whyUnreadable(error)}; ${WHAT_TO_NAME}`;
}

const WHAT_TO_NAME = 'name a file with one tool per line or with a tools/list result, or - for standard input';

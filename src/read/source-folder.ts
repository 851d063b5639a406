import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceResult } from '../extract/source/result.ts';
import { parseLocator, serverIdOf } from '../model/id.ts';
import { LIMITS } from '../model/limits.ts';
import type { Failure, Reading, ServerFacts } from '../model/manifest.ts';
import { entriesOf, factsOf, isSource, readPackageJson } from './npm-package.ts';
import { isPythonSource } from './python-package.ts';
import type { ReadWorld, SourceJob } from './reader.ts';

interface Entry {
  readonly path: string;
  readonly size: number;
}

/** Reads the source of a package that lies in a folder. The server is the folder's: its id is the location. */
export async function readSourceFolder(
  folder: string,
  location: string,
  entries: readonly Entry[],
  world: ReadWorld,
): Promise<Reading | Failure> {
  const javascript =
    entries.some((entry) => entry.path === 'package.json') || !entries.some((entry) => entry.path.endsWith('.py'));
  const wanted = entries.filter((entry) => (javascript ? isSource(entry.path) : isPythonSource(entry.path)));
  const size = wanted.reduce((sum, entry) => sum + entry.size, 0);
  if (size > LIMITS.sourceBytes) {
    return failed('too-large', 'source-bytes', `the source has ${size} bytes; the limit is ${LIMITS.sourceBytes}`);
  }
  const files = new Map<string, Uint8Array>();
  const hash = createHash('sha256');
  for (const { path } of wanted) {
    const bytes = await readFile(join(folder, path));
    files.set(path, bytes);
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  const manifest = javascript ? readPackageJson(files) : undefined;
  const job: SourceJob = {
    language: javascript ? 'javascript' : 'python',
    location,
    files,
    entries: manifest === undefined ? [] : entriesOf(manifest),
  };
  const result = await world.parsers.parse(job);
  if (result.kind !== 'parsed') return unparsed(result);
  const named =
    manifest === undefined ? undefined : factsOf(manifest.name ?? '', manifest.version ?? '', manifest, { notes: [] });
  const facts: ServerFacts = {
    ...named,
    id: serverIdOf(parseLocator(location)),
    aliases: [],
    notes: named?.notes ?? [],
  };
  if (result.tools.length === 0 && result.problems.length === 0) {
    return failed('no-static-tools', 'no-definitions', `No tool definition was found in the source of ${location}`);
  }
  return {
    kind: 'read',
    servers: [
      {
        facts: result.instructions === undefined ? facts : { ...facts, instructions: result.instructions },
        tools: result.tools,
        dropped: result.dropped,
        complete: false,
        listsTools: true,
      },
    ],
    problems: result.problems,
    leads: [],
    contentHash: hash.digest('hex'),
  };
}

/** A parser that gave no answer, as an outcome of the visit. */
export function unparsed(result: Exclude<SourceResult, { kind: 'parsed' }>): Failure {
  switch (result.kind) {
    case 'died':
      return failed('parser-died', 'parser-died', result.message);
    case 'timed-out':
      return failed('timed-out', 'parser-timed-out', result.message);
    case 'too-large':
      return failed('too-large', 'source-too-large', result.message);
  }
}

function failed(outcome: Failure['outcome'], reason: string, message: string): Failure {
  return { kind: 'failed', outcome, reason, message };
}

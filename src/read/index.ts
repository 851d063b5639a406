import { type Locator, parseLocator } from '../model/id.ts';
import type { ReadResult } from '../model/manifest.ts';
import { fileReader } from './file.ts';
import { mcpbReader } from './mcpb.ts';
import { ociReader, registryReader } from './named.ts';
import { npmReader } from './npm.ts';
import { pypiReader } from './pypi.ts';
import type { Previous, Reader, ReadWorld } from './reader.ts';
import { remoteReader } from './remote.ts';
import { runOf, stdioReader } from './stdio.ts';

/** One reader per kind of locator. A test compares this list with the folder. */
export const readers: readonly Reader[] = [
  fileReader,
  mcpbReader,
  npmReader,
  ociReader,
  pypiReader,
  registryReader,
  remoteReader,
  stdioReader,
];

/** Reads what a locator leads to. Every failure is a value; nothing is thrown. */
export function readLocator(text: string, world: ReadWorld, previous?: Previous): Promise<ReadResult> {
  const locator = parseLocator(text);
  const reader = BY_KIND.get(locator.kind);
  if (reader === undefined) {
    return Promise.resolve({
      kind: 'failed',
      outcome: 'refused',
      reason: 'no-reader',
      message: `${locator.kind} servers cannot be read yet`,
    });
  }
  const result = reader.read(locator, world, previous);
  // With leave to run servers, a package is visited a second time: what it says of itself when it runs.
  const run = world.execute === undefined ? undefined : runOf(locator);
  return run === undefined ? result : result.then((read) => withLead(read, run));
}

const BY_KIND: ReadonlyMap<Locator['kind'], Reader> = new Map(readers.map((reader) => [reader.kind, reader]));

function withLead(result: ReadResult, lead: string): ReadResult {
  if (result.kind === 'read') return { ...result, leads: [...result.leads, lead] };
  // What shows its tools only when it runs needs it most.
  return result.kind === 'failed' && result.outcome === 'no-static-tools' ? { ...result, leads: [lead] } : result;
}

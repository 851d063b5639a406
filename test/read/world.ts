import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Failure, Reading, ReadResult } from '../../src/model/manifest.ts';
import { createParserPool } from '../../src/read/pool.ts';
import type { ReadWorld } from '../../src/read/reader.ts';

/** Lays files out in a new temporary folder and gives its path. */
export function folderOf(files: Readonly<Record<string, string | object | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'toolrisk-read-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(join(root, path), isRaw ? content : JSON.stringify(content));
  }
  return root;
}

/** A world without a network, with real parsers. `close` ends them. */
export function readWorld(more: Partial<ReadWorld> = {}): ReadWorld & { close(): Promise<void> } {
  const parsers = createParserPool({ children: 1 });
  const offline = async (): Promise<Failure> => ({
    kind: 'failed',
    outcome: 'unreachable',
    reason: 'offline',
    message: 'no network in this test',
  });
  return {
    client: { fetch: offline, open: offline, close: async () => undefined },
    npmRegistry: () => ({ url: 'http://registry.invalid', headers: {} }),
    pypiIndex: () => '',
    parsers,
    root: tmpdir(),
    ...more,
    close: () => parsers.close(),
  };
}

/** A result in short: `read` with ids and tool names, or outcome and reason. */
export function brief(result: ReadResult): unknown {
  switch (result.kind) {
    case 'failed':
      return `${result.outcome} ${result.reason}`;
    case 'not-modified':
      return result.kind;
    case 'read':
      return result.servers.map(
        ({ facts, tools }) => `${facts.id}: ${tools.map((tool) => tool.definition.name).join(' ')}`,
      );
  }
}

/** The reading; throws with the reason when there is none. */
export function readingOf(result: ReadResult): Reading {
  if (result.kind !== 'read') throw new Error(result.kind === 'failed' ? result.message : result.kind);
  return result;
}

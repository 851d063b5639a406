import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure, Listed } from '../../src/model/manifest.ts';
import type { SourceWorld } from '../../src/sources/source.ts';

/** A world without a network, unless a test gives one. */
export function sourceWorld(more: Partial<SourceWorld> = {}): SourceWorld {
  const root = more.root ?? import.meta.dirname;
  const offline = async (): Promise<Failure> => ({
    kind: 'failed',
    outcome: 'unreachable',
    reason: 'offline',
    message: 'no network in this test',
  });
  return {
    client: { fetch: offline },
    npmRegistry: () => ({ url: 'http://registry.invalid', headers: {} }),
    root,
    readFile: (path) => readFile(join(root, path)),
    async listFiles(path) {
      const found = await readdir(join(root, path), { recursive: true });
      return found.map((name) => join(path, name)).sort();
    },
    ...more,
  };
}

/** Everything that a listing yields. */
export async function linesOf(list: AsyncIterable<Listed | Failure>): Promise<(Listed | Failure)[]> {
  const lines: (Listed | Failure)[] = [];
  for await (const line of list) lines.push(line);
  return lines;
}

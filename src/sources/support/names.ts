import type { Failure } from '../../model/manifest.ts';
import type { SourceWorld } from '../source.ts';

/** Names read from a file. */
export interface Names {
  readonly kind: 'names';
  readonly names: readonly string[];
}

/** Reads a file of names, one a line; empty lines and what follows a `#` are left out. Without a file there are none. */
export async function namesOf(file: string | undefined, world: SourceWorld): Promise<Names | Failure> {
  if (file === undefined) return { kind: 'names', names: [] };
  try {
    const text = new TextDecoder().decode(await world.readFile(file));
    const names = text.split(/\r?\n/u).map((line) => line.replace(/#.*$/u, '').trim());
    return { kind: 'names', names: names.filter((name) => name !== '') };
  } catch (error) {
    const message = `the file of names ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'failed', outcome: 'not-found', reason: 'no-file', message };
  }
}

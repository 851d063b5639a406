import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/**
 * Folders where each thing is one file and one line in the index. A file that exports an object of the type is such a
 * thing; the others are helpers.
 */
const INDEXED = [
  { folder: 'commands', type: 'Command' },
  { folder: 'sources', type: 'Source' },
  { folder: 'policy/formats', type: 'PolicyFormat' },
  { folder: 'extract', type: 'Extractor' },
  { folder: 'read', type: 'Reader' },
] as const;

describe('indexes match their folders', () => {
  it.each(INDEXED)('$folder', ({ folder, type }) => {
    const exportsOne = new RegExp(`^export const \\w+: ${type}\\b`, 'mu');
    const text = (name: string) => readFileSync(join(SRC, folder, `${name}.ts`), 'utf8');
    const things = readdirSync(join(SRC, folder))
      .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
      .map((name) => name.slice(0, -'.ts'.length))
      .filter((name) => exportsOne.test(text(name)));
    const listed = [...text('index').matchAll(/(?:from |\bimport\()'\.\/([\w.-]+)\.ts'/gu)].map(
      (match) => match[1] ?? '',
    );
    expect(things.length).toBeGreaterThan(3);
    expect(listed.filter((name) => exportsOne.test(text(name))).sort()).toEqual(things.sort());
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** Folders where each thing is one file and one line in the index; helpers of the folder are named here. */
const INDEXED: readonly { readonly folder: string; readonly notThings: readonly string[] }[] = [
  {
    folder: 'commands',
    notThings: [
      'command',
      'print',
      'catalogue',
      'setup',
      'npm-config',
      'pip-config',
      'npmcli-config.d',
      'draw',
      'tool-lines',
      'rows',
      'stored-policies',
      'dates',
      'crawl-report',
      'site-input',
    ],
  },
  { folder: 'sources', notThings: ['source', 'config'] },
  { folder: 'policy/formats', notThings: [] },
];

describe('indexes match their folders', () => {
  for (const { folder, notThings } of INDEXED) {
    it(folder, () => {
      const index = join(SRC, folder, 'index.ts');
      expect(existsSync(index), `${folder}/index.ts`).toBe(true);
      const listed = [...readFileSync(index, 'utf8').matchAll(/from '\.\/([\w.-]+)\.ts'/gu)].map((match) => match[1]);
      const things = readdirSync(join(SRC, folder))
        .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
        .map((name) => name.slice(0, -3))
        .filter((name) => !notThings.includes(name));
      expect(listed.filter((name) => !notThings.includes(name ?? '')).sort()).toEqual(things.sort());
    });
  }
});

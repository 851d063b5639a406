import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const DATA = resolve(import.meta.dirname, '../../data');

it('data/README.md names every file and folder of data, and no other', () => {
  const text = readFileSync(join(DATA, 'README.md'), 'utf8');
  const named = [...text.matchAll(/^\| `([^`]+)` \|/gmu)].map((match) => (match[1] ?? '').split('/')[0] ?? '');
  const present = readdirSync(DATA).filter((name) => name !== 'README.md');
  expect([...new Set(named)].sort()).toEqual(present.sort());
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { folder } from '../store/kit.ts';
import { dump } from './dump.ts';

const CHILD = resolve(import.meta.dirname, 'null-child.ts');
const place = folder();
const manifests = place.file('manifests');

const WORDS = ['read', 'delete', 'send', 'İstanbul', 'issue', 'große', 'list', 'run', 'pay', 'ファイル'];

/** Tools lists, official descriptions that tie servers together, a server that two documents describe, and bad input. */
beforeAll(() => {
  mkdirSync(manifests);
  for (let i = 0; i < 60; i++) {
    const tools = Array.from({ length: 1 + (i % 5) }, (_, n) => ({
      name: `${WORDS[(i + n) % WORDS.length]}_${n % 2 === 0 ? 'file' : 'INVOICE'}`,
      description: `${WORDS[(i * 7 + n) % WORDS.length]} the thing number ${i}, and cannot be undone.`,
      inputSchema: { type: 'object', properties: { command: { type: 'string' } } },
    }));
    write(`tools-${i}.json`, { tools });
    write(`server-${i}.json`, {
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
      name: `io.example/s${i % 40}`,
      description: `Number ${i}`,
      version: '1.0.0',
      packages: [{ registryType: 'npm', identifier: `pkg-${i % 30}`, version: '1.0.0', transport: { type: 'stdio' } }],
    });
  }
  writeFileSync(join(manifests, 'broken.json'), '{"tools": [');
  writeFileSync(join(manifests, 'empty.json'), '');
});
afterAll(() => place.remove());

function write(name: string, value: unknown): void {
  writeFileSync(join(manifests, name), JSON.stringify(value));
}

interface Ran {
  readonly visits: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly zone: number;
  readonly locale: string;
}

function run(db: string, seed: number, concurrency: number, env: Readonly<Record<string, string>>): Ran {
  const args = ['--import', 'tsx', CHILD, place.file(db), manifests, String(seed), String(concurrency)];
  return JSON.parse(execFileSync(process.execPath, args, { env: { ...process.env, ...env }, encoding: 'utf8' }));
}

function rows(db: string, natural: boolean): readonly string[] {
  const catalogue = openCatalogue(place.file(db), { mode: 'read', now: Date.now });
  try {
    return dump(catalogue.sql, natural);
  } finally {
    catalogue.close();
  }
}

const HERE = { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' };
const THERE = { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' };

test('the same input again changes no row outside runs, visits, leases and last_seen', () => {
  const first = run('a.db', 0, 8, HERE);
  // The manifests, and the packages that they name.
  expect(first.visits).toBe(122 + 30);
  const before = rows('a.db', false);
  expect(before.length).toBeGreaterThan(500);
  const second = run('a.db', 5, 3, THERE);
  expect([second.zone === 0, second.locale]).toEqual([false, 'tr-TR']);
  expect(second.outcomes).not.toHaveProperty('changed');
  expect(rows('a.db', false)).toEqual(before);
});

test('another order, time zone, locale and concurrency give the same rows', () => {
  const reference = rows('a.db', true);
  for (const [seed, concurrency] of [
    [11, 1],
    [23, 13],
  ] as const) {
    run(`b${seed}.db`, seed, concurrency, THERE);
    expect(rows(`b${seed}.db`, true)).toEqual(reference);
  }
});

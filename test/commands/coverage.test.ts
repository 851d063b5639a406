import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { Input, World } from '../../src/commands/command.ts';
import { coverage } from '../../src/commands/coverage.ts';
import { judgeBy, reading, scratchCatalogue, serverReading, tool, visitAll } from '../store/kit.ts';

function typed(options: Readonly<Record<string, string | boolean>>): Input {
  return {
    args: [],
    option: (name) => (typeof options[name] === 'string' ? options[name] : undefined),
    list: () => [],
    has: (name) => options[name] === true,
  };
}

function worldOf(): { readonly world: World; readonly said: { out: string; talk: string } } {
  const said = { out: '', talk: '' };
  const out = (key: 'out' | 'talk') => ({
    write: (text: string) => {
      said[key] += text;
    },
    isTTY: false,
    columns: 200,
  });
  return {
    said,
    world: {
      stdout: out('out'),
      stderr: out('talk'),
      stdin: Readable.from([]),
      env: {},
      cwd: '/',
      dataFolder: '/',
      version: '0',
      now: () => 0,
      signal: new AbortController().signal,
    },
  };
}

it('shows outcomes by source with examples, and methods', async () => {
  const scratch = scratchCatalogue();
  await visitAll(scratch.catalogue, {
    'npm:a': reading([
      serverReading('npm:a', [
        tool('read_note'),
        tool('delete_note', { method: 'publisher-list', schemaComplete: false }),
      ]),
    ]),
    'npm:b': { kind: 'failed', outcome: 'not-found', reason: 'http-404', message: 'b is not there' },
    'npm:c': { kind: 'failed', outcome: 'not-found', reason: 'http-404', message: 'c is not there' },
    'file:x.json': { kind: 'failed', outcome: 'malformed', reason: 'json-syntax', message: 'cut off' },
  });
  scratch.catalogue.close();
  const json = worldOf();
  expect(await coverage.run(typed({ db: scratch.path, json: true, examples: '1' }), json.world)).toBe(0);
  expect(JSON.parse(json.said.out)).toEqual({
    sources: [],
    visits: [
      {
        source: 'test',
        outcome: 'changed',
        reason: '',
        manifests: 1,
        servers: 1,
        tools: 2,
        dropped: 0,
        examples: [{ locator: 'npm:a' }],
      },
      {
        source: 'test',
        outcome: 'malformed',
        reason: 'json-syntax',
        manifests: 1,
        servers: 0,
        tools: null,
        dropped: 0,
        examples: [{ locator: 'file:x.json', message: 'cut off' }],
      },
      {
        source: 'test',
        outcome: 'not-found',
        reason: 'http-404',
        manifests: 2,
        servers: 2,
        tools: null,
        dropped: 0,
        examples: [{ locator: 'npm:b', message: 'b is not there' }],
      },
    ],
    methods: [
      { source: 'test', method: 'publisher-list', tools: 1, servers: 1, incomplete: 1, example: expect.any(String) },
      { source: 'test', method: 'static', tools: 1, servers: 1, incomplete: 0, example: expect.any(String) },
    ],
    overlaps: [
      { serverId: 'npm:a', methods: ['publisher-list'], tools: 1, differing: 0, example: 'delete_note' },
      { serverId: 'npm:a', methods: ['static'], tools: 1, differing: 0, example: 'read_note' },
    ],
  });
  const text = worldOf();
  await coverage.run(typed({ db: scratch.path, examples: '3' }), text.world);
  expect(text.said.out).toMatch(/not-found\s+http-404\s+2\s+2\s+unknown\s+0\n/u);
  expect(text.said.out).toContain(
    'test, not-found (http-404), such as\n  npm:b: b is not there\n  npm:c: c is not there\n',
  );
  expect(text.said.talk).toBe('1 manifest of 4 answered (25 %)\n');
  await expect(coverage.run(typed({ db: scratch.path, source: 'other' }), worldOf().world)).rejects.toThrow(
    'The catalogue has nothing of a source other. It has test.',
  );
  await expect(coverage.run(typed({ db: scratch.path, examples: 'x' }), worldOf().world)).rejects.toThrow(
    '--examples takes a whole number from 0, not x.',
  );
  scratch.end();
});

it('shows a source that could not be listed, with the reason and the times', async () => {
  const scratch = scratchCatalogue();
  const listing = { source: 'directory', durationMs: 1, delta: false };
  const run = () => scratch.catalogue.begin({ ruleset: 'r', extractor: 'e', judge: judgeBy('r') });
  const good = run();
  await good.endListing({ ...listing, startedAt: 1_000, listed: 7, whole: true });
  await good.finish('done');
  const bad = run();
  const why = { reason: 'dns-not-found', message: 'The name does not resolve' };
  await bad.endListing({ ...listing, startedAt: 2_000, listed: 0, whole: false, ...why });
  await bad.endListing({ ...listing, source: 'new', startedAt: 2_000, listed: 3, whole: false, ...why });
  await bad.finish('done');
  scratch.catalogue.close();
  const text = worldOf();
  expect(await coverage.run(typed({ db: scratch.path, source: 'directory' }), text.world)).toBe(0);
  expect(text.said.out).toMatch(
    /directory\s+1970-01-01T00:00:02.000Z\s+failed\s+dns-not-found\s+unknown\n\nsource directory was not listed whole at 1970-01-01T00:00:02.000Z \(last at 1970-01-01T00:00:01.000Z\): The name does not resolve\n/u,
  );
  expect(text.said.talk).toContain('; directory could not be listed, so what is there is unknown\n');
  const json = worldOf();
  await coverage.run(typed({ db: scratch.path, json: true }), json.world);
  expect(JSON.parse(json.said.out).sources).toEqual([
    { source: 'directory', at: 2_000, whole: false, listed: 0, ...why, lastWholeAt: 1_000 },
    { source: 'new', at: 2_000, whole: false, listed: 3, ...why },
  ]);
  scratch.end();
});

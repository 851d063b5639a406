import { afterEach, beforeEach, expect, test } from 'vitest';
import { DROP_MERE_DOCUMENTS } from '../../src/store/schema/mere-documents.ts';
import { judgeBy, listed, reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const FAILED = { kind: 'failed', outcome: 'unreachable', reason: 'dns-not-found', message: 'no address' } as const;
const CATALOGUE = 'file:https://example.com/catalog.yaml';
const servers = () => [...scratch.catalogue.servers()].map(({ id }) => id);
const all = (sql: string) => scratch.catalogue.sql.all(sql);

test.each([
  ['the address of a catalogue', listed(CATALOGUE), []],
  ['a file on this machine', listed('file:mcp.json'), []],
  ['a package', listed('npm:a'), ['npm:a']],
  ['an endpoint', listed('remote:https://example.com/mcp'), ['remote:https://example.com/mcp']],
  ['a document that its source says is about a server', listed('file:card.json', { name: 'card' }), ['file:card.json']],
  ['a document of which its source declares an id', listed('file:b.json', { aliases: ['npm:b'] }), ['npm:b']],
])('%s that never answered stands for the servers %j', async (_, line, expected) => {
  await visitAll(scratch.catalogue, { [line.locator]: FAILED }, { lines: [line] });
  expect(servers()).toEqual(expected);
  expect(scratch.catalogue.counts().servers).toBe(expected.length);
  expect([...scratch.catalogue.changes()].map(({ serverId }) => serverId)).toEqual(expected);
  expect([...scratch.catalogue.manifests()]).toEqual([
    {
      locator: line.locator,
      source: 'test',
      outcome: 'unreachable',
      reason: 'dns-not-found',
      message: 'no address',
      servers: expected.length,
      tools: 0,
      dropped: 0,
    },
  ]);
  expect(all('SELECT source, outcome, reason, manifest_count, tool_count FROM coverage')).toEqual([
    { source: 'test', outcome: 'unreachable', reason: 'dns-not-found', manifest_count: 1, tool_count: null },
  ]);
});

test('a document speaks of servers once it answers, and keeps them when it fails again', async () => {
  const answer = reading([serverReading('npm:a', [tool('read_a')]), serverReading('npm:b', [tool('read_b')])]);
  for (const result of [FAILED, answer, FAILED]) {
    await visitAll(scratch.catalogue, { [CATALOGUE]: result });
    scratch.time.pass(86_400_000);
  }
  expect(servers()).toEqual(['npm:a', 'npm:b']);
  expect([...scratch.catalogue.manifests()]).toMatchObject([{ outcome: 'unreachable', servers: 2, tools: 2 }]);
});

test('a catalogue of the version before loses the servers that stood for documents alone', async () => {
  const { catalogue } = scratch;
  // As that version kept them: a name made the document a server.
  const lines = [CATALOGUE, 'file:named.json', 'npm:a'].map((locator) => listed(locator, { name: 'x' }));
  const results = Object.fromEntries(lines.map(({ locator }) => [locator, FAILED]));
  const known = reading([serverReading('file:known.json', [tool('read_a')])]);
  await visitAll(catalogue, { ...results, 'file:known.json': known }, { lines: [...lines, listed('file:known.json')] });
  catalogue.sql.exec(`UPDATE servers SET name = substr(server_id, 6) WHERE server_id = '${CATALOGUE}'`);
  for (const sql of DROP_MERE_DOCUMENTS) catalogue.sql.exec(sql);
  expect(servers()).toEqual(['file:known.json', 'file:named.json', 'npm:a']);
  expect([...catalogue.changes()].map(({ serverId }) => serverId).sort()).toEqual(servers());
  expect([...catalogue.manifests()]).toHaveLength(4);
  expect(all('PRAGMA foreign_key_check')).toEqual([]);
});

test('the view of sources has the newest listing of each, and coverage those that failed', async () => {
  const run = () => scratch.catalogue.begin({ ruleset: 'r', extractor: 'e', judge: judgeBy('r') });
  const listing = { durationMs: 1, delta: false };
  const why = { whole: false, reason: 'http-500', message: 'It is broken' };
  const first = run();
  await first.endListing({ ...listing, source: 'a', startedAt: 10, listed: 5, whole: true });
  await first.endListing({ ...listing, source: 'b', startedAt: 10, listed: 0, ...why });
  await first.finish('done');
  const second = run();
  await second.endListing({ ...listing, source: 'a', startedAt: 20, listed: 2, ...why });
  await second.finish('done');
  const third = run();
  await third.finish('done');
  expect(all('SELECT * FROM sources ORDER BY source')).toEqual([
    {
      source: 'a',
      at: 20,
      whole: 0,
      reason: 'http-500',
      message: 'It is broken',
      listed: 2,
      last_whole_at: 10,
      run: 2,
    },
    {
      source: 'b',
      at: 10,
      whole: 0,
      reason: 'http-500',
      message: 'It is broken',
      listed: 0,
      last_whole_at: null,
      run: 1,
    },
  ]);
  expect(all('SELECT source, outcome, reason, manifest_count, tool_count FROM coverage ORDER BY source')).toEqual([
    { source: 'a', outcome: 'not-listed', reason: 'http-500', manifest_count: null, tool_count: null },
    { source: 'b', outcome: 'not-listed', reason: 'http-500', manifest_count: null, tool_count: null },
  ]);
  const fourth = run();
  await fourth.endListing({ ...listing, source: 'a', startedAt: 30, listed: 5, whole: true });
  await fourth.finish('done');
  expect(all("SELECT * FROM coverage WHERE source = 'a'")).toEqual([]);
});

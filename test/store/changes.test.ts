import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReadResult } from '../../src/model/manifest.ts';
import { judgeBy, listed, reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const one = (tools: Parameters<typeof serverReading>[1], version = '1.0.0') =>
  reading([serverReading('npm:x', tools, { version })]);

/** Visits the same manifest once per answer, a day apart, and gives the changes after the first visit. */
async function history(...answers: readonly ReadResult[]) {
  for (const answer of answers) {
    await visitAll(scratch.catalogue, { 'npm:x': answer });
    scratch.time.pass(86_400_000);
  }
  return [...scratch.catalogue.changes()].filter((change) => change.run > 1);
}

const names = () => [...scratch.catalogue.toolsOf('npm:x')].map((each) => each.definition.name);

describe('changes of a tool', () => {
  test('a new description under a new version', async () => {
    const changes = await history(one([tool('a')]), one([tool('a', { description: 'Other' })], '1.1.0'));
    expect(changes).toMatchObject([
      { tool: 'a', what: 'changed', cause: 'server-changed', fields: ['description'], withoutVersionChange: false },
    ]);
  });

  test('a new description under the same version is marked', async () => {
    const changes = await history(one([tool('a')]), one([tool('a', { description: 'Other' })]));
    expect(changes).toMatchObject([{ what: 'changed', withoutVersionChange: true }]);
  });

  test('a tool more and a tool less', async () => {
    const changes = await history(one([tool('a'), tool('b')]), one([tool('b'), tool('delete_c')]));
    expect(changes.map(({ tool: name, what }) => `${name} ${what}`).sort()).toEqual(['a removed', 'delete_c added']);
    expect(changes.find((change) => change.what === 'added')?.to).toEqual({
      category: 'Destructive',
      severity: 'high',
    });
    expect(names()).toEqual(['b', 'delete_c']);
  });

  test('severity moves are told', async () => {
    await visitAll(scratch.catalogue, { 'npm:x': one([tool('delete_it')]) });
    await visitAll(scratch.catalogue, {}, { judge: judgeBy('rules-2', 'critical'), ruleset: 'rules-2' });
    const run = scratch.catalogue.begin({ ruleset: 'rules-2', extractor: 'e', judge: judgeBy('rules-2', 'critical') });
    expect(await run.reclassify()).toEqual({ judged: 1, changed: 1 });
    expect(await run.reclassify()).toEqual({ judged: 0, changed: 0 });
    await run.finish('done');
    expect([...scratch.catalogue.changes({ cause: 'rules-changed' })]).toMatchObject([
      { what: 'verdict', from: { severity: 'high' }, to: { severity: 'critical' }, withoutVersionChange: false },
    ]);
    expect(scratch.catalogue.sql.get('SELECT critical_count FROM servers')).toEqual({ critical_count: 1 });
  });

  test('the same bytes again change nothing', async () => {
    const answer = one([tool('a')]);
    expect(await history(answer, answer)).toEqual([]);
  });

  test('a tool that only moved to another line is no change, and its place is kept up', async () => {
    const moved = tool('a', { provenance: 'npm:x@1.0.0!other.js:9' });
    expect(await history(one([tool('a')]), one([moved]))).toEqual([]);
    expect(scratch.catalogue.tool('npm:x', 'a')?.provenance).toBe('npm:x@1.0.0!other.js:9');
  });

  test('every definition stays in the history', async () => {
    await history(one([tool('a')]), one([tool('a', { description: 'Other' })]), one([]));
    expect(scratch.catalogue.sql.all('SELECT name FROM tool_versions')).toHaveLength(2);
    expect(names()).toEqual([]);
  });
});

describe('what a bad answer leaves alone', () => {
  const failures: readonly ReadResult[] = [
    { kind: 'failed', outcome: 'unreachable', reason: 'refused', message: 'no connection' },
    { kind: 'failed', outcome: 'no-static-tools', reason: 'no-definitions', message: 'nothing found' },
    { kind: 'failed', outcome: 'parser-died', reason: 'parser-died', message: 'it died' },
    { kind: 'failed', outcome: 'not-found', reason: 'http-404', message: 'gone' },
  ];
  test.each(failures)('tools stay after $outcome, with the error beside them', async (failure) => {
    await history(one([tool('a')]), failure);
    expect(names()).toEqual(['a']);
    expect(scratch.catalogue.server('npm:x')?.visits).toMatchObject([
      { outcome: failure.kind === 'failed' ? failure.outcome : '' },
    ]);
  });

  test('a partial answer adds and takes nothing away', async () => {
    const partial = { ...one([tool('b')]), problems: ['index.js could not be parsed'] };
    await history(one([tool('a')]), partial);
    expect(names()).toEqual(['a', 'b']);
  });

  test('the same bytes are read again after a partial answer', async () => {
    const answer = one([tool('b')]);
    await history(one([tool('a')]), { ...answer, problems: ['half'] }, answer);
    expect(names()).toEqual(['b']);
  });

  test('a tool that could not be read this time is not gone', async () => {
    const server = serverReading('npm:x', [tool('b')]);
    const dropped = [{ name: 'a', reason: 'malformed', message: 'schema', provenance: 'p' }] as const;
    await history(one([tool('a')]), reading([{ ...server, dropped }]));
    expect(names()).toEqual(['a', 'b']);
  });
});

describe('methods', () => {
  const from = (locator: string, method: 'live' | 'static', description: string) => ({
    [locator]: reading([serverReading('npm:x', [tool('a', { method, description })])]),
  });

  test('the stronger method is the current one, in whichever order they come', async () => {
    await visitAll(scratch.catalogue, {
      ...from('npm:x', 'static', 'from source'),
      ...from('remote:https://x/', 'live', 'live'),
    });
    const found = scratch.catalogue.tool('npm:x', 'a');
    expect(found).toMatchObject({
      method: 'live',
      definition: { description: 'live' },
      others: [{ method: 'static' }],
    });
  });

  test('the weaker one takes over when the stronger one ends', async () => {
    await visitAll(scratch.catalogue, {
      ...from('npm:x', 'static', 'from source'),
      ...from('remote:https://x/', 'live', 'live'),
    });
    await visitAll(scratch.catalogue, { 'remote:https://x/': reading([serverReading('npm:x', [])]) });
    expect(scratch.catalogue.tool('npm:x', 'a')).toMatchObject({ method: 'static', others: [] });
    expect([...scratch.catalogue.changes()].filter((change) => change.what === 'removed')).toEqual([]);
  });
});

describe('identity', () => {
  const registry = reading([
    serverReading('registry:io.x/y', [], { aliases: ['npm:x', 'remote:https://x.example/mcp'] }),
  ]);
  const npm = reading([serverReading('npm:x', [tool('a')])]);

  const orders: readonly (readonly string[])[] = [
    ['registry:io.x/y', 'npm:x'],
    ['npm:x', 'registry:io.x/y'],
  ];
  test.each(orders)('declared ids are one server, read %s first', async (first, second) => {
    const answers: Record<string, ReadResult> = { 'registry:io.x/y': registry, 'npm:x': npm };
    const inOrder = Object.fromEntries(
      [first, second].map((locator) => [locator, answers[locator ?? ''] as ReadResult]),
    );
    await visitAll(scratch.catalogue, inOrder);
    expect([...scratch.catalogue.servers()]).toMatchObject([
      { id: 'npm:x', aliases: ['registry:io.x/y', 'remote:https://x.example/mcp'], toolCount: 1 },
    ]);
    expect([...scratch.catalogue.changes()]).toMatchObject([{ serverId: 'npm:x', what: 'added' }]);
    expect(scratch.catalogue.server('remote:https://x.example/mcp')?.id).toBe('npm:x');
  });

  test('a published id stays when an earlier kind is declared later', async () => {
    await visitAll(scratch.catalogue, {
      'remote:https://x.example/mcp': reading([serverReading('remote:https://x.example/mcp', [tool('a')])]),
    });
    await visitAll(scratch.catalogue, { 'registry:io.x/y': registry, 'npm:x': npm });
    expect(scratch.catalogue.server('npm:x')).toMatchObject({ id: 'remote:https://x.example/mcp', toolCount: 1 });
    expect(scratch.catalogue.tool('npm:x', 'a')?.others).toHaveLength(1);
  });

  test('servers with like names and no declared tie stay apart', async () => {
    await visitAll(scratch.catalogue, {
      'npm:x': npm,
      'pypi:x': reading([serverReading('pypi:x', [tool('a')], { name: 'x' })]),
    });
    expect([...scratch.catalogue.servers()]).toHaveLength(2);
  });

  test('a source may declare the tie', async () => {
    await visitAll(
      scratch.catalogue,
      { 'npm:x': npm },
      { lines: [listed('npm:x', { aliases: ['registry:io.x/y'], name: 'Ex' })] },
    );
    expect(scratch.catalogue.server('registry:io.x/y')).toMatchObject({ id: 'npm:x', name: 'Ex' });
  });

  test('a verdict names the canonical id, also after servers became one', async () => {
    await visitAll(scratch.catalogue, {
      'pypi:z': reading([serverReading('pypi:z', [tool('q')])]),
      'npm:x': reading([serverReading('npm:x', [tool('a')], { aliases: ['pypi:z'] })]),
    });
    expect(scratch.catalogue.tool('pypi:z', 'q')?.verdict.server).toBe('npm:x');
    expect(scratch.catalogue.search('pypi')).toEqual([]);
  });
});

describe('listings', () => {
  test('a whole listing ends the visits of what it no longer has, and keeps what was learned', async () => {
    await visitAll(scratch.catalogue, { 'npm:x': one([tool('a')]), 'npm:y': reading([serverReading('npm:y', [])]) });
    const run = scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'extract-1', judge: judgeBy('rules-1') });
    run.list(listed('npm:y'));
    await run.endListing({ source: 'test', startedAt: 0, durationMs: 1, listed: 1, whole: true, delta: false });
    run.callAll(['test']);
    expect(run.lease(['test'], 10, 1_000).map((lease) => lease.locator)).toEqual(['npm:y']);
    await run.finish('done');
    expect(names()).toEqual(['a']);
  });

  test.each([
    ['failed', { whole: false, delta: false }],
    ['delta', { whole: true, delta: true }],
  ])('a %s listing takes nothing away', async (_, how) => {
    await visitAll(scratch.catalogue, { 'npm:x': one([tool('a')]) });
    const run = scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'extract-1', judge: judgeBy('rules-1') });
    await run.endListing({ source: 'test', startedAt: 0, durationMs: 1, listed: 0, ...how });
    run.callAll(['test']);
    expect(run.lease(['test'], 10, 1_000)).toHaveLength(1);
    await run.finish('done');
  });

  test('thousands of lines that a source no longer has are all taken away', async () => {
    const begin = () =>
      scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'extract-1', judge: judgeBy('rules-1') });
    const listing = { source: 'test', startedAt: 0, durationMs: 1, listed: 1, whole: true, delta: false };
    const first = begin();
    for (let i = 0; i < 2_500; i++) first.list(listed(`npm:x-${i}`));
    await first.endListing(listing);
    await first.finish('done');
    const second = begin();
    for (const i of [0, 1_200, 2_499]) second.list(listed(`npm:x-${i}`));
    await second.endListing(listing);
    await second.finish('done');
    const left = scratch.catalogue.sql.all<{ locator: string }>('SELECT locator FROM frontier ORDER BY locator');
    expect(left.map(({ locator }) => locator)).toEqual(['npm:x-0', 'npm:x-1200', 'npm:x-2499']);
  });

  test('what waits is what is due later, save what the run itself visited', async () => {
    await visitAll(scratch.catalogue, { 'npm:x': one([tool('a')]), 'npm:y': reading([serverReading('npm:y', [])]) });
    scratch.time.pass(1_000);
    const run = scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'extract-1', judge: judgeBy('rules-1') });
    expect(run.waiting(['test'])).toBe(2);
    run.list(listed('npm:z'));
    expect(run.waiting(['test'])).toBe(2);
    const [lease] = run.lease(['test'], 1, 1_000);
    if (lease === undefined) throw new Error('nothing was due');
    const plan = () => ({ priority: 1, dueAt: scratch.time.now() + 60_000, failures: 0 }) as const;
    await run.record({ lease, result: one([tool('a')]), durationMs: 1, plan });
    expect(run.waiting(['test'])).toBe(2);
    await run.finish('done');
  });

  test('a lease that another visit returned writes nothing', async () => {
    const run = scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'extract-1', judge: judgeBy('rules-1') });
    run.list(listed('npm:x'));
    const [lease] = run.lease(['test'], 1, 1_000);
    if (lease === undefined) throw new Error('nothing was due');
    const end = {
      lease,
      result: one([tool('a')]),
      durationMs: 1,
      plan: () => ({ priority: 1, dueAt: 1, failures: 0 }) as const,
    };
    expect(await run.record(end)).toMatchObject({ outcome: 'changed' });
    expect(await run.record(end)).toBeUndefined();
    expect(scratch.catalogue.sql.all('SELECT visit FROM visits')).toHaveLength(1);
    await run.finish('done');
  });
});

test('a definition that SQLite cannot take is a malformed manifest, and the others go on', async () => {
  let deep: readonly unknown[] = [];
  for (let i = 0; i < 3_000; i++) deep = [deep];
  const hostile = tool('a');
  const definition = { ...hostile.definition, inputSchema: JSON.parse(JSON.stringify(deep)) };
  const done = await visitAll(scratch.catalogue, {
    'npm:x': { ...one([{ ...hostile, definition }]), contentHash: 'deep' },
    'npm:y': reading([serverReading('npm:y', [tool('b')])]),
  });
  expect(done).toMatchObject([{ outcome: 'malformed', reason: 'not-storable' }, { outcome: 'changed' }]);
  expect(scratch.catalogue.tool('npm:y', 'b')).toBeDefined();
});

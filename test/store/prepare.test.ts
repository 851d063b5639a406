import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ReadResult } from '../../src/model/manifest.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { prepareResult } from '../../src/store/prepare.ts';
import { dump } from '../crawl/dump.ts';
import { judgeBy, listed, reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const judge = judgeBy('rules-1');
const later = () => ({ priority: 1, dueAt: 0, failures: 0 }) as const;

/** Servers with and without tools, one under two ids, one tool twice, and a failure. */
const RESULTS: Readonly<Record<string, ReadResult>> = {
  'npm:a': reading([serverReading('npm:a', [tool('read_a'), tool('delete_a'), tool('read_a')], { version: '1.0.0' })], {
    body: { name: 'a', text: 'x'.repeat(3_000) },
  }),
  'registry:io.example/b': reading([serverReading('registry:io.example/b', [], { aliases: ['npm:b'] })]),
  'npm:b': reading([serverReading('npm:b', [tool('delete_b')])]),
  'npm:c': { kind: 'failed', outcome: 'unreachable', reason: 'dns', message: 'no address' },
};

/** As it comes from another thread. */
const sent = (result: ReadResult) => structuredClone(prepareResult(result, judge));

describe('a result that was prepared elsewhere', () => {
  test('gives the same rows as one that the writer prepares', async () => {
    await visitAll(scratch.catalogue, RESULTS, { judge });
    const other = openCatalogue(scratch.place.file('other.db'), { mode: 'write', now: scratch.time.now });
    const run = other.begin({ ruleset: 'rules-1', extractor: 'extract-1', judge });
    for (const locator of Object.keys(RESULTS)) run.list(listed(locator));
    const leases = run.lease(['test'], 10, 60_000);
    const ends = Object.entries(RESULTS).map(([locator, result]) => {
      const lease = leases.find((one) => one.locator === locator);
      if (lease === undefined) throw new Error(`no lease of ${locator}`);
      return { lease, result: sent(result), durationMs: 5, plan: later };
    });
    const recorded = await run.recordAll(ends);
    expect(recorded.map((one) => one?.outcome)).toEqual(['changed', 'changed', 'changed', 'unreachable']);
    await run.finish('done');
    expect(dump(other.sql, true)).toEqual(dump(scratch.catalogue.sql, true));
    expect(other.search('delete').map((one) => one.definition.name)).toEqual(
      scratch.catalogue.search('delete').map((one) => one.definition.name),
    );
    other.close();
  });

  test('is acknowledged beside one that cannot be stored, when all are written together', async () => {
    const deep = 'x'.repeat(10);
    const locators = ['npm:a', 'npm:odd', 'npm:b'];
    const run = scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'extract-1', judge });
    for (const locator of locators) run.list(listed(locator));
    const leases = run.lease(['test'], 10, 60_000);
    const ends = locators.map((locator) => {
      const lease = leases.find((one) => one.locator === locator);
      if (lease === undefined) throw new Error(`no lease of ${locator}`);
      const good = sent(reading([serverReading(locator, [tool('delete_one')])]));
      if (locator !== 'npm:odd' || good.kind !== 'prepared') return { lease, result: good, durationMs: 5, plan: later };
      const servers = good.servers.map((server) => ({ ...server, dropped: deep }));
      return { lease, result: { ...good, servers }, durationMs: 5, plan: later };
    });
    const recorded = await run.recordAll(ends);
    expect(recorded.map((one) => one?.outcome)).toEqual(['changed', 'malformed', 'changed']);
    await run.finish('done');
    expect([...scratch.catalogue.tools()].map((one) => one.serverId)).toEqual(['npm:a', 'npm:b']);
    expect(scratch.catalogue.search('delete').length).toBe(2);
    expect(scratch.catalogue.sql.get('SELECT count(*) AS n FROM visits')).toEqual({ n: 3 });
  });

  test('may hold NUL and lone surrogates in every text', async () => {
    const bad = 'a\0b\ud800';
    const odd = { ...tool(`delete_${bad}`, { description: bad }), provenance: bad, notes: [bad] };
    const facts = { name: bad, title: bad, description: bad, version: bad, notes: [bad], aliases: [`npm:${bad}`] };
    const given = reading([serverReading('npm:x', [odd], facts)], {
      validators: { etag: bad },
      leads: [`npm:${bad}2`],
    });
    const [one] = await visitAll(scratch.catalogue, { 'npm:x': given }, { judge });
    expect(one).toMatchObject({ outcome: 'changed', tools: 1, newLeads: 1 });
    const texts = scratch.catalogue.sql.all<Record<string, unknown>>(
      `SELECT t.name, o.provenance, s.title, s.version, f.etag FROM tools t JOIN observations o USING (tool)
       JOIN servers s USING (server_id) JOIN frontier f ON f.locator = 'npm:x'`,
    );
    const stored = 'a\\u{0}b\\u{d800}';
    expect(texts).toEqual([
      { name: `delete_${stored}`, provenance: stored, title: stored, version: stored, etag: stored },
    ]);
    expect(scratch.catalogue.tool('npm:x', `delete_${stored}`)?.definition.description).toBe(bad);
  });

  test('is judged anew where the server has another id', async () => {
    const judged = vi.fn(judge);
    const known = 'registry:io.example/b';
    await visitAll(scratch.catalogue, { [known]: reading([serverReading(known, [])]) }, { judge });
    const run = scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'extract-1', judge: judged });
    run.list(listed('npm:b'));
    const [lease] = run.lease(['test'], 10, 60_000);
    if (lease === undefined) throw new Error('no lease');
    const told = reading([serverReading('npm:b', [tool('delete_more')], { aliases: [known] })]);
    await run.record({ lease, result: sent(told), durationMs: 5, plan: later });
    expect(judged.mock.calls.map(([definition, server]) => [definition.name, server])).toEqual([
      ['delete_more', known],
    ]);
    expect(scratch.catalogue.tool('npm:b', 'delete_more')?.verdict.server).toBe(known);
    await run.finish('done');
  });

  test('that is too deep is a malformed manifest', () => {
    let deep: { readonly in?: unknown } = {};
    for (let i = 0; i < 200_000; i++) deep = { in: deep };
    const odd = tool('deep');
    const definition = { ...odd.definition, inputSchema: deep as never };
    const result = prepareResult(reading([serverReading('npm:x', [])], {}), judge);
    expect(result.kind).toBe('prepared');
    const server = { ...serverReading('npm:x', []), tools: [{ ...odd, definition }] };
    const failed = prepareResult({ ...reading([]), servers: [server] }, judge);
    expect(failed).toMatchObject({ kind: 'failed', outcome: 'malformed', reason: 'not-storable' });
  });
});

describe('what fails in a commit is undone alone', () => {
  test('what was written before and after it in the same commit stays, once', async () => {
    const deep = `${'{"a":'.repeat(1_500)}1${'}'.repeat(1_500)}`;
    const bad = tool('bad');
    const odd = { ...bad, definition: { ...bad.definition, inputSchema: JSON.parse(deep) } };
    const recorded = await visitAll(
      scratch.catalogue,
      {
        'npm:a': RESULTS['npm:a'] as ReadResult,
        'npm:odd': reading([serverReading('npm:odd', [tool('good'), odd])]),
        'npm:b': RESULTS['npm:b'] as ReadResult,
      },
      { judge },
    );
    expect(recorded.map((one) => one.outcome)).toEqual(['changed', 'malformed', 'changed']);
    expect([...scratch.catalogue.tools()].map((one) => one.definition.name)).toEqual([
      'delete_a',
      'read_a',
      'delete_b',
    ]);
    const visits = scratch.catalogue.sql.all('SELECT locator, count(*) AS n FROM visits GROUP BY locator');
    expect(visits).toEqual([
      { locator: 'npm:a', n: 1 },
      { locator: 'npm:b', n: 1 },
      { locator: 'npm:odd', n: 1 },
    ]);
    expect(scratch.catalogue.search('good')).toEqual([]);
    expect(scratch.catalogue.search('delete').length).toBe(2);
  });

  test('a tool that goes and one that takes its key in the same commit are found rightly', async () => {
    await visitAll(scratch.catalogue, { 'npm:a': reading([serverReading('npm:a', [tool('old_one')])]) }, { judge });
    scratch.time.pass(100 * 86_400_000);
    await visitAll(
      scratch.catalogue,
      {
        'npm:a': reading([serverReading('npm:a', [])]),
        'npm:z': reading([serverReading('npm:z', [tool('new_one')])]),
      },
      { judge },
    );
    expect(scratch.catalogue.search('old')).toEqual([]);
    expect(scratch.catalogue.search('new').map((one) => one.definition.name)).toEqual(['new_one']);
  });
});

describe('statements of one visit', () => {
  /** Rows that the visit of a manifest that was never seen inserts, and statements beside them, commit left out. */
  async function statementsOf(result: ReadResult): Promise<number> {
    const run = scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'extract-1', judge });
    for (const locator of ['npm:w', 'npm:x']) run.list(listed(locator));
    const [first, lease] = run.lease(['test'], 2, 60_000);
    if (first === undefined || lease === undefined) throw new Error('no lease');
    const { sql } = scratch.catalogue;
    // The first visit of a transaction asks for the keys of the newest rows.
    const other = sent(reading([serverReading('npm:w', [tool('read_w')])]));
    const before = run.record({ lease: first, result: other, durationMs: 5, plan: later });
    const hows = ['run', 'get', 'all', 'insert', 'changeBeside', 'findBeside'] as const;
    const spies = hows.map((how) => vi.spyOn(sql, how));
    const stored = run.record({ lease, result: sent(result), durationMs: 5, plan: later });
    const count = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
    for (const spy of spies) spy.mockRestore();
    await Promise.all([before, stored]);
    await run.finish('done');
    return count;
  }

  test('are few for a server without tools', async () => {
    expect(await statementsOf(reading([serverReading('npm:x', [])]))).toBeLessThanOrEqual(7);
  });

  test('are the rows of a tool, and no more', async () => {
    // Four rows of the tool, one finding, one capability, and the server's own capability.
    expect(await statementsOf(reading([serverReading('npm:x', [tool('delete_x')])]))).toBeLessThanOrEqual(7 + 7);
  });
});

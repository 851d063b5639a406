import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { judgeBy, listed, reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const names = (id: string) => [...scratch.catalogue.toolsOf(id)].map((one) => one.definition.name);

describe('a first visit', () => {
  test('stores server, tools, verdicts and findings', async () => {
    const [done] = await visitAll(scratch.catalogue, {
      'npm:x': reading([serverReading('npm:x', [tool('read_it'), tool('delete_it')], { name: 'X', version: '1.0.0' })]),
    });
    expect(done).toMatchObject({ outcome: 'changed', tools: 2 });
    const server = scratch.catalogue.server('npm:x');
    expect(server).toMatchObject({ id: 'npm:x', name: 'X', version: '1.0.0', toolCount: 2, sources: ['test'] });
    expect(server?.visits).toMatchObject([{ locator: 'npm:x', outcome: 'changed', tools: 2 }]);
    const found = scratch.catalogue.tool('npm:x', 'delete_it');
    expect(found?.verdict).toMatchObject({ category: 'Destructive', severity: 'high', findings: [{ text: 'delete' }] });
    expect(found).toMatchObject({ packageVersion: '1.0.0', method: 'static' });
    expect(scratch.catalogue.sql.all('SELECT * FROM tool_risk')).toHaveLength(2);
  });

  test('a new server has one change of its own and none per tool', async () => {
    await visitAll(scratch.catalogue, { 'npm:x': reading([serverReading('npm:x', [tool('a'), tool('b')])]) });
    expect([...scratch.catalogue.changes()]).toMatchObject([
      { serverId: 'npm:x', what: 'added', cause: 'source-changed' },
    ]);
  });

  test('a failure stands for an unknown server, never for one without tools', async () => {
    await visitAll(scratch.catalogue, {
      'npm:gone': { kind: 'failed', outcome: 'not-found', reason: 'http-404', message: 'no such package' },
    });
    expect(scratch.catalogue.server('npm:gone')).toMatchObject({
      toolCount: 0,
      visits: [{ outcome: 'not-found', reason: 'http-404', message: 'no such package' }],
    });
    expect(scratch.catalogue.sql.get('SELECT severity FROM server_risk')).toEqual({ severity: null });
  });
});

describe('search and addresses', () => {
  beforeEach(() =>
    visitAll(scratch.catalogue, {
      'npm:@a/files': reading([
        serverReading('npm:@a/files', [tool('createIssue'), tool('read_file', { description: 'Opens a document' })]),
      ]),
      'pypi:mail': reading([
        serverReading('pypi:mail', [tool('send', { description: 'Sends; never needs createIssue' })]),
      ]),
    }),
  );

  const searches: readonly (readonly [string, readonly string[]])[] = [
    ['createIssue', ['createIssue', 'send']],
    ['issue', ['createIssue']],
    ['docum', ['read_file']],
    ['read_file', ['read_file']],
    ['" OR NEAR( -* ^', []],
    ['', []],
    ['\u0000\ud800', []],
    ['mail send', ['send']],
  ];
  test.each(searches)('search %j finds %j', (text, expected) => {
    const found = scratch.catalogue.search(text).map((one) => one.definition.name);
    expect(found).toEqual(expected);
  });

  const addresses: readonly (readonly [string, unknown])[] = [
    ['npm:@a/files', { serverId: 'npm:@a/files' }],
    ['npm:@a/files#read_file', { serverId: 'npm:@a/files', tool: 'read_file' }],
    ['npm:@a/files/read_file', { serverId: 'npm:@a/files', tool: 'read_file' }],
    ['@a/files/read_file', { serverId: 'npm:@a/files', tool: 'read_file' }],
    ['mail', { serverId: 'pypi:mail' }],
    ['npm:none', undefined],
  ];
  test.each(addresses)('address %j', (text, expected) => {
    expect(scratch.catalogue.resolveServer(text)).toEqual(expected);
  });
});

describe('a long listing', () => {
  test('is entered whole, a line that comes twice once', async () => {
    const run = scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'extract-1', judge: judgeBy('rules-1') });
    const locators = Array.from({ length: 200 }, (_, i) => `npm:p${String(i).padStart(3, '0')}`);
    for (const locator of [...locators, 'npm:p007']) run.list(listed(locator, { name: locator.slice(4) }));
    run.list(listed('npm:p007', { name: 'seven' }));
    const leases = run.lease(['test'], 1_000, 60_000);
    expect(leases.map((lease) => lease.locator)).toEqual(locators);
    expect(leases[7]).toMatchObject({ name: 'seven', aliases: [], deleted: false });
    expect(run.lease(['test'], 1_000, 60_000)).toEqual([]);
    for (const lease of leases) run.release(lease);
    await run.finish('done');
  });
});

describe('texts that SQLite cannot keep as they are', () => {
  test('NUL and lone surrogates in names and descriptions read back exactly', async () => {
    const name = 'a\u0000b\ud800';
    await visitAll(scratch.catalogue, {
      'npm:x': reading([serverReading('npm:x', [tool(name, { description: 'x\udc00\u0000' })])]),
    });
    expect(scratch.catalogue.tool('npm:x', name)?.definition).toMatchObject({ name, description: 'x\udc00\u0000' });
  });
});

test('a list of sources is read in any number', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`npm:s${i}`, reading([serverReading(`npm:s${i}`, [tool('t')])])]),
  );
  await visitAll(scratch.catalogue, many, { lines: Object.keys(many).map((locator) => listed(locator)) });
  expect([...scratch.catalogue.servers()]).toHaveLength(300);
  expect([...scratch.catalogue.tools()]).toHaveLength(300);
  expect(names('npm:s7')).toEqual(['t']);
});

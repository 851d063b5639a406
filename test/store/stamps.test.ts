import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Catalogue, WritableCatalogue } from '../../src/store/catalogue.ts';
import { instructionsOf, neighboursOf } from '../../src/store/catalogue-threats.ts';
import { makeFactsReader } from '../../src/store/read-ahead.ts';
import { dump } from '../crawl/dump.ts';
import { judgeBy, reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const visit = (...tools: Parameters<typeof serverReading>[1]) =>
  visitAll(scratch.catalogue, {
    'npm:x': reading([serverReading('npm:x', tools)]),
    'npm:y': reading([serverReading('npm:y', [tool('y')])]),
  });
const stamp = (id = 'npm:x') => scratch.catalogue.stampOf(id);

describe('the stamp of a server', () => {
  beforeEach(() => visit(tool('a'), tool('b', { description: 'Reads a file' }), tool('delete_it')));

  test('stays the same when it is read again without news', async () => {
    const before = stamp();
    await visit(tool('a'), tool('b', { description: 'Reads a file' }), tool('delete_it'));
    expect(stamp()).toBe(before);
  });

  test.each([
    ['a definition changes', [tool('a'), tool('b', { description: 'Deletes a file' })]],
    ['a tool is new', [tool('a'), tool('b', { description: 'Reads a file' }), tool('c')]],
    ['a tool goes', [tool('a')]],
  ])('is another one when %s, and only for that server', async (_, tools) => {
    const before = stamp();
    const other = stamp('npm:y');
    await visit(...tools);
    expect(stamp()).not.toBe(before);
    expect(stamp('npm:y')).toBe(other);
  });

  test.each([
    ['verdicts', "UPDATE verdicts SET ruleset = 'next'"],
    ['confidence', 'UPDATE verdicts SET confidence = confidence / 2'],
    ['findings', 'UPDATE verdict_findings SET span_end = span_end + 1'],
    ['the order of findings', 'UPDATE verdict_findings SET position = position + 1'],
    ['provenance', "UPDATE observations SET provenance = provenance || '?'"],
    ['versions', "UPDATE observations SET package_version = '9.9.9'"],
    ['definitions', "UPDATE tool_versions SET definition = json_set(definition, '$.description', 'By hand')"],
    ['when a tool was seen first', 'UPDATE tools SET first_seen = 1'],
  ])('sees that somebody else changed %s', (_, change) => {
    const before = stamp();
    const { changes } = scratch.catalogue.sql.run(change);
    expect(changes).toBeGreaterThan(0);
    expect(stamp()).not.toBe(before);
  });

  test('is another one in another catalogue, though every row is the same', async () => {
    const other = scratchCatalogue();
    try {
      const tools = [tool('a'), tool('b', { description: 'Reads a file' }), tool('delete_it')];
      const answers = {
        'npm:x': reading([serverReading('npm:x', tools)]),
        'npm:y': reading([serverReading('npm:y', [tool('y')])]),
      };
      await visitAll(other.catalogue, answers);
      expect(dump(other.catalogue.sql, true)).toEqual(dump(scratch.catalogue.sql, true));
      expect(other.catalogue.stampOf('npm:x')).not.toBe(stamp());
    } finally {
      other.end();
    }
  });
});

/** What the pages of a server are made of, by tool, without when it was last seen, which no page shows. */
function shown(catalogue: Catalogue, id: string): ReadonlyMap<string, string> {
  const changes = [...catalogue.changes({ serverId: id })];
  return new Map(
    [...catalogue.toolsOf(id)].map(({ lastSeen: _, serverName: __, ...rest }) => {
      const { name } = rest.definition;
      return [name, JSON.stringify([rest, changes.filter(({ tool }) => tool === name)])];
    }),
  );
}

describe('stamps and what they stand for', () => {
  const names = fc.constantFrom('a', 'b', 'delete_it');
  const seen = fc.record({
    name: names,
    description: fc.constantFrom('Reads', 'Deletes'),
    provenance: fc.constantFrom('npm:x@1.0.0!a.js:1', 'npm:x@1.0.0!b.js:1'),
    method: fc.constantFrom('static' as const, 'live' as const),
    schemaComplete: fc.boolean(),
    notes: fc.constantFrom([], ['a note']),
  });
  /** One of three manifests shows a server, or two that became one, again; or the rules are others. */
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        locator: fc.constantFrom('npm:x', 'file:x.json', 'pypi:x'),
        joins: fc.boolean(),
        version: fc.constantFrom('1.0.0', '2.0.0'),
        tools: fc.uniqueArray(seen, { selector: ({ name }) => name, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom('rules-1', 'rules-2') },
  );

  type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

  async function take(catalogue: WritableCatalogue, one: Step): Promise<void> {
    if (typeof one === 'string') {
      const run = catalogue.begin({ ruleset: one, extractor: 'extract-1', judge: judgeBy(one) });
      await run.reclassify();
      await run.finish('done');
      return;
    }
    const { locator, joins, version } = one;
    const tools = one.tools.map(({ name, ...rest }) => tool(name, rest));
    const id = locator === 'pypi:x' ? 'pypi:x' : 'npm:x';
    const aliases = joins ? ['npm:x', 'pypi:x'].filter((other) => other !== id) : [];
    await visitAll(catalogue, { [locator]: reading([serverReading(id, tools, { version, aliases })]) });
  }

  test('change together, whatever happens to a server', async () => {
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
        const { catalogue, end } = scratchCatalogue();
        try {
          const known = new Map<string, { readonly stamp: string; readonly tools: ReadonlyMap<string, string> }>();
          const texts = new Map<string, ReadonlyMap<string, string>>();
          for (const one of steps) {
            await take(catalogue, one);
            for (const { id } of [...catalogue.servers()]) {
              const before = known.get(id);
              const text = shown(catalogue, id);
              const now = { stamp: catalogue.stampOf(id), tools: catalogue.toolStampsOf(id) };
              const old = texts.get(id);
              expect([...now.tools.keys()].sort()).toEqual([...text.keys()].sort());
              if (before !== undefined && old !== undefined) {
                for (const [name, own] of text) {
                  if (!old.has(name) || old.get(name) === own) continue;
                  changed += 1;
                  expect(now.tools.get(name)).not.toBe(before.tools.get(name));
                }
                if (JSON.stringify([...text]) !== JSON.stringify([...old])) expect(now.stamp).not.toBe(before.stamp);
              }
              known.set(id, now);
              texts.set(id, text);
            }
          }
        } finally {
          end();
        }
      }),
      { numRuns: 60 },
    );
    expect(changed).toBeGreaterThan(50);
  });
});

describe('the facts of servers, read ahead', () => {
  beforeEach(() => visit(tool('a'), tool('b', { description: 'Reads a file' })));
  const store = (sql: string) => scratch.catalogue.sql.run(sql);

  test('are those of each, in any order of asking', () => {
    store("UPDATE servers SET instructions = 'Be kind' WHERE server_id = 'npm:y'");
    store(`INSERT INTO catalogue_threats (tool, position, rule, strength, path, span_start, span_end, text, other_server_id, other_tool)
      SELECT tool, 0, 'shadows-a-tool', 'weak', '/name', 0, 1, 'y', 'npm:x', 'a' FROM tools WHERE name = 'y'`);
    for (const order of [
      ['npm:x', 'npm:y'],
      ['npm:y', 'npm:x'],
      ['npm:a-nobody', 'npm:y'],
    ]) {
      const factsOf = makeFactsReader(scratch.catalogue.sql);
      for (const id of order) {
        expect(factsOf(id)).toEqual({
          stamp: stamp(id),
          instructions: instructionsOf(scratch.catalogue.sql, id),
          neighbours: neighboursOf(scratch.catalogue.sql, id),
        });
      }
      expect(factsOf('npm:y').instructions).toBe('Be kind');
      expect([...factsOf('npm:y').neighbours.keys()]).toEqual(['y']);
    }
  });

  test('are of many servers, as many as there are', async () => {
    const ids = Array.from({ length: 300 }, (_, i) => `npm:z-${String(i).padStart(3, '0')}`);
    await visitAll(
      scratch.catalogue,
      Object.fromEntries(ids.map((id, i) => [id, reading([serverReading(id, i % 3 === 0 ? [] : [tool(`t${i}`)])])])),
    );
    const factsOf = makeFactsReader(scratch.catalogue.sql);
    for (const id of ids) expect(factsOf(id).stamp).toBe(stamp(id));
    expect(new Set(ids.map(stamp)).size).toBeGreaterThan(200);
  });
});

describe('the stamps of the tools of a server', () => {
  beforeEach(() => visit(tool('b', { description: 'Reads a file' }), tool('a'), tool('delete_it')));
  const stamps = () => scratch.catalogue.toolStampsOf('npm:x');
  const newOnes = (before: ReadonlyMap<string, string>) =>
    [...stamps()].filter(([name, text]) => before.get(name) !== text).map(([name]) => name);

  test('are in the order of the tools and stay the same without news', async () => {
    const before = stamps();
    expect([...before.keys()]).toEqual(['a', 'b', 'delete_it']);
    await visit(tool('delete_it'), tool('a'), tool('b', { description: 'Reads a file' }));
    expect([...stamps()]).toEqual([...before]);
    expect(scratch.catalogue.toolStampsOf('npm:nobody').size).toBe(0);
  });

  test.each([
    ['a definition changes', [tool('a'), tool('b', { description: 'Deletes a file' }), tool('delete_it')], ['b']],
    ['a tool is new', [tool('a'), tool('b', { description: 'Reads a file' }), tool('delete_it'), tool('c')], ['c']],
    ['a tool goes', [tool('a'), tool('b', { description: 'Reads a file' })], []],
  ])('are new for that tool alone when %s', async (_, tools, names) => {
    const before = stamps();
    await visit(...tools);
    expect(newOnes(before)).toEqual(names);
  });

  test.each([
    ['its verdict', "UPDATE verdicts SET ruleset = 'next' WHERE tool = :tool"],
    ['its findings', 'UPDATE verdict_findings SET span_end = span_end + 1 WHERE tool = :tool'],
    ['its provenance', "UPDATE observations SET provenance = provenance || '?' WHERE tool = :tool"],
    [
      'its definition',
      `UPDATE tool_versions SET definition = json_set(definition, '$.description', 'By hand')
       WHERE tool_version = (SELECT tool_version FROM tools WHERE tool = :tool)`,
    ],
  ])('see that somebody else changed %s', (_, change) => {
    const { sql } = scratch.catalogue;
    const before = stamps();
    const row = sql.get<{ tool: number }>("SELECT tool FROM tools WHERE name = 'delete_it'");
    expect(sql.run(change, { tool: row?.tool ?? 0 }).changes).toBeGreaterThan(0);
    expect(newOnes(before)).toEqual(['delete_it']);
  });

  test('are in the order of the bytes of the names', async () => {
    const names = ['\u{1f600}', '\uff5e', 'é', 'z', 'Z'];
    await visit(...names.map((name) => tool(name)));
    const read = [...scratch.catalogue.tools({ serverId: 'npm:x' })].map(({ definition }) => definition.name);
    expect([...stamps().keys()]).toEqual(read);
    expect(read.indexOf('\uff5e')).toBeLessThan(read.indexOf('\u{1f600}'));
  });

  test('go with reading tools by their names', () => {
    const names = (wanted: readonly string[]) =>
      [...scratch.catalogue.tools({ serverId: 'npm:x', names: wanted })].map(({ definition }) => definition.name);
    expect(names(['delete_it', 'a', 'nobody'])).toEqual(['a', 'delete_it']);
    expect(names([])).toEqual([]);
  });
});

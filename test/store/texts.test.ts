import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json, ToolDefinition } from '../../src/model/tool.ts';
import { listed, reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const rows = (sql: string) => scratch.catalogue.sql.handle.prepare(sql).raw(true).all();
const defined = (definition: ToolDefinition) => tool(definition.name, { definition });
const taking = (name: string, properties: Json, required?: Json) =>
  defined({ name, inputSchema: { type: 'object', properties, ...(required === undefined ? {} : { required }) } });
const visit = (...tools: Parameters<typeof serverReading>[1]) =>
  visitAll(scratch.catalogue, { 'npm:x': reading([serverReading('npm:x', tools)]) });

test('tool_risk has the words of the publisher, as they are', async () => {
  const hostile = '=1+1\n\u001b[31m<b>"quoted"</b> \\u0000 🚒';
  await visit(defined({ name: 'a', title: 'The tool A', description: hostile }), defined({ name: 'b' }));
  expect(rows('SELECT tool_name, title, description FROM tool_risk ORDER BY tool_name')).toEqual([
    ['a', 'The tool A', hostile],
    ['b', null, null],
  ]);
});

describe('tool_parameters', () => {
  test('has each parameter at the top of a schema, with the verdict beside it', async () => {
    const id = { type: 'string', description: 'Which one' };
    await visit(taking('delete_it', { id, dry: { type: ['boolean', 'null'] } }, ['id']), tool('none'));
    expect(rows('SELECT * FROM tool_parameters ORDER BY parameter')).toEqual([
      ['npm:x', 'delete_it', 'dry', '["boolean","null"]', 0, null, 'Destructive', 'high', 2],
      ['npm:x', 'delete_it', 'id', 'string', 1, 'Which one', 'Destructive', 'high', 2],
    ]);
  });

  test.each<[string, Json, Json | undefined, unknown[]]>([
    [
      'schemas that are no objects',
      { a: true, b: 'text', c: null, d: 5, e: [1] },
      undefined,
      ['a', 'b', 'c', 'd', 'e'],
    ],
    ['names that are no plain words', { 'a"b': {}, '$.x': {}, '': {} }, ['$.x'], ['', '$.x', 'a"b']],
    ['properties that are a list', [{ type: 'string' }], undefined, []],
    ['properties that are a text', 'x', undefined, []],
    ['a text for what is required', { x: {} }, 'x', ['x']],
    ['true for what is required', { x: {} }, true, ['x']],
  ])('survives %s', async (_, properties, required, expected) => {
    await visit(taking('odd', properties, required));
    expect(rows('SELECT parameter, type, description FROM tool_parameters ORDER BY parameter')).toEqual(
      expected.map((name) => [name, null, null]),
    );
  });
});

test('server_risk says who lists a server and when it answered last, and no 0 where tools are unknown', async () => {
  const lines = [listed('npm:x'), listed('npm:x', { source: 'zoo' }), listed('npm:y')];
  const answers = {
    'npm:x': reading([serverReading('npm:x', [tool('delete_it'), tool('read_it')])]),
    'npm:y': { kind: 'failed', outcome: 'unreachable', reason: 'dns', message: 'no address' } as const,
  };
  await visitAll(scratch.catalogue, answers, { lines });
  const first = scratch.time.now();
  scratch.time.pass(86_400_000);
  await visitAll(scratch.catalogue, { ...answers, 'npm:x': { kind: 'not-modified' } }, { lines });
  const counts = 'severity, tool_count, critical_count, high_count, medium_count, low_count';
  expect(
    rows(`SELECT server_id, ${counts}, first_seen, last_seen, sources FROM server_risk ORDER BY server_id`),
  ).toEqual([
    ['npm:x', 'high', 2, 0, 1, 0, 1, first, first + 86_400_000, '["test","zoo"]'],
    ['npm:y', null, null, null, null, null, null, first, null, '["test"]'],
  ]);
  expect(rows('SELECT server_id, tool_count FROM server_manifests ORDER BY server_id')).toEqual([
    ['npm:x', 2],
    ['npm:y', null],
  ]);
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const MANY = 25_000;

test('a tool that is called by a very common word comes first, however late it came', async () => {
  const { catalogue } = scratch;
  await visitAll(catalogue, { 'npm:a': reading([serverReading('npm:a', [tool('other')])]) });
  // Rows for the index and the names alone: 25,000 verdicts would say nothing more.
  catalogue.sql.exec(`
    CREATE TEMP TABLE many AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
      SELECT i + 100 AS tool, 'get_thing_' || i AS name FROM n;
    INSERT INTO tools (tool, server_id, name, manifest, tool_version, first_seen)
      SELECT many.tool, 'npm:a', many.name, t.manifest, t.tool_version, 0 FROM many, (SELECT * FROM tools LIMIT 1) t;
    INSERT INTO tools_fts (rowid, name, title, description, server) SELECT tool, name, '', 'Gets it', 'npm:a' FROM many;
    DROP TABLE many;`);
  scratch.time.pass(100 * 86_400_000);
  await visitAll(catalogue, { 'npm:b': reading([serverReading('npm:b', [tool('Get'), tool('late_get')])]) });
  expect(catalogue.search('get', {}, 25)[0]?.definition.name).toBe('Get');
  expect(catalogue.search('late get').map((one) => one.definition.name)).toEqual(['late_get']);
  expect(catalogue.search('get', { severity: 'low' }, 25).map((one) => one.definition.name)).toEqual([
    'Get',
    'late_get',
  ]);
});

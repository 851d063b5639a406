import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Annotations } from '../../src/model/tool.ts';
import { reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const hinted = (name: string, annotations?: Annotations) =>
  tool(name, {
    definition: { name, description: `Does ${name}`, ...(annotations === undefined ? {} : { annotations }) },
  });

describe('the view of hints', () => {
  beforeEach(() =>
    visitAll(scratch.catalogue, {
      'npm:x': reading([
        serverReading('npm:x', [
          hinted('delete_all', { readOnlyHint: true, destructiveHint: false }),
          hinted('delete_it', { destructiveHint: true, idempotentHint: true, openWorldHint: false }),
          hinted('read_it', { readOnlyHint: true }),
          hinted('titled', { title: 'A title is no hint' }),
          hinted('silent'),
        ]),
      ]),
    }),
  );

  test('has what authors say as 1 and 0, nothing where they say nothing, and the verdict beside it', () => {
    const rows = scratch.catalogue.sql.handle.prepare('SELECT * FROM tool_hints ORDER BY tool_name').raw(true).all();
    expect(rows).toEqual([
      ['npm:x', 'delete_all', 1, 0, null, null, 'Destructive', 'high', 2],
      ['npm:x', 'delete_it', null, 1, 1, 0, 'Destructive', 'high', 2],
      ['npm:x', 'read_it', 1, null, null, null, 'Read', 'low', 0],
    ]);
  });

  test('answers which tools are called read-only and do more', () => {
    const sql = `SELECT tool_name, severity FROM tool_hints WHERE read_only_hint = 1 AND category NOT IN ('Read', 'Unknown')`;
    expect(scratch.catalogue.sql.all(sql)).toEqual([{ tool_name: 'delete_all', severity: 'high' }]);
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Decisions, storePolicies } from '../../src/store/policies.ts';
import { judgeBy, listed, reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const DENY: Decisions = { permissive: 'ask', recommended: 'deny', strict: 'deny' };
const ALLOW: Decisions = { permissive: 'allow', recommended: 'allow', strict: 'ask' };

const visit = (description: string) =>
  visitAll(
    scratch.catalogue,
    { 'npm:x': reading([serverReading('npm:x', [tool('look', { description }), tool('delete_all')])]) },
    { judge: judgeBy('rules-1'), lines: [listed('npm:x')] },
  );
const store = (hash: string) =>
  storePolicies(scratch.catalogue.sql, hash, scratch.time.now(), ({ verdict }) =>
    verdict.category === 'Destructive' ? DENY : ALLOW,
  );
const rows = () =>
  scratch.catalogue.sql
    .all<{ row: string }>(`SELECT tool_name || ' ' || strength || ' ' || decision AS row FROM policies ORDER BY 1`)
    .map(({ row }) => row);

describe('stored decisions', () => {
  test('are one row per tool and strength', async () => {
    await visit('Looks');
    expect(rows()).toEqual([]);
    expect(await store('a')).toBe(2);
    expect(rows()).toEqual([
      'delete_all permissive ask',
      'delete_all recommended deny',
      'delete_all strict deny',
      'look permissive allow',
      'look recommended allow',
      'look strict ask',
    ]);
  });

  test('are made anew only where the verdict or the table is new', async () => {
    await visit('Looks');
    await store('a');
    expect(await store('a')).toBe(0);
    scratch.time.pass(86_400_000);
    await visit('Looks at another thing');
    expect(rows()).toHaveLength(3);
    expect(await store('a')).toBe(1);
    expect(await store('b')).toBe(2);
    expect(rows()).toHaveLength(6);
  });

  test('go with their tools, and stop at a signal', async () => {
    await visit('Looks');
    const stopped = AbortSignal.abort();
    expect(await storePolicies(scratch.catalogue.sql, 'a', 1, () => ALLOW, stopped)).toBe(0);
    await store('a');
    scratch.catalogue.sql.run('DELETE FROM tools');
    expect(rows()).toEqual([]);
  });
});

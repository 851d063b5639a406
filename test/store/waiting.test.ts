import { expect, test } from 'vitest';
import { type RunPlaced, rowsSql, WaitingRows } from '../../src/store/waiting.ts';

const PARENTS = rowsSql('parents', 'id', { order: 0 });
const CHILDREN = rowsSql('children', 'id, parent', { order: 1 });
const ALONE = rowsSql('others', 'id, json', { order: 2, alone: true });

/** What was run: the table, the rows of the statement, the values. */
function recorder() {
  const runs: { readonly table: string; readonly rows: number; readonly values: readonly unknown[] }[] = [];
  const run: RunPlaced = (text, values) => {
    const table = /INTO (\w+)/u.exec(text)?.[1] ?? '';
    runs.push({ table, rows: text.split('), (').length, values });
  };
  return { runs, run };
}

test.each([
  { count: 0, sizes: [] },
  { count: 3, sizes: [1, 1, 1] },
  { count: 5, sizes: [4, 1] },
  { count: 37, sizes: [16, 16, 4, 1] },
])('$count rows take statements of $sizes', ({ count, sizes }) => {
  const waiting = new WaitingRows();
  const { runs, run } = recorder();
  for (let i = 0; i < count; i++) waiting.add(CHILDREN, [i, i * 2]);
  waiting.write(run);
  expect(runs.map(({ rows }) => rows)).toEqual(sizes);
  expect(runs.flatMap(({ values }) => values)).toEqual(Array.from({ length: count }, (_, i) => [i, i * 2]).flat());
});

test('what is referred to is written first, and rows that stand alone one by one', () => {
  const waiting = new WaitingRows();
  const { runs, run } = recorder();
  for (const i of [1, 2]) waiting.add(ALONE, [i, '{}']);
  waiting.add(CHILDREN, [1, 7]);
  waiting.add(PARENTS, [7]);
  waiting.write(run);
  expect(runs.map(({ table, values }) => [table, ...values])).toEqual([
    ['parents', 7],
    ['children', 1, 7],
    ['others', 1, '{}'],
    ['others', 2, '{}'],
  ]);
});

test('what was written or dropped waits no more, under no name', () => {
  const waiting = new WaitingRows();
  const { runs, run } = recorder();
  waiting.add(PARENTS, [1]);
  waiting.name('one');
  expect(waiting.has('one')).toBe(true);
  waiting.write(run);
  waiting.add(PARENTS, [2]);
  waiting.name('two');
  waiting.drop();
  waiting.write(run);
  expect(runs.map(({ values }) => values)).toEqual([[1]]);
  expect([waiting.has('one'), waiting.has('two')]).toEqual([false, false]);
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

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
    ['provenance', "UPDATE observations SET provenance = provenance || '?'"],
    ['versions', "UPDATE observations SET package_version = '9.9.9'"],
  ])('sees %s', (_, change) => {
    const before = stamp();
    const { changes } = scratch.catalogue.sql.run(change);
    expect(changes).toBeGreaterThan(0);
    expect(stamp()).not.toBe(before);
  });
});

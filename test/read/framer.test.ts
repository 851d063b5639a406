import { describe, expect, test } from 'vitest';
import { eventsOf, linesOf } from '../../src/read/mcp/framer.ts';
import { fc } from '../helpers/fc.ts';

async function* cut(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of source) found.push(one);
  return found;
}

describe('lines', () => {
  test.each([
    ['', []],
    ['a', ['a']],
    ['a\nb', ['a', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['a\rb\r', ['a', 'b']],
    ['\n\n', ['', '']],
    ['\r\n\r\n', ['', '']],
    ['a\r\r\nb', ['a', '', 'b']],
    ['é\n漢', ['é', '漢']],
  ])('%j', async (text, lines) => {
    for (const size of [1, 2, 3, 100])
      expect(await all(linesOf(cut(text, size))), `in pieces of ${size}`).toEqual(lines);
  });

  test('are the same however the bytes are cut', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é') });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (value, size) => {
        const expected = value.split(/\r\n|\r|\n/u);
        if (expected.at(-1) === '') expected.pop();
        expect(await all(linesOf(cut(value, size)))).toEqual(expected);
      }),
    );
  });

  test('that do not end are cut off', async () => {
    await expect(all(linesOf(cut('a'.repeat(100), 7), 50))).rejects.toMatchObject({
      failure: { reason: 'mcp-message-bytes' },
    });
  });
});

describe('events', () => {
  test.each([
    ['data: a\n\n', [{ event: 'message', data: 'a' }]],
    ['\ufeffevent: endpoint\ndata:/x\n\n', [{ event: 'endpoint', data: '/x' }]],
    ['data: a\ndata: b\nid: 3\nretry: 9\n\n', [{ event: 'message', data: 'a\nb' }]],
    [': comment\n\ndata\n\n', [{ event: 'message', data: '' }]],
    ['data:  two spaces\n\n', [{ event: 'message', data: ' two spaces' }]],
    ['event: only\n\n', []],
    ['data: cut off', []],
  ])('%j', async (text, events) => {
    for (const size of [1, 100]) expect(await all(eventsOf(cut(text, size)))).toEqual(events);
  });
});

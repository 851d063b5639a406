import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeTokenTable, openTokenTable } from '../../src/site/token-table.ts';
import { openTokenizer } from '../../src/site/tokens.ts';

const { default: ranks }: typeof import('gpt-tokenizer/bpeRanks/o200k_base') = createRequire(import.meta.url)(
  'gpt-tokenizer/bpeRanks/o200k_base',
);
const file = makeTokenTable(ranks);
const table = openTokenTable(file);
const tokenizer = openTokenizer();

/** Pieces at which the pattern that splits text decides one way or the other. */
const PIECES = [
  ...["'s", "'S", "'ll", "'LL", "'l", "'re", "'vE", "'d", "'m", "'t", "'"],
  ...[' ', '  ', '   ', '\n', '\r\n', '\t', '\v', '\f', ' \n '],
  ...['a', 'Abc', 'ABC', 'ABCdef', 'camelCase', 'HTTPServer', 'xyzzyqq', 'deadbeef0123'],
  ...['123', '1234567', '_', '__', '-->', '//', '/', '/\n', '"', '":{"', '\\n', '.', ',', '$', '\0', '\x7f'],
  ...['<|endoftext|>', '<|im_start|>'],
];

describe('the table of tokens counts what the tokenizer counts', () => {
  it('in ASCII text of any kind', () => {
    const text = fc
      .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary-ascii' })), { maxLength: 14 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (one) => {
        expect(table.count(one)).toBe(tokenizer(one));
      }),
      { numRuns: 4_000 },
    );
  });

  it.each([
    ['a definition', JSON.stringify({ name: 'send_mail', description: 'Sends 1,000 mails.', parameters: {} })],
    ['nothing', ''],
    ['one character', 'a'],
    ['a long run of the same', '-'.repeat(120)],
  ])('%s', (_, text) => {
    expect(table.count(text)).toBe(tokenizer(text));
  });

  it.each([
    ['text beyond ASCII', 'für'],
    ['a piece that takes long to merge', '~^'.repeat(4_000)],
  ])('and leaves to it: %s', (_, text) => {
    expect(table.count(text)).toBeUndefined();
  });

  it('from a file at any place in memory', () => {
    const moved = new Uint8Array(file.length + 1);
    moved.set(file, 1);
    expect(openTokenTable(moved.subarray(1)).count('delete one file')).toBe(tokenizer('delete one file'));
  });

  it('and refuses a file that was cut off', () => {
    expect(() => openTokenTable(file.subarray(0, file.length - 9))).toThrow(RangeError);
  });
});

import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { makeTokenTables, openTokenTable } from '../../src/site/token-table.ts';
import { makeTokenCounter, openTokenizer } from '../../src/site/tokens.ts';
import { cpuClock } from '../helpers/cpu.ts';
import { fc } from '../helpers/fc.ts';

const { default: ranks }: typeof import('gpt-tokenizer/bpeRanks/o200k_base') = createRequire(import.meta.url)(
  'gpt-tokenizer/bpeRanks/o200k_base',
);
const { ascii, others } = makeTokenTables(ranks);
const table = openTokenTable(ascii, () => others);
const tokenizer = openTokenizer();

/** Pieces at which the pattern that splits text decides one way or the other. */
const PIECES = [
  ...["'s", "'S", "'ll", "'LL", "'l", "'re", "'vE", "'d", "'m", "'t", "'"],
  ...[' ', '  ', '   ', '\n', '\r\n', '\t', '\v', '\f', ' \n '],
  ...['a', 'Abc', 'ABC', 'ABCdef', 'camelCase', 'HTTPServer', 'xyzzyqq', 'deadbeef0123'],
  ...['123', '1234567', '_', '__', '-->', '//', '/', '/\n', '"', '":{"', '\\n', '.', ',', '$', '\0', '\x7f'],
  ...['<|endoftext|>', '<|im_start|>'],
];

/** The same of letters, marks, digits and spaces beyond ASCII, and of what has no letters. */
const FOREIGN_PIECES = [
  ...['é', 'É', 'ß', 'Ünder', 'naïve', 'ǅ', 'ʰ', 'ſ', '\u0301', 'e\u0301', '\u0e33', 'ｆｕｌｌ'],
  ...['日本語', 'データベースから行を読む', '删除文件', '한국어', 'привет', 'ΑΒΓδ', 'שלום', 'مرحبا', 'हिन्दी'],
  ...['٣', '１２３４', '½', 'Ⅷ', '\u00a0', '\u2003', '\u3000', '\u2028', '\u0085', '\u200b', '\u200d'],
  ...['—', '…', '“', '”', '’s', '€', '→', '😀', '👩‍👩‍👧', '🇩🇪', '\ufffd', '\ud800', '\udc00'],
  // The tokenizer drops a byte order mark before a token.
  ...['\ufeff', '\ufeffusing', '\ufeff\ufeff', '\ufeffé', '\ufeff日本'],
];

const textOf = (pieces: readonly string[], unit: 'binary-ascii' | 'binary') =>
  fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit })), { maxLength: 14 }).map((parts) => parts.join(''));

describe('the tables of tokens count what the tokenizer counts', () => {
  it.each([
    ['ASCII text', textOf(PIECES, 'binary-ascii')],
    ['text', textOf([...PIECES, ...FOREIGN_PIECES], 'binary')],
    ['text without ASCII', textOf(FOREIGN_PIECES, 'binary')],
  ])('in %s of any kind', (_, text) => {
    fc.assert(
      fc.property(text, (one) => {
        expect(table.count(one)).toBe(tokenizer(one));
      }),
      { numRuns: 4_000 },
    );
  });

  it('in pieces that are too long to look at again and again', () => {
    const letters = fc.constantFrom('a', 'b', 'th', 'er', 'ing', '日', '本', 'é', 'q');
    fc.assert(
      fc.property(fc.array(letters, { minLength: 100, maxLength: 600 }), (parts) => {
        const one = parts.join('');
        expect(table.count(one)).toBe(tokenizer(one));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a definition', JSON.stringify({ name: 'send_mail', description: 'Sends 1,000 mails.', parameters: {} })],
    ['nothing', ''],
    ['one character', 'a'],
    ['a long run of the same', '-'.repeat(120)],
    ['a longer one', '=-'.repeat(1_500)],
    ['a sentence without spaces', '一个用于读取和写入文件的工具'.repeat(20)],
    ['every ASCII character', String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code))],
  ])('%s', (_, text) => {
    expect(table.count(text)).toBe(tokenizer(text));
  });

  it('without the second one where a text is ASCII', () => {
    const alone = openTokenTable(ascii, () => {
      throw new Error('it was opened');
    });
    expect(alone.count('reads a file'.repeat(50))).toBe(tokenizer('reads a file'.repeat(50)));
    expect(() => alone.count('für')).toThrow('it was opened');
  });

  it('in a moment, however long a piece is', () => {
    const used = cpuClock();
    expect(table.count('~^'.repeat(200_000))).toBeGreaterThan(1_000);
    expect(used()).toBeLessThan(4_000);
  });

  it('from a file at any place in memory', () => {
    const moved = new Uint8Array(ascii.length + 1);
    moved.set(ascii, 1);
    const elsewhere = openTokenTable(moved.subarray(1), () => others);
    expect(elsewhere.count('delete one file')).toBe(tokenizer('delete one file'));
  });

  it('and refuse a file that was cut off', () => {
    expect(() => openTokenTable(ascii.subarray(0, ascii.length - 9), () => others)).toThrow(RangeError);
    expect(() => openTokenTable(ascii, () => others.subarray(0, 99)).count('für')).toThrow(RangeError);
  });
});

describe('the tokens of a definition', () => {
  const counter = makeTokenCounter();
  const words = textOf([...PIECES, ...FOREIGN_PIECES], 'binary');
  const optional = fc.option(words, { nil: undefined });
  const schemas = fc.option(fc.oneof(fc.dictionary(words, words, { maxKeys: 4 }), words, fc.constant(null)), {
    nil: undefined,
  });

  it('are those of its head and of its parameters', () => {
    fc.assert(
      fc.property(words, optional, schemas, (name, description, inputSchema) => {
        const schema: string | undefined = JSON.stringify(inputSchema);
        const whole = JSON.stringify({ name, description, parameters: inputSchema });
        const head = counter.head(
          { name, ...(description === undefined ? {} : { description }) },
          schema !== undefined,
        );
        expect(head + counter.schema(schema)).toBe(tokenizer(whole));
      }),
      { numRuns: 4_000 },
    );
  });
});

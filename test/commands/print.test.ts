import { describe, expect, it } from 'vitest';
import { columnsOf, count, oneLine, printable, table, wrapped } from '../../src/commands/print.ts';

const UNSAFE = [
  { title: 'an escape sequence', text: 'a\u001b[31mb', is: 'a[U+001B][31mb' },
  { title: 'a bell', text: '\u0007', is: '[U+0007]' },
  { title: 'a C1 control', text: '\u009b', is: '[U+009B]' },
  { title: 'a right-to-left override', text: '\u202e', is: '[U+202E]' },
  { title: 'a zero-width space', text: 'a\u200bb', is: 'a[U+200B]b' },
  { title: 'a tag character', text: '\u{e0041}', is: '[U+E0041]' },
  { title: 'a lone surrogate', text: 'a\ud800', is: 'a[U+D800]' },
  { title: 'plain text stays', text: 'Größe 長亭 😀\n\t', is: 'Größe 長亭 😀\n\t' },
];

describe('printable', () => {
  for (const { title, text, is } of UNSAFE) {
    it(title, () => expect(printable(text)).toBe(is));
  }
});

describe('one line', () => {
  it('folds white space and cuts at columns, not at code units', () => {
    expect(oneLine('a\n  b')).toBe('a b');
    expect(oneLine('長亭情報', 5)).toBe('長亭…');
    expect(columnsOf(oneLine('x'.repeat(50), 10))).toBe(10);
  });
});

describe('table', () => {
  const rows = [{ name: 'read_file', text: 'Reads a file and returns every word of it', n: 3 }];
  const columns = [
    { title: 'tool', value: (row: (typeof rows)[0]) => row.name },
    { title: 'description', value: (row: (typeof rows)[0]) => row.text, flexible: true },
    { title: 'n', value: (row: (typeof rows)[0]) => row.n, right: true },
  ];

  it('fits the width by cutting the flexible column', () => {
    const lines = table(rows, columns, 40).trimEnd().split('\n');
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(40);
    expect(lines[1]).toContain('read_file');
    expect(lines[1]).toContain('…');
  });

  it('is not cut where there is room', () => expect(table(rows, columns, 200)).toContain('every word of it'));
});

describe('counts', () => {
  it('have the right number', () => {
    expect(count(1, 'tool')).toBe('1 tool');
    expect(count(0, 'tool')).toBe('0 tools');
    expect(count(1200, 'policy', 'policies')).toBe('1,200 policies');
  });
});

describe('wrapping', () => {
  it.each([
    ['', 10, ['']],
    ['one two three', 7, ['one two', 'three']],
    ['one\n two', 20, ['one two']],
    ['a-word-that-is-long x', 5, ['a-word-that-is-long', 'x']],
    ['長亭 情報', 5, ['長亭', '情報']],
  ])('cuts %j at %d', (text, width, lines) => expect(wrapped(text, width)).toEqual(lines));
});

import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRuleFiles } from '../../src/data/load.ts';
import { CATEGORIES, SEVERITIES } from '../../src/model/verdict.ts';
import { CATEGORY_WORDS, clauses, date, excerpt, number, SEVERITY_WORDS, share } from '../../src/site/words.ts';

const DAY_MS = 86_400_000;

describe('words of pages', () => {
  it('writes days of a thousand years as ISO 8601 does', () => {
    const wrong: number[] = [];
    for (let at = -40 * DAY_MS; at < 365_250 * DAY_MS; at += 3 * DAY_MS - 1) {
      if (date(at) !== new Date(at).toISOString().slice(0, 10)) wrong.push(at);
    }
    expect(wrong).toEqual([]);
    expect(() => date(Number.NaN)).toThrow(RangeError);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
  ])('writes the number %d', (n, text) => {
    expect(number(n)).toBe(text);
  });

  it.each([
    [0, 0, '0 %'],
    [0, 7, '0 %'],
    [1, 5000, 'below 0.1 %'],
    [1, 100, '1.0 %'],
    [1, 3, '33 %'],
    [405, 407, '99 %'],
    [407, 407, '100 %'],
  ])('writes the share of %d in %d', (part, whole, text) => {
    expect(share(part, whole)).toBe(text.replace(' %', '\u00a0%'));
  });

  it.each([
    { title: 'one', parts: ['reads secrets, keys or credentials'], text: 'reads secrets, keys or credentials' },
    {
      title: 'short ones',
      parts: ['deletes data', 'reads files', 'gives advice'],
      text: 'deletes data, reads files and gives advice',
    },
    {
      title: 'with commas and clauses',
      parts: [
        'runs code, builds or jobs',
        'installs packages, whose scripts run',
        'runs code or commands that the caller writes',
      ],
      text: 'runs code, builds or jobs; installs packages, whose scripts run; and runs code or commands that the caller writes',
    },
    {
      title: 'with a joint in one of two',
      parts: ['creates or changes data', 'reads files'],
      text: 'creates or changes data, and reads files',
    },
    {
      title: 'with a comma in one of two',
      parts: ['reads secrets, keys or credentials', 'reads files'],
      text: 'reads secrets, keys or credentials; and reads files',
    },
  ])('joins what a tool does: $title', ({ parts, text }) => {
    expect(clauses(parts)).toBe(text);
  });

  it.each([
    ['one two', 'one two'],
    [' one  two ', 'one two'],
    ['one\ntwo\u00a0three', 'one two three'],
    ['one two three', 'one two…', 10],
  ])('cuts %j', (text, cut, chars = 20) => {
    expect(excerpt(text, chars)).toBe(cut);
  });
});

const files = readRuleFiles(resolve(import.meta.dirname, '../../data'));

describe('categories', () => {
  const { categories } = files.categories;
  for (const category of CATEGORIES) {
    it(`say of ${category} on the pages what the data says`, () =>
      expect(CATEGORY_WORDS[category].meaning).toBe(categories[category].text));
  }
});

describe('severities', () => {
  const { severities } = files.severities;
  for (const severity of SEVERITIES) {
    it(`say of ${severity} on the pages what the data says`, () =>
      expect(SEVERITY_WORDS[severity].meaning).toBe(severities[severity].text));
  }
});

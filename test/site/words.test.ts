import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRuleFiles } from '../../src/data/load.ts';
import { CATEGORIES } from '../../src/model/verdict.ts';
import { CATEGORY_WORDS, date, excerpt, number, share } from '../../src/site/words.ts';

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
    expect(share(part, whole)).toBe(text);
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

describe('categories', () => {
  const { categories } = readRuleFiles(resolve(import.meta.dirname, '../../data')).categories;
  for (const category of CATEGORIES) {
    it(`say of ${category} on the pages what the data says`, () =>
      expect(CATEGORY_WORDS[category].meaning).toBe(categories[category].text));
  }
});

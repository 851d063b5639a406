import { describe, expect, it } from 'vitest';
import { foldWord } from '../../src/classify/letters.ts';
import { splitIdentifier } from '../../src/classify/split-identifier.ts';
import { splitProse } from '../../src/classify/split-prose.ts';
import { GAP, NO_KEYS, Words } from '../../src/classify/words.ts';
import { fc } from '../helpers/fc.ts';

const none = NO_KEYS;
const parts = (words: Words) => words.written();
/** Whether each word has a gap of this kind before it. */
const gapsOf = ({ gaps, count }: Words, bit: number) => [...gaps.subarray(0, count)].map((gap) => (gap & bit) !== 0);

describe('identifiers', () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['createIssue', ['create', 'Issue']],
    ['d1_database_delete', ['d', '1', 'database', 'delete']],
    ['API-patch-page', ['API', 'patch', 'page']],
    ['script.saveOrUpdate', ['script', 'save', 'Or', 'Update']],
    ['HTTPServer', ['HTTP', 'Server']],
    ['getURLs', ['get', 'URLs']],
    ['nasa/apod', ['nasa', 'apod']],
    ['get status', ['get', 'status']],
    ['查询IP', ['查', '询', 'IP']],
    ['!pg', ['pg']],
    ['', []],
  ];
  for (const [text, words] of table)
    it(text || 'nothing', () => expect(parts(splitIdentifier(text, none))).toEqual(words));
});

describe('prose', () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['Deletes a `user_account`.', ['Deletes', 'a', 'user_account']],
    ['Read/create/update', ['Read', 'create', 'update']],
    ['see https://a.b/c?d=e, then', ['see', 'https://a.b/c?d=e', 'then']],
    ['<use_case>Send</use_case>', ['Send']],
    ['chat with $' + '{NAME} and {{x}}', ['chat', 'with', 'and']],
    ['dele\u200bte', ['dele\u200bte']],
    ['a < b', ['a', 'b']],
    ['JavaScript', ['JavaScript']],
  ];
  for (const [text, words] of table) it(text, () => expect(parts(splitProse(text, none))).toEqual(words));

  it('ends a sentence at a full stop and not at an abbreviation', () => {
    const words = splitProse('One, e.g. two. Three', none);
    expect(gapsOf(words, GAP.stop)).toEqual([false, false, false, false, true]);
  });
  it('goes on over a wrapped line and ends at a list item', () => {
    const words = splitProse('one\ntwo\n- Three', none);
    expect(gapsOf(words, GAP.break)).toEqual([true, false, true]);
  });
});

describe('words that are used again', () => {
  const long = 'delete, '.repeat(300);
  const again = new Words();
  const fields = ({ text, starts, ends, ids, gaps, marks, count }: Words) => ({
    text,
    rows: Array.from({ length: count + 1 }, (_, at) =>
      [starts[at], ends[at], ids[at], gaps[at], marks[at]].slice(2 * +(at === count)),
    ),
  });
  for (const text of [long, 'one "two"', '', 'de\u200blete ``` three ``` four', long]) {
    it(`hold ${text.slice(0, 24) || 'nothing'} as new ones do`, () => {
      expect(fields(splitProse(text, none, again))).toEqual(fields(splitProse(text, none)));
      expect(fields(splitIdentifier(text, none, again))).toEqual(fields(splitIdentifier(text, none)));
      expect(fields(again.copy())).toEqual(fields(splitIdentifier(text, none)));
    });
  }
});

describe('any text', () => {
  it('gives words in order, inside the text, that never overlap', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const { starts, ends, count } of [splitIdentifier(text, none), splitProse(text, none)]) {
          let last = 0;
          for (let i = 0; i < count; i++) {
            const start = starts[i] ?? 0;
            const end = ends[i] ?? 0;
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(start);
            last = end;
          }
          expect(last).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('folding', () => {
  const table: readonly (readonly [string, string])[] = [
    ['Delete', 'delete'],
    ['löschen', 'loschen'],
    ['dele\u200bte', 'delete'],
    ['ｄｅｌｅｔｅ', 'delete'],
    ['删', '删'],
  ];
  for (const [word, folded] of table) it(word, () => expect(foldWord(word)).toBe(folded));
});

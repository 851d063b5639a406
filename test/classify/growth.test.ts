import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADVERSARIAL } from '../../scripts/evaluation/adversarial.ts';
import { classify, type Ruleset } from '../../src/classify/index.ts';
import { makeReader } from '../../src/classify/reader.ts';
import { Reading } from '../../src/classify/reading.ts';
import { Scan } from '../../src/classify/tree.ts';
import { RULESET } from './helpers.ts';

/** Code units of the shorter text, in which most parts stand whole; the longer one has twice as many. */
const LENGTH = 6600;
/** How much more work twice the text may be: twice, and a little for what happens once. */
const GROWTH = 2.1;

/** Look-ups of words, phrases and grammar: what the classifier does again and again while it reads. */
let steps = 0;
const { lexicon } = RULESET;
const counting: Ruleset = {
  ...RULESET,
  reader: makeReader({
    ...lexicon,
    keys: {
      key: (words, start, end) => {
        steps++;
        return lexicon.keys.key(words, start, end);
      },
      keyOf: (hash, codes, start, end) => {
        steps++;
        return lexicon.keys.keyOf(hash, codes, start, end);
      },
    },
    forms: (key) => {
      steps++;
      return lexicon.forms(key);
    },
  }),
};

const { grammar, begins } = Reading.prototype;
const { at, isAlone } = Scan.prototype;
beforeEach(() => {
  Reading.prototype.grammar = function (group, word) {
    steps++;
    return grammar.call(this, group, word);
  };
  Reading.prototype.begins = function (bits, word) {
    steps++;
    return begins.call(this, bits, word);
  };
  Scan.prototype.isAlone = function (from) {
    steps++;
    return isAlone.call(this, from);
  };
  Scan.prototype.at = function (from) {
    const found = at.call(this, from);
    steps += 1 + found;
    return found;
  };
});
afterEach(() => {
  Reading.prototype.grammar = grammar;
  Reading.prototype.begins = begins;
  Scan.prototype.isAlone = isAlone;
  Scan.prototype.at = at;
});

function work(text: string): number {
  steps = 0;
  const name = text.slice(0, 256);
  const inputSchema = { type: 'object', properties: { [name]: { description: text } } };
  classify({ server: 'x', name, title: text, description: text, inputSchema }, counting);
  return steps;
}

describe('twice the text is twice the work', () => {
  for (const [title, make] of Object.entries(ADVERSARIAL)) {
    it(title, () => {
      const once = work(make(LENGTH));
      const twice = work(make(2 * LENGTH));
      expect(twice / Math.max(once, 1)).toBeLessThan(GROWTH);
    });
  }
});

import { Finder } from './finder.ts';
import { foldWord } from './letters.ts';
import { FORM, type Lexicon } from './lexicon.ts';
import { Found, type Located, Reading } from './reading.ts';
import { splitIdentifier } from './split-identifier.ts';
import { splitProse } from './split-prose.ts';
import { NO_KEYS, Words } from './words.ts';

/** Reads texts with one lexicon. */
export interface Reader {
  identifier(text: string, where: Located, on: 'key' | 'value'): Reading;
  prose(text: string, where: Located): Reading;
  /** What the lists of parameters say of a parameter's name from some word to its end; undefined where nothing. */
  parameter(name: string, where: Located): Reading | undefined;
  /** The folded words of an id. */
  wordsOf(id: string): ReadonlySet<string>;
  /** Forms of the word at a place, as bits of `FORM`. */
  forms(reading: Reading, at: number): number;
}

/** Forms in which a verb can head a sentence or a name. */
export const HEAD_FORMS = FORM.base | FORM.third | FORM.gerund;

/** The same few thousand names of parameters come back all the time; so many of them are remembered, if short. */
const MAX_NAMES = 8192;
const NAME_CHARS = 64;

interface Name {
  readonly words: Words;
  readonly found: Found;
}

/** Makes a reader. It remembers names of parameters, which changes its speed and nothing else. */
export function makeReader(lexicon: Lexicon): Reader {
  const { keys } = lexicon;
  const finder = new Finder(lexicon);
  const glued = lexicon.group('grammar', 'glued');
  const names = new Map<string, Name | null>();
  const identifier = { words: new Words(), found: new Found() };
  const prose = { words: new Words(), found: new Found() };
  const idWords = new Words();
  const nameOf = (text: string): Name | null => {
    const words = splitIdentifier(text, keys, identifier.words);
    const { parameters } = finder.find(words, identifier.found);
    if (!parameters.some(({ to }) => to === words.count)) return null;
    const own = words.copy();
    return { words: own, found: finder.find(own, new Found(own.count + 1)) };
  };
  return {
    identifier(text, where, on) {
      const words = unglued(splitIdentifier(text, keys, identifier.words), lexicon, glued);
      return new Reading(where, on, words, finder.find(words, identifier.found));
    },
    prose(text, where) {
      const words = splitProse(text, keys, prose.words);
      return new Reading(where, 'value', words, finder.find(words, prose.found));
    },
    parameter(text, where) {
      let name = names.get(text);
      if (name === undefined) {
        name = nameOf(text);
        if (names.size >= MAX_NAMES) names.clear();
        if (text.length <= NAME_CHARS) names.set(text, name);
      }
      return name === null ? undefined : new Reading(where, 'key', name.words, name.found);
    },
    wordsOf: (id) => new Set(splitIdentifier(id, NO_KEYS, idWords).written().map(foldWord)),
    forms: (reading, at) => lexicon.forms(reading.words.ids[at] ?? -1),
  };
}

/** Lengths of a verb that a name may glue to what follows, and how much must follow. */
const GLUED = { shortest: 3, longest: 8, rest: 3 } as const;

/** Cuts a verb off an unknown word of a name: `gettokenprice` is `get` and `tokenprice`. */
function unglued(words: Words, lexicon: Lexicon, group: number): Words {
  for (let word = 0; word < words.count; word++) {
    if ((words.ids[word] ?? 0) >= 0) continue;
    const cut = gluedEnd(words, word, lexicon, group);
    if (cut === 0) continue;
    const { keys } = lexicon;
    words.cut(word, cut, keys.key(words, words.starts[word] ?? 0, cut), keys.key(words, cut, words.ends[word] ?? cut));
    return words;
  }
  return words;
}

/** Where the verb that is glued to the rest of a word ends, 0 where there is none. */
function gluedEnd(words: Words, word: number, lexicon: Lexicon, group: number): number {
  const start = words.starts[word] ?? 0;
  const last = Math.min((words.ends[word] ?? 0) - GLUED.rest, start + GLUED.longest);
  for (let end = last; end >= start + GLUED.shortest; end--) {
    const key = lexicon.keys.key(words, start, end);
    if (key >= 0 && lexicon.single(key).some(({ groups }) => groups.includes(group))) return end;
  }
  return 0;
}

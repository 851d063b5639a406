import type { Match } from './lexicon.ts';
import type { Words } from './words.ts';

/** Where a text stands. Its pointer is asked for when something was found there, and may be made then. */
export interface Located {
  /** JSON Pointer into the definition. */
  readonly path: string;
}

/**
 * A text with everything that the word lists know in it. It is good until its reader reads the next text of the same
 * kind: what it holds is then used again.
 */
export class Reading {
  readonly where: Located;
  readonly on: 'key' | 'value';
  readonly words: Words;
  /** Longest verb that starts at each word. */
  readonly verbs: readonly (Match | undefined)[];
  readonly nouns: readonly Match[];
  readonly phrases: readonly Match[];
  readonly parameters: readonly Match[];
  readonly #found: Found;

  constructor(where: Located, on: 'key' | 'value', words: Words, found: Found) {
    this.where = where;
    this.on = on;
    this.words = words;
    this.verbs = found.verbs;
    this.nouns = found.nouns;
    this.phrases = found.phrases;
    this.parameters = found.parameters;
    this.#found = found;
  }

  /** Whether an entry of any of these groups of grammar starts at a word. */
  begins(bits: number, at: number): boolean {
    return at < this.words.count && ((this.#found.masks[at] ?? 0) & bits) !== 0;
  }

  /** Longest entry of one group of grammar that starts at a word: its end, or 0. */
  grammar(bit: number, at: number): number {
    if (at >= this.words.count || ((this.#found.masks[at] ?? 0) & bit) === 0) return 0;
    return this.#found.endOf(at, bit);
  }
}

const NOTHING: Match[] = [];
/** How many words there is room for at first. */
const ROOM = 64;

/** What was found in a text, by kind. The lists that are as long as a text are used again for the next one. */
export class Found {
  readonly verbs: (Match | undefined)[] = [];
  nouns = NOTHING;
  phrases = NOTHING;
  parameters = NOTHING;
  /** Bits of the grammar groups that start at each word. */
  masks: Int32Array;
  /** For each word, the place in `#longer` behind that of its last entry that is longer than one word; 0 for none. */
  #last: Int32Array;
  /** Such entries: the bits of their groups, the word behind them, and the entry of the same word before. */
  readonly #longer: number[] = [];
  #used = 0;

  /** `room` is how many words there is room for at first. */
  constructor(room = ROOM) {
    this.masks = new Int32Array(room);
    this.#last = new Int32Array(room);
  }

  /** Forgets the last text; the next one has `count` words, and each of them must be begun. */
  begin(count: number): void {
    if (this.masks.length <= count) {
      const room = 2 ** Math.ceil(Math.log2(count + 1));
      this.masks = new Int32Array(room);
      this.#last = new Int32Array(room);
    }
    this.verbs[count] = undefined;
    this.nouns = NOTHING;
    this.phrases = NOTHING;
    this.parameters = NOTHING;
    this.#used = 0;
  }

  /** Goes on to a word at which entries of grammar with these bits start that are one word long. */
  beginWord(at: number, mask: number): void {
    this.verbs[at] = undefined;
    this.masks[at] = mask;
    this.#last[at] = 0;
  }

  /** Notes what is neither a verb nor grammar. */
  other(match: Match): void {
    switch (match.entry.kind) {
      case 'nouns':
        if (this.nouns === NOTHING) this.nouns = [];
        this.nouns.push(match);
        break;
      case 'phrases':
        if (this.phrases === NOTHING) this.phrases = [];
        this.phrases.push(match);
        break;
      case 'parameters':
        if (this.parameters === NOTHING) this.parameters = [];
        this.parameters.push(match);
        break;
    }
  }

  /** Notes grammar of the groups in `mask` from word `from` to `to`, unless something longer is known of them. */
  grammar(from: number, to: number, mask: number): void {
    const known = this.masks[from] ?? 0;
    this.masks[from] = known | mask;
    const fresh = mask & ~known;
    if (to === from + 1 || fresh === 0) return;
    const longer = this.#longer;
    const at = this.#used;
    longer[at] = fresh;
    longer[at + 1] = to;
    longer[at + 2] = this.#last[from] ?? 0;
    this.#used = at + LONGER;
    this.#last[from] = this.#used;
  }

  /** Where the grammar entry with this bit ends that starts at a word. */
  endOf(from: number, bit: number): number {
    const longer = this.#longer;
    for (let next = this.#last[from] ?? 0; next > 0; next = longer[next - 1] ?? 0) {
      if (((longer[next - LONGER] ?? 0) & bit) !== 0) return longer[next - LONGER + 1] ?? 0;
    }
    return from + 1;
  }
}

/** Numbers that an entry of `#longer` has. */
const LONGER = 3;

import { Units } from './units.ts';

/** What stands between a word and the one before it; several may hold at once. */
export const GAP = {
  space: 1,
  hyphen: 2,
  underscore: 4,
  dot: 8,
  slash: 16,
  comma: 32,
  colon: 64,
  /** End of a sentence. */
  stop: 128,
  open: 256,
  close: 512,
  quote: 1024,
  /** A line break that ends a paragraph, a list item or a heading. */
  break: 2048,
  /** A dash between two thoughts. */
  dash: 4096,
  other: 8192,
} as const;

/** Gaps that end a sentence. */
export const SENTENCE_GAPS = GAP.stop | GAP.break;
/** Gaps that end a clause. */
export const CLAUSE_GAPS = SENTENCE_GAPS | GAP.dash | GAP.colon | GAP.open | GAP.close;

/** How a word is marked by what is around it. */
export const MARK = {
  /** Inside backticks or double quotes. */
  quoted: 1,
  /** Inside a fence of three backticks. */
  fenced: 2,
} as const;

/** How many words there is room for at first. */
const ROOM = 64;
/** The first code unit that may be a letter of Chinese, Japanese or Korean; what stands behind are mostly such. */
const FIRST_IDEOGRAPH = 0x2e80;

/**
 * Words of one text, in parallel arrays; offsets are UTF-16 and half-open. The arrays are longer than the text has
 * words, and another text may be read into them; what stands behind the last word is as if nothing stood there.
 */
export class Words {
  text = '';
  count = 0;
  /** The code units of the text; behind the last one stands a 0. */
  codes: Uint16Array = new Uint16Array(1);
  /** Whether the text may have Chinese, Japanese or Korean letters. */
  ideographs = false;
  readonly #units = new Units();
  starts = new Int32Array(ROOM);
  ends = new Int32Array(ROOM);
  /** Key of each word in the vocabulary, -1 where it is unknown. */
  ids = new Int32Array(ROOM);
  /** Bits of `GAP` before each word. The first one has `GAP.break`. */
  gaps = new Uint16Array(ROOM);
  /** Bits of `MARK`. */
  marks = new Uint8Array(ROOM);

  /** Forgets the last text. */
  begin(text: string): void {
    this.text = text;
    this.codes = this.#units.of(text);
    this.ideographs = this.#units.bits >= FIRST_IDEOGRAPH;
    this.count = 0;
  }

  add(start: number, end: number, id: number, gap: number, mark: number): void {
    const at = this.count;
    if (at + 1 === this.starts.length) this.#grow();
    this.starts[at] = start;
    this.ends[at] = end;
    this.ids[at] = id;
    this.gaps[at] = gap;
    this.marks[at] = mark;
    this.count = at + 1;
  }

  /** Cuts a word in two at `place`, which is an offset in the text. */
  cut(word: number, place: number, first: number, second: number): void {
    if (this.count + 2 > this.starts.length) this.#grow();
    const { starts, ends, ids, gaps, marks } = this;
    for (const list of [starts, ends, ids, gaps, marks]) list.copyWithin(word + 1, word, this.count + 1);
    ends[word] = place;
    starts[word + 1] = place;
    ids[word] = first;
    ids[word + 1] = second;
    gaps[word + 1] = 0;
    this.count++;
  }

  /** Ends the list; there is always room for what ends it. */
  end(): this {
    this.ids[this.count] = -1;
    this.gaps[this.count] = 0;
    this.marks[this.count] = 0;
    return this;
  }

  /** The same words in arrays of their own. */
  copy(): Words {
    const copy = new Words();
    const room = this.count + 1;
    copy.text = this.text;
    copy.count = this.count;
    copy.ideographs = this.ideographs;
    copy.starts = this.starts.slice(0, room);
    copy.ends = this.ends.slice(0, room);
    copy.ids = this.ids.slice(0, room);
    copy.gaps = this.gaps.slice(0, room);
    copy.marks = this.marks.slice(0, room);
    return copy;
  }

  /** Chinese, Japanese and Korean words have no gaps: there the longest sequence of code points is the word. */
  isIdeograph(word: number): boolean {
    return this.ideographs && this.text.charCodeAt(this.starts[word] ?? 0) >= FIRST_IDEOGRAPH;
  }

  /** Each word as it stands in the text. */
  written(): string[] {
    return Array.from(this.starts.subarray(0, this.count), (start, at) => this.text.slice(start, this.ends[at]));
  }

  #grow(): void {
    const room = this.starts.length * 2;
    const { starts, ends, ids, gaps, marks } = this;
    this.starts = new Int32Array(room);
    this.ends = new Int32Array(room);
    this.ids = new Int32Array(room);
    this.gaps = new Uint16Array(room);
    this.marks = new Uint8Array(room);
    this.starts.set(starts);
    this.ends.set(ends);
    this.ids.set(ids);
    this.gaps.set(gaps);
    this.marks.set(marks);
  }
}

/** Finds the keys of words that stand in a text. */
export interface WordKeys {
  /** Key of what stands from `start` to `end` of the text of these words, folded; -1 where there is none. */
  key(words: Words, start: number, end: number): number;
  /** The same of a word of ASCII letters, digits and underscores whose `nextHash` is known, in the codes of a text. */
  keyOf(hash: number, codes: Uint16Array, start: number, end: number): number;
}

/** Knows no word. */
export const NO_KEYS: WordKeys = { key: () => -1, keyOf: () => -1 };

import { nextHash } from './hash.ts';
import { Units } from './units.ts';

/**
 * Splits text into words that keep their place. Linear in the text; no regular expression touches it but the removal
 * of accents from one word.
 */

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

/**
 * Words of one text, in parallel arrays; offsets are UTF-16 and half-open. The arrays are longer than the text has
 * words, and another text may be read into them; what stands behind the last word is as if nothing stood there.
 */
export class Words {
  text = '';
  count = 0;
  /** The code units of the text; behind the last one stands a 0. */
  codes: Uint16Array = new Uint16Array(1);
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
    copy.starts = this.starts.slice(0, room);
    copy.ends = this.ends.slice(0, room);
    copy.ids = this.ids.slice(0, room);
    copy.gaps = this.gaps.slice(0, room);
    copy.marks = this.marks.slice(0, room);
    return copy;
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

const KIND = {
  other: 0,
  lower: 1,
  upper: 2,
  digit: 3,
  /** Chinese, Japanese and Korean letters: each is a word of its own. */
  ideograph: 4,
  /** Letters that take two code units and are words of their own. */
  pair: 5,
  /** Zero-width characters that do not end a word. */
  ignorable: 6,
} as const;

const FOLD_ACCENTS = /[\u0300-\u036f\u200b-\u200d\u2060\ufeff\u00ad]/gu;
const ASCII_KINDS = asciiKinds();

function asciiKinds(): Uint8Array {
  const kinds = new Uint8Array(128);
  for (let code = 0; code < 128; code++) {
    if (code >= 97 && code <= 122) kinds[code] = KIND.lower;
    else if (code >= 65 && code <= 90) kinds[code] = KIND.upper;
    else if (code >= 48 && code <= 57) kinds[code] = KIND.digit;
  }
  return kinds;
}

function kindOf(code: number): number {
  if (code < 128) return ASCII_KINDS[code] ?? KIND.other;
  if (code < 0xc0) return code === 0xad ? KIND.ignorable : code === 0xaa || code === 0xb5 || code === 0xba ? 1 : 0;
  if (code < 0x2000) return code === 0xd7 || code === 0xf7 ? KIND.other : KIND.lower;
  if (code < 0x2c00) {
    const hidden = (code >= 0x200b && code <= 0x200d) || code === 0x2060;
    return hidden ? KIND.ignorable : KIND.other;
  }
  if (code < 0x3040) return code >= 0x2e80 && code < 0x3000 ? KIND.ideograph : code < 0x2e00 ? KIND.lower : KIND.other;
  if (code < 0xd800) return code >= 0xa490 && code < 0xac00 ? KIND.lower : KIND.ideograph;
  if (code < 0xdc00) return code >= 0xd840 && code < 0xd88f ? KIND.pair : KIND.other;
  if (code >= 0xf900 && code < 0xfb00) return KIND.ideograph;
  if (code === 0xfeff) return KIND.ignorable;
  if (code >= 0xff10 && code <= 0xff19) return KIND.digit;
  if (code >= 0xff21 && code <= 0xff5a) return KIND.lower;
  if (code >= 0xff66 && code <= 0xffdc) return KIND.ideograph;
  return code >= 0xfb00 && code < 0xfe00 ? KIND.lower : KIND.other;
}

/** Kana, unified ideographs and Hangul syllables, one at a time, are their own folded form. */
export const isOwnFold = (code: number): boolean => code >= 0x3041 && code <= 0xd7a3;

/** Folds a word for look-up: lower case, compatibility forms joined, accents and zero-width characters gone. */
export function foldWord(word: string): string {
  let capital = false;
  for (let index = 0; index < word.length; index++) {
    const code = word.charCodeAt(index);
    if (code < 128) {
      capital ||= code >= 65 && code <= 90;
      continue;
    }
    if (word.length === 1 && isOwnFold(code)) return word;
    const kind = kindOf(code);
    if (kind === KIND.ideograph || kind === KIND.pair) return word.normalize('NFKC').toLowerCase();
    return word.normalize('NFKD').replace(FOLD_ACCENTS, '').toLowerCase();
  }
  return capital ? word.toLowerCase() : word;
}

const GAP_OF = gapTable();

function gapTable(): Uint16Array {
  const gaps = new Uint16Array(128).fill(GAP.other);
  const put = (letters: string, gap: number) => {
    for (const letter of letters) gaps[letter.charCodeAt(0)] = gap;
  };
  put(' \t\r', GAP.space);
  put('\n', GAP.space);
  put('-', GAP.hyphen);
  put('_', GAP.underscore);
  put('.', GAP.dot);
  put('/|\\', GAP.slash);
  put(',', GAP.comma);
  put(':', GAP.colon);
  put('!?;', GAP.stop);
  put('([{', GAP.open);
  put(')]}', GAP.close);
  put('"`', GAP.quote);
  return gaps;
}

function gapOf(code: number): number {
  if (code < 128) return GAP_OF[code] ?? GAP.other;
  if (code === 0x2013 || code === 0x2014) return GAP.dash;
  if (code === 0x3002 || code === 0xff01 || code === 0xff1f || code === 0xff1b) return GAP.stop;
  if (code === 0xff0c || code === 0x3001) return GAP.comma;
  if (code === 0xff1a) return GAP.colon;
  if (code === 0xff08 || code === 0x3010 || code === 0x300c) return GAP.open;
  if (code === 0xff09 || code === 0x3011 || code === 0x300d) return GAP.close;
  if (code === 0x201c || code === 0x201d) return GAP.quote;
  if (code === 0x2022 || code === 0x2028 || code === 0x2029) return GAP.break;
  if (code === 0xa0 || code === 0x3000) return GAP.space;
  return GAP.other;
}

/** Splits a name, a key or an enum value into `out`: `createIssue`, `d1_database_delete`, `API-patch-page`, `script.saveOrUpdate`. */
export function splitIdentifier(text: string, keys: WordKeys, out = new Words()): Words {
  out.begin(text);
  const { length } = text;
  const { codes } = out;
  let gap: number = GAP.break;
  let index = 0;
  while (index < length) {
    const code = codes[index] ?? 0;
    const kind = kindOf(code);
    if (kind === KIND.other || kind === KIND.ignorable) {
      if (kind === KIND.other) gap |= gapOf(code);
      index++;
      continue;
    }
    const end = endOfPart(codes, length, index, kind);
    out.add(index, end, keys.key(out, index, end), gap, 0);
    gap = 0;
    index = end;
  }
  return out.end();
}

/** End of one part of an identifier: `HTTPServer` is `HTTP` and `Server`, `getURL2` is `get`, `URL` and `2`. */
function endOfPart(codes: Uint16Array, length: number, start: number, kind: number): number {
  if (kind === KIND.ideograph) return start + 1;
  if (kind === KIND.pair) return Math.min(start + 2, length);
  let index = start + 1;
  if (kind === KIND.digit) {
    while (kindOf(codes[index] ?? 0) === KIND.digit) index++;
    return index;
  }
  if (kind === KIND.upper) {
    while (kindOf(codes[index] ?? 0) === KIND.upper) index++;
    const next = kindOf(codes[index] ?? 0);
    if (index - start > 1 && next === KIND.lower && !isPluralS(codes, index)) return index - 1;
  }
  while (index < length) {
    const next = kindOf(codes[index] ?? 0);
    if (next !== KIND.lower && next !== KIND.ignorable) break;
    index++;
  }
  return index;
}

/** `URLs` and `IDs` are one word: a lone small letter after capitals that ends the part. */
function isPluralS(codes: Uint16Array, index: number): boolean {
  return codes[index] === 115 && kindOf(codes[index + 1] ?? 0) !== KIND.lower;
}

/** Longest pseudo-tag that is skipped, in code units. */
const TAG_CHARS = 80;

/**
 * Splits prose into `out`. A word joined by underscores or inner capitals is one word (it names something, it says nothing);
 * addresses, `<tags>` and `${placeholders}` are skipped; what stands in quotes and fences is marked.
 */
export function splitProse(text: string, keys: WordKeys, out = new Words()): Words {
  out.begin(text);
  const { length } = text;
  const { codes } = out;
  let gap: number = GAP.break;
  let mark = 0;
  let index = 0;
  while (index < length) {
    const code = codes[index] ?? 0;
    if (code === 32) {
      gap |= GAP.space;
      index++;
      continue;
    }
    const kind = kindOf(code);
    if (kind !== KIND.other && kind !== KIND.ignorable) {
      let end = index;
      let hash = 0;
      let next = code;
      while (next < 128) {
        const letter = PROSE_LETTERS[next] ?? 0;
        if (letter === 0) break;
        hash = nextHash(hash, letter);
        next = codes[++end] ?? 0;
      }
      if (next < 128 && next !== COLON) out.add(index, end, keys.keyOf(hash, codes, index, end), gap, mark);
      else {
        end = endOfProseWord(text, index, end, kind);
        out.add(index, end, keys.key(out, index, end), gap, mark);
      }
      gap = 0;
      index = end;
      continue;
    }
    const skipped = skipMarkup(text, index, code);
    if (skipped > index) {
      gap |= code === 60 ? GAP.break : GAP.other;
      index = skipped;
      continue;
    }
    if (code === 96 && text.startsWith('```', index)) {
      mark = mark & MARK.fenced ? 0 : MARK.fenced;
      gap |= GAP.break;
      index += 3;
      continue;
    }
    if (code === 96 || code === 34) mark = mark & MARK.fenced ? mark : mark ^ MARK.quoted;
    if (code === 0x201c) mark |= MARK.quoted;
    if (code === 0x201d) mark &= ~MARK.quoted;
    if (code === 46) gap |= isFullStop(text, index) ? GAP.stop : GAP.dot;
    else if (code === 10) {
      if (endsParagraph(text, index)) {
        gap |= GAP.break;
        mark &= ~MARK.quoted;
      } else gap |= GAP.space;
    } else if (code === 45 && index > 0 && codes[index - 1] === 32 && codes[index + 1] === 32) gap |= GAP.dash;
    else if (kind !== KIND.ignorable) gap |= gapOf(code);
    index++;
  }
  return out.end();
}

const COLON = 58;
/** Small codes of ASCII letters, digits and the underscore; 0 for every other sign. */
const PROSE_LETTERS = ASCII_KINDS.map((kind, code) => {
  if (kind === KIND.upper) return code + 32;
  return kind !== KIND.other || code === 95 ? code : 0;
});
const isInWord = (kind: number) => kind === KIND.lower || kind === KIND.digit || kind === KIND.ignorable;

/** End of one word of prose, which is plain up to `from`. An identifier inside prose is one word, however it is joined. */
function endOfProseWord(text: string, start: number, from: number, kind: number): number {
  if (kind === KIND.ideograph) return start + 1;
  if (kind === KIND.pair) return Math.min(start + 2, text.length);
  let index = Math.max(from, start + 1);
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code < 128 ? PROSE_LETTERS[code] !== 0 : isInWord(kindOf(code))) {
      index++;
      continue;
    }
    if (code === 58 && text.startsWith('://', index)) return endOfAddress(text, index);
    break;
  }
  return index;
}

function endOfAddress(text: string, start: number): number {
  let index = start;
  while (index < text.length && text.charCodeAt(index) > 32) index++;
  const last = text.charCodeAt(index - 1);
  return last === 46 || last === 41 || last === 44 ? index - 1 : index;
}

/** Where a `<tag>`, `${placeholder}` or `{{placeholder}}` at `index` ends; `index` itself where there is none. */
function skipMarkup(text: string, index: number, code: number): number {
  if (code === 60) {
    const next = text.charCodeAt(index + 1);
    if (next !== 47 && next !== 33 && kindOf(next) === KIND.other) return index;
    return endOfMarkup(text, index + 1, 62);
  }
  const dollar = code === 36 && text.charCodeAt(index + 1) === 123;
  const double = code === 123 && text.charCodeAt(index + 1) === 123;
  return dollar || double ? endOfMarkup(text, index + 2, 125) : index;
}

function endOfMarkup(text: string, start: number, close: number): number {
  const limit = Math.min(text.length, start + TAG_CHARS);
  for (let index = start; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === close) return index + 1;
    if (code === 10 || code === 60) break;
  }
  return -1;
}

/** A dot ends a sentence when a space or the end follows and no single letter stands before it (`e.g. `). */
function isFullStop(text: string, index: number): boolean {
  const next = index + 1 < text.length ? text.charCodeAt(index + 1) : 32;
  if (next > 32 && next !== 34 && next !== 41 && next !== 96 && next !== 42) return false;
  const letter = kindOf(text.charCodeAt(index - 1));
  const before = index > 1 ? kindOf(text.charCodeAt(index - 2)) : KIND.other;
  return letter === KIND.other || letter === KIND.digit || letter === KIND.ideograph || before !== KIND.other;
}

/** A wrapped line goes on in small letters; everything else starts anew. */
function endsParagraph(text: string, index: number): boolean {
  let next = index + 1;
  while (next < text.length) {
    const code = text.charCodeAt(next);
    if (code === 10) return true;
    if (code !== 32 && code !== 9 && code !== 13) {
      const kind = kindOf(code);
      return kind !== KIND.lower;
    }
    next++;
  }
  return true;
}

import { rot13 } from './threats-view.ts';

/** What a first look at a text found; 0 is nothing that any rule could match. */
export const SEEN = {
  /** A word that some phrase needs, or the sign of an address. */
  anchor: 1,
  /** Such a word with its letters moved 13 places. */
  rotated: 2,
  /** Such a word backwards. */
  reversed: 4,
  /** A character outside printable ASCII. */
  odd: 8,
  /** `&`, `%` or a backslash with what may be an escape after it. */
  escape: 16,
  /** A bracket that may open a tag, the sign of a heading, or a label in capitals. */
  tag: 32,
  /** A long run of letters and digits. */
  blob: 64,
  /** Two words with digits or signs among their letters. */
  leet: 128,
  /** Long blank space. */
  padding: 256,
} as const;

/** Words by a hash of their letters, so that looking one up costs no string. Two words with one hash share a value. */
export type WordTable = ReadonlyMap<number, number>;

/** Factor of the hash of words. */
export const HASH_FACTOR = 31;
/** Shorter words turn into other words too easily. */
const MIN_MARKER = 4;

/** Hash of a word of small ASCII letters. */
export function hashWord(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i += 1) hash = (Math.imul(hash, HASH_FACTOR) + (word.charCodeAt(i) | 0x20)) | 0;
  return hash;
}

/** A first test of a hash, before the table is asked. */
export interface WordFilter {
  readonly bits: Uint8Array;
  readonly table: WordTable;
}

const FILTER_SIZE = 1 << 14;

/** Prepares the words to look for. Rotated and reversed forms that are words themselves are left out. */
export function wordFilter(anchors: ReadonlySet<string>, common: ReadonlySet<string>): WordFilter {
  const table = new Map<number, number>();
  const mark = (word: string, bit: number) => table.set(hashWord(word), (table.get(hashWord(word)) ?? 0) | bit);
  for (const anchor of anchors) mark(anchor, SEEN.anchor);
  const plain = (word: string) => anchors.has(word) || common.has(word);
  for (const word of [...anchors, ...common]) {
    if (word.length < MIN_MARKER) continue;
    const rotated = rot13(word);
    const reversed = [...word].reverse().join('');
    if (!plain(rotated)) mark(rotated, SEEN.rotated);
    if (!plain(reversed)) mark(reversed, SEEN.reversed);
  }
  return { table, bits: filterBits(table) };
}

/** A table of bits that says of most hashes that they are not in a word table. */
export function filterBits(table: WordTable): Uint8Array {
  const bits = new Uint8Array(FILTER_SIZE);
  for (const hash of table.keys()) bits[hash & (FILTER_SIZE - 1)] = 1;
  return bits;
}

/** A run of letters and digits this long may be an encoded blob. */
const BLOB_CHARS = 16;
/** One without any digit must be this long. */
const LETTER_BLOB_CHARS = 40;
/** Blank space this long is looked at; the rules say how much is too much. */
const PADDING_CHARS = 16;

/** One pass over a text that decides which of the slower readings are worth their time. */
export function scan(text: string, filter: WordFilter): number {
  const { table, bits } = filter;
  const length = text.length;
  let seen = 0;
  let leet = 0;
  let at = 0;
  let run = 0;
  let digits = 0;
  let blank = 0;
  while (at < length) {
    const code = text.charCodeAt(at);
    const small = code | 0x20;
    if (small >= 97 && small <= 122) {
      const start = at;
      let hash = 0;
      let letter = small;
      while (letter >= 97 && letter <= 122) {
        hash = (Math.imul(hash, HASH_FACTOR) + letter) | 0;
        at += 1;
        letter = at < length ? text.charCodeAt(at) | 0x20 : 0;
      }
      if (bits[hash & (FILTER_SIZE - 1)] === 1) seen |= table.get(hash) ?? 0;
      if (start > 0 && isLeet(text.charCodeAt(start - 1)) && joinsWord(text, start - 1)) leet += 1;
      run += at - start;
      blank = 0;
      continue;
    }
    at += 1;
    if (isBlobSign(code)) {
      run += 1;
      blank = 0;
      if (code === SLASH && text.charCodeAt(at) === SLASH) seen |= SEEN.anchor;
      if (code !== UNDERSCORE && code !== HYPHEN && code !== SLASH) digits += 1;
      continue;
    }
    if (isBlob(run, digits)) seen |= SEEN.blob;
    run = 0;
    digits = 0;
    if (code === 0x20 || code === 10 || code === 9 || code === 13) {
      blank += 1;
      if (blank >= PADDING_CHARS) seen |= SEEN.padding;
      continue;
    }
    blank = 0;
    if (code < 0x20 || (code > 0x7e && !isTypography(code))) seen |= SEEN.odd;
    else if (code === 0x26 || code === 0x25 || code === 0x5c) seen |= SEEN.escape;
    else if (code === 0x3c || code === 0x5b || code === 0x23) seen |= SEEN.tag;
    else if (code === 0x40) seen |= SEEN.anchor;
    else if (code === 0x3a && isCapital(text.charCodeAt(at - 2))) seen |= SEEN.tag;
  }
  if (isBlob(run, digits)) seen |= SEEN.blob;
  return leet >= 2 ? seen | SEEN.leet : seen;
}

const UNDERSCORE = 0x5f;
const HYPHEN = 0x2d;
const SLASH = 0x2f;

function isBlobSign(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    code === 0x2b ||
    code === SLASH ||
    code === 0x3d ||
    code === UNDERSCORE ||
    code === HYPHEN
  );
}

function isBlob(run: number, digits: number): boolean {
  return run >= LETTER_BLOB_CHARS || (run >= BLOB_CHARS && digits > 0);
}

function isLeet(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 0x40 || code === 0x24 || code === 0x21 || code === 0x7c;
}

/** Whether a sign stands at the start of a word or after a letter. */
function joinsWord(text: string, at: number): boolean {
  if (at === 0) return true;
  const before = text.charCodeAt(at - 1);
  const small = before | 0x20;
  return before <= 0x20 || (small >= 97 && small <= 122);
}

/** Dashes, quotation marks, bullets and arrows: visible, everyday, and no letters. */
function isTypography(code: number): boolean {
  return (code >= 0x2010 && code <= 0x2027) || (code >= 0x2190 && code <= 0x21ff) || code === 0xb7 || code === 0xa0;
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}

import { FILTER_SIZE, nextHash } from './hash.ts';
import { LINES } from './threats-needs.ts';
import type { SentenceWords } from './threats-sentences.ts';
import { SPACED_LETTERS } from './threats-spaced.ts';
import { mayBeginTag, mayEndLabel } from './threats-tag-signs.ts';
import { knownOf, lineOf, marksOf, REWRITTEN_WORD, type WordTable } from './threats-word-table.ts';
import { endsSentence } from './threats-words.ts';

/** What a first look at a text found; 0 is nothing that any rule could match. */
export const SEEN = {
  /** A sentence with all words of some phrase. */
  phrase: 1,
  /** A word of the rules with its letters moved 13 places. */
  rotated: REWRITTEN_WORD.rotated,
  /** Such a word backwards. */
  reversed: REWRITTEN_WORD.reversed,
  /** A character outside printable ASCII. */
  odd: 8,
  /** What may be an HTML entity, a percent byte or an escape of program text. */
  escape: 16,
  /** A bracket that may open a tag that some rule names, or the like of a heading or of a label in capitals. */
  tag: 32,
  /** A long run of letters and digits. */
  blob: 64,
  /** Two words with digits or signs among their letters. */
  leet: 128,
  /** Long blank space. */
  padding: 256,
  /** Letters that stand apart. */
  spaced: 512,
} as const;

/** A run of letters and digits this long may be an encoded blob. */
const BLOB_CHARS = 16;
/** One without any digit must be this long. */
const LETTER_BLOB_CHARS = 40;
/** Blank space this long is looked at; the rules say how much is too much. */
const PADDING_CHARS = 16;

/** What a sign of ASCII is to the pass below; letters and the rest are `PLAIN`. */
const PLAIN = 0;
const SPACE = 1;
const DIGIT = 2;
const JOINT = 3;
const SLASH = 4;
const STOP = 5;
const COLON = 6;
const BRACKET = 7;
const AT = 8;
const ESCAPE = 9;
const ODD = 10;

const SIGNS = signs();

function signs(): Uint8Array {
  const table = new Uint8Array(0x80);
  table.fill(ODD, 0, 0x20);
  table[0x7f] = ODD;
  const set = (chars: string, sign: number) => {
    for (const char of chars) table[char.charCodeAt(0)] = sign;
  };
  set(' \t\n\r', SPACE);
  set('0123456789+=', DIGIT);
  set('_-', JOINT);
  set('/', SLASH);
  set('.!?;', STOP);
  set(':', COLON);
  set('<[#{', BRACKET);
  set('@', AT);
  set('&%\\', ESCAPE);
  return table;
}

/**
 * One pass over a text that decides which of the slower readings are worth their time: the bits of `SEEN` that hold of
 * it. Sentences with all words of some phrase are left in `words`.
 */
export function scan(text: string, table: WordTable, words: SentenceWords): number {
  const { bits, slots } = table;
  const length = text.length;
  const codes = words.begin(text);
  let seen = 0;
  let leet = 0;
  let run = 0;
  let digits = 0;
  let blank = 0;
  let alone = 0;
  let before = 0;
  let at = 0;
  while (at < length) {
    let code = codes[at] ?? 0;
    let letter = code | 0x20;
    if (letter >= 97 && letter <= 122) {
      const start = at;
      let hash = 0;
      do {
        hash = nextHash(hash, letter);
        at += 1;
        code = codes[at] ?? 0;
        letter = code | 0x20;
      } while (letter >= 97 && letter <= 122);
      run += at - start;
      blank = 0;
      if (at - start > 1) alone = 0;
      else if (++alone === SPACED_LETTERS) seen |= SEEN.spaced;
      if (start > 0 && isLeet(before) && joinsWord(text, start - 1)) leet += 1;
      if (bits[hash & (FILTER_SIZE - 1)] === 1) {
        const known = knownOf(slots, hash);
        seen |= marksOf(known);
        const line = lineOf(known);
        if (line >= 0) words.add(line);
      }
      if (at === length) break;
    }
    before = code;
    const sign = code < 0x80 ? (SIGNS[code] ?? PLAIN) : ODD;
    if (sign === SPACE) {
      if (run >= BLOB_CHARS && isBlob(run, digits)) seen |= SEEN.blob;
      run = 0;
      digits = 0;
      blank += 1;
      if (blank >= PADDING_CHARS) seen |= SEEN.padding;
      at += 1;
      continue;
    }
    blank = 0;
    if (sign >= DIGIT && sign <= SLASH) {
      run += 1;
      if (sign === DIGIT) digits += 1;
      else if (sign === SLASH && codes[at + 1] === code) words.add(LINES.url);
      at += 1;
      continue;
    }
    if (run >= BLOB_CHARS && isBlob(run, digits)) seen |= SEEN.blob;
    run = 0;
    digits = 0;
    if (sign === STOP) {
      if (endsSentence(text, at, code)) words.close(at);
    } else if (sign !== PLAIN) seen |= seenAt(text, at, sign, seen, codes, table, words);
    at += 1;
  }
  if (isBlob(run, digits)) seen |= SEEN.blob;
  words.close(length);
  if (words.sentences.length > 0) seen |= SEEN.phrase;
  return leet >= 2 ? seen | SEEN.leet : seen;
}

/** What a sign that is neither a space nor the end of a sentence shows, beside what was `seen` before it. */
function seenAt(
  text: string,
  at: number,
  sign: number,
  seen: number,
  codes: Uint16Array,
  table: WordTable,
  words: SentenceWords,
): number {
  const code = codes[at] ?? 0;
  switch (sign) {
    case BRACKET:
      return (seen & SEEN.tag) === 0 && mayBeginTag(codes, at, text.length, table.tags) ? SEEN.tag : 0;
    case COLON:
      return (seen & SEEN.tag) === 0 && mayEndLabel(codes, at, table.tags) ? SEEN.tag : 0;
    case ESCAPE:
      return isEscape(code, codes[at + 1] ?? 0) ? SEEN.escape : 0;
    case AT:
      words.add(LINES.email);
      return 0;
  }
  if (code >= 0x80) takeWide(text, at, code, table, words);
  return isTypography(code) ? 0 : SEEN.odd;
}

/** Takes a character beyond ASCII, which may be a word and may end a sentence. */
function takeWide(text: string, at: number, code: number, { bits, slots }: WordTable, words: SentenceWords): void {
  const hash = nextHash(0, code | 0x20);
  if (bits[hash & (FILTER_SIZE - 1)] === 1) {
    const line = lineOf(knownOf(slots, hash));
    if (line >= 0) words.add(line);
  }
  if (endsSentence(text, at, code)) words.close(at);
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

/** Whether `&`, `%` or a backslash begins something that is decoded. */
function isEscape(code: number, next: number): boolean {
  const small = next | 0x20;
  if (code === 0x26) return next === 0x23 || (small >= 97 && small <= 122);
  if (code === 0x5c) return next === 0x78 || next === 0x75;
  return (next >= 48 && next <= 57) || (small >= 97 && small <= 102);
}

import { hashWord, nextHash } from './hash.ts';
import type { View } from './threats-view.ts';

/** What a token is besides a word. */
export type TokenClass = 'email' | 'url' | 'identifier';

/** The words of one view in order; offsets are those of the view. */
export class Tokens {
  readonly view: View;
  readonly words: string[] = [];
  /** `hashWord` of each word. */
  readonly hashes: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Whether a sentence ends before the token. */
  readonly breaks: boolean[] = [];

  constructor(view: View) {
    this.view = view;
  }

  add(word: string, hash: number, start: number, end: number, broken: boolean): void {
    this.words.push(word);
    this.hashes.push(hash);
    this.starts.push(start);
    this.ends.push(end);
    this.breaks.push(broken);
  }
}

/** Short forms by their spelling without apostrophe: `dont` is `do`, `not`. */
export type Contractions = ReadonlyMap<string, readonly string[]>;

const LETTERS = /[\p{L}\p{N}]/u;
/** Letters of scripts that set no space between words: each is a token of its own. */
const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

const OTHER = 0;
const LETTER = 1;
const SINGLE = 2;

function kindOf(code: number, text: string, at: number): number {
  if (code < 0x80) {
    const small = code | 0x20;
    return (small >= 97 && small <= 122) || (code >= 48 && code <= 57) ? LETTER : OTHER;
  }
  if (code >= 0x4e00 && code <= 0x9fff) return SINGLE;
  if (code >= 0x2010 && code <= 0x2027) return OTHER;
  const char = text.charAt(at);
  if (SPACELESS.test(char)) return SINGLE;
  return LETTERS.test(char) ? LETTER : OTHER;
}

/**
 * Splits a view, or its part from `from` to `to`, into lower-case words. With `known`, the bits of a
 * filter, plain words that it does not know are left empty, which spares a string for each. Linear in the text.
 */
export function tokenize(
  view: View,
  contractions: Contractions,
  from = 0,
  to = view.text.length,
  known?: Uint8Array,
): Tokens {
  const { text } = view;
  const tokens = new Tokens(view);
  let broken = false;
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    const kind = kindOf(code, text, at);
    if (kind === OTHER) {
      if (endsSentence(text, at, code)) broken = true;
      at += 1;
      continue;
    }
    if (kind === SINGLE) {
      const char = text.charAt(at);
      tokens.add(char, hashWord(char), at, at + 1, broken);
      broken = false;
      at += 1;
      continue;
    }
    const start = at;
    let stem = -1;
    let hash = 0;
    let plain = true;
    while (at < to) {
      const next = text.charCodeAt(at);
      if (next >= 0x80) plain = false;
      if (kindOf(next, text, at) !== LETTER) {
        if (stem >= 0 || !isApostrophe(next) || at + 1 >= to) break;
        if (kindOf(text.charCodeAt(at + 1), text, at + 1) !== LETTER) break;
        stem = at;
      }
      hash = nextHash(hash, next | 0x20);
      at += 1;
    }
    if (known !== undefined && plain && stem < 0 && known[hash & (known.length - 1)] === 0) {
      tokens.add('', 0, start, at, broken);
    } else addWord(tokens, text.slice(start, at).toLowerCase(), contractions, start, stem, at, broken);
    broken = false;
  }
  return tokens;
}

/** Adds a word as it is, spelled out, or without its article or ending; `stem` is where its apostrophe stands, or -1. */
function addWord(
  tokens: Tokens,
  whole: string,
  contractions: Contractions,
  start: number,
  stem: number,
  end: number,
  broken: boolean,
): void {
  const bare = stem < 0 ? whole : whole.slice(0, stem - start) + whole.slice(stem - start + 1);
  const long = contractions.get(bare);
  if (long !== undefined) {
    for (const [order, word] of long.entries()) tokens.add(word, hashWord(word), start, end, broken && order === 0);
  } else if (stem < 0) tokens.add(whole, hashWord(whole), start, end, broken);
  else if (isElision(stem - start, end - stem - 1)) {
    const word = whole.slice(stem - start + 1);
    tokens.add(word, hashWord(word), stem + 1, end, broken);
  } else {
    const word = whole.slice(0, stem - start);
    tokens.add(word, hashWord(word), start, end, broken);
  }
}

/** Whether an apostrophe stands after an article (`l'utilisateur`, `dell'utente`) and not before an ending (`user's`). */
function isElision(before: number, after: number): boolean {
  return before <= 4 && after >= 3;
}

function isApostrophe(code: number): boolean {
  return code === 0x27 || code === 0x2019;
}

/** Whether a sentence ends at the sign at `at`, whose code is `code`. */
export function endsSentence(text: string, at: number, code: number): boolean {
  if (code === 0x3002 || code === 0xff01 || code === 0xff1f) return true;
  if (code !== 0x2e && code !== 0x21 && code !== 0x3f && code !== 0x3b) return false;
  const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 0x20;
  return next <= 0x20 || next === 0x22 || next === 0x29 || next === 0x3c;
}

/**
 * Index after the thing of a class that begins at token `at`, or -1 where none does. An address is read from the text
 * itself, since its punctuation is what makes it one.
 */
export function classEnd(tokens: Tokens, at: number, wanted: TokenClass): number {
  const start = tokens.starts[at];
  if (start === undefined) return -1;
  const { text } = tokens.view;
  let from = start;
  while (from > 0 && start - from < CHUNK_CHARS && isChunk(text.charCodeAt(from - 1))) from -= 1;
  if (from !== start && wanted !== 'identifier') return -1;
  let to = start;
  while (to < text.length && to - start < CHUNK_CHARS && isChunk(text.charCodeAt(to))) to += 1;
  const chunk = text.slice(start, to);
  if (!fits(chunk, wanted)) return -1;
  let next = at + 1;
  while (next < tokens.starts.length && (tokens.starts[next] ?? 0) < to) next += 1;
  return next;
}

/** Longest address or identifier that is looked at. */
const CHUNK_CHARS = 200;

function isChunk(code: number): boolean {
  const small = code | 0x20;
  return (
    (small >= 97 && small <= 122) ||
    (code >= 48 && code <= 57) ||
    (code >= 0x2b && code <= 0x2f && code !== 0x2c) ||
    code === 0x3a ||
    code === 0x40 ||
    code === 0x5f ||
    code === 0x25
  );
}

function fits(chunk: string, wanted: TokenClass): boolean {
  switch (wanted) {
    case 'email': {
      const sign = chunk.indexOf('@');
      return sign > 0 && chunk.indexOf('.', sign) > sign + 1 && !chunk.includes('/');
    }
    case 'url': {
      const colon = chunk.indexOf('://');
      return colon >= 2 && colon <= 5 && chunk.length > colon + 4;
    }
    case 'identifier':
      return isIdentifier(chunk);
  }
}

/** A name of a program: words joined by underscores or dots, or with a capital inside. */
function isIdentifier(chunk: string): boolean {
  if (chunk.includes('/') || chunk.includes(':') || chunk.includes('@')) return false;
  const joined = chunk.search(/[A-Za-z0-9][_.][A-Za-z]/u) >= 0;
  return joined || /^[a-z][a-z0-9]*[A-Z]/u.test(chunk);
}

import { FILTER_SIZE, nextHash } from './hash.ts';

/**
 * Tells of most brackets, heading signs and colons that they begin or end no tag that a rule names, while a text is
 * read for the first time. What is let through is read in full.
 */

/** Signs between a bracket and its first word, and characters of that word; what has more is let through. */
const MAX_SIGNS = 8;
const MAX_WORD = 24;
/** Spaces between the sign of a heading and its first word. */
const HEADING_SPACES = 2;
/** Longest label before a colon. */
export const LABEL_CHARS = 40;

const EXCLAMATION = 0x21;
const HASH = 0x23;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Whether the `<`, `[`, `{` or `#` at `at` may begin a tag; `tags` is a filter of the first words of their names. */
export function mayBeginTag(codes: Uint16Array, at: number, length: number, tags: Uint8Array): boolean {
  const code = codes[at] ?? 0;
  if (code === HASH) return at > 0 && codes[at - 1] === HASH && mayBeginHeading(codes, at + 1, length, tags);
  if (code === LESS_THAN && codes[at + 1] === EXCLAMATION) return true;
  if (code === BRACKET && at > 0 && codes[at - 1] === EXCLAMATION) return true;
  if (code === BRACE && codes[at + 1] !== BRACE) return false;
  const close = code === LESS_THAN ? GREATER_THAN : code === BRACE ? CLOSING_BRACE : CLOSING_BRACKET;
  for (let start = at + 1; start < length; start += 1) {
    const next = codes[start] ?? 0;
    if (isWordCode(next)) return isTagWord(codes, start, length, tags);
    if (next === close) return false;
    if (start - at > MAX_SIGNS) return true;
  }
  return false;
}

function mayBeginHeading(codes: Uint16Array, from: number, length: number, tags: Uint8Array): boolean {
  let start = from;
  while (start < length && start - from < HEADING_SPACES && codes[start] === 0x20) start += 1;
  return start < length && isWordCode(codes[start] ?? 0) && isTagWord(codes, start, length, tags);
}

/** Whether the colon at `colon` may end a label in capitals. */
export function mayEndLabel(codes: Uint16Array, colon: number, tags: Uint8Array): boolean {
  let start = colon;
  while (start > 0 && colon - start < LABEL_CHARS && isLabel(codes[start - 1] ?? 0)) start -= 1;
  while (start < colon && !isCapital(codes[start] ?? 0)) start += 1;
  return start < colon && isTagWord(codes, start, colon, tags);
}

/** Whether the word at `start` may be the first one of a tag's name. */
function isTagWord(codes: Uint16Array, start: number, length: number, tags: Uint8Array): boolean {
  let hash = 0;
  for (let at = start; at < length; at += 1) {
    const code = codes[at] ?? 0;
    if (!isWordCode(code)) break;
    if (at - start >= MAX_WORD) return true;
    hash = nextHash(hash, code | 0x20);
  }
  return tags[hash & (FILTER_SIZE - 1)] === 1;
}

/** An ASCII letter or digit. */
export function isWordCode(code: number): boolean {
  const small = code | 0x20;
  return (small >= 97 && small <= 122) || (code >= 48 && code <= 57);
}

export function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}

/** What a label is made of: capitals, spaces and joints. */
export function isLabel(code: number): boolean {
  return isCapital(code) || code === 0x20 || code === 0x5f || code === 0x2d;
}

import { FILTER_SIZE, nextHash } from './hash.ts';
import { Builder, type View } from './threats-view.ts';
import { knownOf, lineOf, type WordTable } from './threats-word-table.ts';

/** Letters that stand apart one after another; fewer are a list of options or initials. */
export const SPACED_LETTERS = 10;
/** Longest gap between two of them. */
const GAP_CHARS = 4;
/** Shortest and longest word that is looked for where nothing tells where words end. */
const MIN_WORD = 2;
const MAX_WORD = 16;
/** A letter of no word costs as much as so many words: the fewest such letters count, and then the fewest words. */
const STRAY = 16;
/** A word this long is several words that nothing parts. */
const MANY_WORDS = 18;

/**
 * The text with letters that stand apart (`d o  n o t`, `d-o n-o-t`, `d.o.n.o.t`) put together; nothing where there
 * are none. Words end at the wider gaps, or else where `words` has them. Linear in the text.
 */
export function spacedView(base: View, words: WordTable): View | undefined {
  const { text } = base;
  let built: Builder | undefined;
  let copied = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (!isLone(text, at)) continue;
    const places = runAt(text, at);
    const last = places.at(-1) ?? at;
    if (places.length >= SPACED_LETTERS) {
      built ??= new Builder(text.length);
      built.copy(base, copied, at);
      addWords(built, base, places, words);
      copied = last + 1;
    }
    at = last;
  }
  if (built === undefined) return undefined;
  built.copy(base, copied, text.length);
  return built.view();
}

/** Where the letters of the run stand that begins at `start`. */
function runAt(text: string, start: number): readonly number[] {
  const places = [start];
  for (let from = start + 1; ; ) {
    let at = from;
    while (at < text.length && at - from < GAP_CHARS && isGap(text.charCodeAt(at))) at += 1;
    if (at === from || !isLone(text, at)) return places;
    places.push(at);
    from = at + 1;
  }
}

function addWords(built: Builder, base: View, places: readonly number[], words: WordTable): void {
  const { text } = base;
  const narrow = hasNarrowSign(text, places);
  let first = 0;
  for (let next = 1; next <= places.length; next += 1) {
    const at = places[next] ?? text.length;
    if (next < places.length && !endsWord(text, (places[next - 1] ?? 0) + 1, at, narrow)) continue;
    addWord(built, base, places.slice(first, next), words);
    if (next < places.length) built.add(' ', at - 1, at);
    first = next;
  }
}

/** Whether other signs than spaces stand between the letters: then each space ends a word. */
function hasNarrowSign(text: string, places: readonly number[]): boolean {
  for (let next = 1; next < places.length; next += 1) {
    const from = (places[next - 1] ?? 0) + 1;
    if (places[next] === from + 1 && !isBlank(text.charCodeAt(from))) return true;
  }
  return false;
}

function endsWord(text: string, from: number, to: number, narrow: boolean): boolean {
  if (!narrow) return to - from > 1;
  for (let at = from; at < to; at += 1) if (isBlank(text.charCodeAt(at))) return true;
  return false;
}

function addWord(built: Builder, base: View, places: readonly number[], words: WordTable): void {
  const starts = places.length < MANY_WORDS ? NO_STARTS : wordStarts(base.text, places, words);
  for (let index = 0; index < places.length; index += 1) {
    const at = places[index] ?? 0;
    if (starts[index] === 1) built.add(' ', at - 1, at);
    built.copy(base, at, at + 1);
  }
}

const NO_STARTS = new Uint8Array(0);

/** A 1 where a word begins in letters without gaps, so that the fewest letters belong to no word of `words`. */
function wordStarts(text: string, places: readonly number[], words: WordTable): Uint8Array {
  const codes = Uint8Array.from(places, (at) => text.charCodeAt(at) | 0x20);
  const { length } = codes;
  /** By place: what the letters up to it cost, and how long the word is that ends there; 0 for a stray letter. */
  const costs = new Int32Array(length + 1).fill((length + 1) * STRAY, 1);
  const lengths = new Uint8Array(length + 1);
  for (let start = 0; start < length; start += 1) {
    const cost = costs[start] ?? 0;
    if (cost + STRAY < (costs[start + 1] ?? 0)) {
      costs[start + 1] = cost + STRAY;
      lengths[start + 1] = 0;
    }
    const last = Math.min(length, start + MAX_WORD);
    let hash = 0;
    for (let end = start + 1; end <= last; end += 1) {
      hash = nextHash(hash, codes[end - 1] ?? 0);
      if (end - start < MIN_WORD || cost + 1 >= (costs[end] ?? 0) || !isWordOf(words, hash)) continue;
      costs[end] = cost + 1;
      lengths[end] = end - start;
    }
  }
  const starts = new Uint8Array(length + 1);
  for (let end = length; end > 0; ) {
    const size = lengths[end] ?? 0;
    end -= Math.max(size, 1);
    if (size === 0) continue;
    starts[end] = 1;
    starts[end + size] = 1;
  }
  starts[0] = 0;
  return starts;
}

function isWordOf({ bits, slots }: WordTable, hash: number): boolean {
  return bits[hash & (FILTER_SIZE - 1)] === 1 && lineOf(knownOf(slots, hash)) >= 0;
}

/** Whether a letter stands at `at` with no letter or digit beside it. */
function isLone(text: string, at: number): boolean {
  return isLetter(text.charCodeAt(at)) && !isWord(text.charCodeAt(at - 1)) && !isWord(text.charCodeAt(at + 1));
}

function isLetter(code: number): boolean {
  const small = code | 0x20;
  return small >= 97 && small <= 122;
}

function isWord(code: number): boolean {
  return isLetter(code) || (code >= 48 && code <= 57);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a;
}

/** Spaces and the signs that are set between letters: `-`, `.`, `_`, `*`, `|`, `·`. */
function isGap(code: number): boolean {
  if (isBlank(code)) return true;
  return code === 0x2d || code === 0x2e || code === 0x5f || code === 0x2a || code === 0x7c || code === 0xb7;
}

import { foldWord, isOwnFold, type WordKey } from './words.ts';

/** Slots of the table for each word, at least; more make collisions rarer. */
const SLOTS_PER_WORD = 2;
const HASH_FACTOR = 31;

/**
 * Looks words up where they stand in a text, without cutting them out: making a string of each word is what costs the
 * most time. The words stand in one array of letters and the table beside it holds hash and key next to each other, so
 * that most look-ups touch two places of memory. `keys` gives the key of each folded word, counted from 0.
 */
export function keyFinder(keys: ReadonlyMap<string, number>): WordKey {
  const { letters, offsets } = lettersOf(keys);
  const size = 2 ** Math.ceil(Math.log2(keys.size * SLOTS_PER_WORD + 1));
  const mask = size - 1;
  /** Hash and key plus one of each slot; a key of 0 is an empty slot. */
  const slots = new Int32Array(size * 2);
  for (const [word, key] of keys) {
    const hash = hashOf(word);
    let slot = mix(hash) & mask;
    while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
    slots[slot * 2] = hash;
    slots[slot * 2 + 1] = key + 1;
  }

  return (text, start, end) => {
    let hash = 0;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code >= 128 && !(end === start + 1 && isOwnFold(code)))
        return keys.get(foldWord(text.slice(start, end))) ?? -1;
      hash = (Math.imul(hash, HASH_FACTOR) + small(code)) | 0;
    }
    for (let slot = mix(hash) & mask; ; slot = (slot + 1) & mask) {
      const key = (slots[slot * 2 + 1] ?? 0) - 1;
      if (key < 0) return -1;
      if (slots[slot * 2] === hash && isAt(letters, offsets[key] ?? 0, offsets[key + 1] ?? 0, text, start, end)) {
        return key;
      }
    }
  };
}

/** All words behind each other, and where each begins; the last offset is the end. */
function lettersOf(keys: ReadonlyMap<string, number>): { letters: Uint16Array; offsets: Int32Array } {
  const words = [...keys].sort(([, a], [, b]) => a - b).map(([word]) => word);
  const offsets = new Int32Array(words.length + 1);
  for (const [key, word] of words.entries()) offsets[key + 1] = (offsets[key] ?? 0) + word.length;
  const all = words.join('');
  return { letters: Uint16Array.from({ length: all.length }, (_, at) => all.charCodeAt(at)), offsets };
}

function isAt(letters: Uint16Array, from: number, to: number, text: string, start: number, end: number): boolean {
  if (to - from !== end - start) return false;
  for (let at = start, letter = from; at < end; at++, letter++) {
    if (letters[letter] !== small(text.charCodeAt(at))) return false;
  }
  return true;
}

const small = (code: number) => (code >= 65 && code <= 90 ? code + 32 : code);

function hashOf(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at++) hash = (Math.imul(hash, HASH_FACTOR) + word.charCodeAt(at)) | 0;
  return hash;
}

/** Brings the upper bits of a hash down to where the table looks. */
const mix = (hash: number) => hash ^ (hash >>> 15);

import { foldWord, isOwnFold, type WordKey } from './words.ts';

/** Slots of the table for each word, at least; more make collisions rarer. */
const SLOTS_PER_WORD = 2;
const HASH_FACTOR = 31;
/** Room for keys in one number; above them stand the upper bits of the hash. */
export const MAX_KEYS = 2 ** 20;
const KEY_BITS = MAX_KEYS - 1;
const HASH_BITS = ~KEY_BITS;

/**
 * Looks words up where they stand in a text, without cutting them out: making a string of each word is what costs the
 * most time. The words stand in one array of letters and the table beside it holds a bit of the hash with the key, so
 * that most look-ups touch two places of memory. `keys` gives the key of each folded word, counted from 0; Throws
 * an `Error` where there are `MAX_KEYS` or more.
 */
export function keyFinder(keys: ReadonlyMap<string, number>): WordKey {
  if (keys.size >= MAX_KEYS) throw new Error(`${keys.size} words; fewer than ${MAX_KEYS} are possible`);
  const { letters, offsets } = lettersOf(keys);
  const size = 2 ** Math.ceil(Math.log2(keys.size * SLOTS_PER_WORD + 1));
  const mask = size - 1;
  /** Each slot holds the key plus one and, above it, the upper bits of the hash; 0 is an empty slot. */
  const slots = new Int32Array(size);
  for (const [word, key] of keys) {
    const hash = hashOf(word);
    let slot = mix(hash) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = tag(hash) | (key + 1);
  }

  return (text, start, end) => {
    let hash = 0;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code >= 128 && !(end === start + 1 && isOwnFold(code)))
        return keys.get(foldWord(text.slice(start, end))) ?? -1;
      hash = (Math.imul(hash, HASH_FACTOR) + small(code)) | 0;
    }
    const wanted = tag(hash);
    for (let slot = mix(hash) & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot] ?? 0;
      if (held === 0) return -1;
      if ((held & HASH_BITS) !== wanted) continue;
      const key = (held & KEY_BITS) - 1;
      if (isAt(letters, offsets[key] ?? 0, offsets[key + 1] ?? 0, text, start, end)) return key;
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

/** Twelve bits of a hash that every letter has changed, above those of a key. */
const tag = (hash: number) => Math.imul(hash, 0x9e3779b1) & HASH_BITS;

/** Brings the upper bits of a hash down to where the table looks. */
const mix = (hash: number) => hash ^ (hash >>> 15);

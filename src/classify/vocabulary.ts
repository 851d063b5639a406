import { nextHash } from './hash.ts';
import { foldWord, isOwnFold } from './letters.ts';
import type { WordKeys, Words } from './words.ts';

/** Slots of the table for each word, at least; more make collisions rarer. */
const SLOTS_PER_WORD = 2;
/** Room for keys in one number; above them stand the upper bits of the hash. */
export const MAX_KEYS = 2 ** 20;
const KEY_BITS = MAX_KEYS - 1;
const HASH_BITS = ~KEY_BITS;

/**
 * Looks words up where they stand in a text, without cutting them out: making a string of each word is what costs the
 * most time. The words stand in one array of letters and the table beside it holds a bit of the hash with the key, so
 * that most look-ups touch two places of memory.
 */
export class Vocabulary implements WordKeys {
  readonly #keys: ReadonlyMap<string, number>;
  readonly #letters: Uint16Array;
  readonly #offsets: Int32Array;
  readonly #mask: number;
  /** Each slot holds the key plus one and, above it, the upper bits of the hash; 0 is an empty slot. */
  readonly #slots: Int32Array;

  /** `keys` gives the key of each folded word, counted from 0. Throws an `Error` where there are `MAX_KEYS` or more. */
  constructor(keys: ReadonlyMap<string, number>) {
    if (keys.size >= MAX_KEYS) throw new Error(`${keys.size} words; fewer than ${MAX_KEYS} are possible`);
    const { letters, offsets } = lettersOf(keys);
    const size = 2 ** Math.ceil(Math.log2(keys.size * SLOTS_PER_WORD + 1));
    this.#keys = keys;
    this.#letters = letters;
    this.#offsets = offsets;
    this.#mask = size - 1;
    this.#slots = new Int32Array(size);
    for (const [word, key] of keys) {
      const hash = hashOf(word);
      let slot = mix(hash) & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = tag(hash) | (key + 1);
    }
  }

  key({ text, codes }: Words, start: number, end: number): number {
    let hash = 0;
    for (let at = start; at < end; at++) {
      const code = codes[at] ?? 0;
      if (code >= 128 && !(end === start + 1 && isOwnFold(code))) return this.#folded(text.slice(start, end));
      hash = nextHash(hash, small(code));
    }
    return this.keyOf(hash, codes, start, end);
  }

  keyOf(hash: number, codes: Uint16Array, start: number, end: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    const wanted = tag(hash);
    for (let slot = mix(hash) & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot] ?? 0;
      if (held === 0) return -1;
      if ((held & HASH_BITS) !== wanted) continue;
      const key = (held & KEY_BITS) - 1;
      if (isAt(this.#letters, this.#offsets[key] ?? 0, this.#offsets[key + 1] ?? 0, codes, start, end)) return key;
    }
  }

  #folded(word: string): number {
    return this.#keys.get(foldWord(word)) ?? -1;
  }
}

/** All words behind each other, and where each begins; the last offset is the end. */
function lettersOf(keys: ReadonlyMap<string, number>): { letters: Uint16Array; offsets: Int32Array } {
  const words = [...keys].sort(([, a], [, b]) => a - b).map(([word]) => word);
  const offsets = new Int32Array(words.length + 1);
  for (const [key, word] of words.entries()) offsets[key + 1] = (offsets[key] ?? 0) + word.length;
  const all = words.join('');
  const letters = new Uint16Array(all.length);
  for (let at = 0; at < all.length; at++) letters[at] = all.charCodeAt(at);
  return { letters, offsets };
}

function isAt(letters: Uint16Array, from: number, to: number, codes: Uint16Array, start: number, end: number): boolean {
  if (to - from !== end - start) return false;
  for (let at = start, letter = from; at < end; at++, letter++) {
    if (letters[letter] !== small(codes[at] ?? 0)) return false;
  }
  return true;
}

const small = (code: number) => (code >= 65 && code <= 90 ? code + 32 : code);

function hashOf(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at++) hash = nextHash(hash, word.charCodeAt(at));
  return hash;
}

/** Twelve bits of a hash that every letter has changed, above those of a key. */
const tag = (hash: number) => Math.imul(hash, 0x9e3779b1) & HASH_BITS;

/** Brings the upper bits of a hash down to where the table looks. */
const mix = (hash: number) => hash ^ (hash >>> 15);

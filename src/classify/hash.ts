/** Factor of the hash of words. */
const HASH_FACTOR = 31;

/** The hash of a word that goes on with a letter, told by its small code; the hash of no letters is 0. */
export function nextHash(hash: number, letter: number): number {
  return (Math.imul(hash, HASH_FACTOR) + letter) | 0;
}

/** Hash of a word of ASCII letters, whatever their case, or of one character beyond them. */
export function hashWord(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i += 1) hash = nextHash(hash, word.charCodeAt(i) | 0x20);
  return hash;
}

/** Bits of a filter; a power of 2. */
export const FILTER_SIZE = 1 << 14;

/** Bits that say of most hashes that they are none of these. */
export function filterBits(hashes: Iterable<number>): Uint8Array {
  const bits = new Uint8Array(FILTER_SIZE);
  for (const hash of hashes) bits[hash & (FILTER_SIZE - 1)] = 1;
  return bits;
}

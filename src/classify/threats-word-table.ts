import { filterBits, hashWord } from './hash.ts';
import { rot13 } from './threats-letters.ts';

/** What a word is when it stands with other letters: bits of `SEEN`. */
export const REWRITTEN_WORD = { rotated: 2, reversed: 4 } as const;

/** Shorter words turn into other words too easily. */
const MIN_MARKER = 4;
/** Numbers of a slot: the hash, and what is known of the word. */
const SLOT = 2;
/** Bits of `REWRITTEN_WORD` in what is known; above them stands the line of the word plus one. */
const MARK_BITS = 4;

/** Words by a hash of their letters, so that looking one up costs no string. Two words with one hash share a place. */
export interface WordTable {
  /** Says of most hashes that they are not in the table. */
  readonly bits: Uint8Array;
  /** Open addressing; a slot of which nothing is known is free. */
  readonly slots: Int32Array;
  /** A filter of the first words of the names of tags. */
  readonly tags: Uint8Array;
}

/** Prepares the words to look for. Rotated and reversed forms that are words themselves are left out. */
export function wordTable(
  lines: ReadonlyMap<number, number>,
  anchors: ReadonlySet<string>,
  common: ReadonlySet<string>,
  tagWords: ReadonlySet<string>,
): WordTable {
  const marks = new Map<number, number>([...lines.keys()].map((hash) => [hash, 0]));
  const mark = (word: string, bit: number) => marks.set(hashWord(word), (marks.get(hashWord(word)) ?? 0) | bit);
  const plain = (word: string) => anchors.has(word) || common.has(word);
  for (const word of [...anchors, ...common]) {
    if (word.length < MIN_MARKER) continue;
    const rotated = rot13(word);
    const reversed = [...word].reverse().join('');
    if (!plain(rotated)) mark(rotated, REWRITTEN_WORD.rotated);
    if (!plain(reversed)) mark(reversed, REWRITTEN_WORD.reversed);
  }
  const size = 1 << (33 - Math.clz32(marks.size));
  const slots = new Int32Array(size * SLOT);
  for (const [hash, bits] of marks) {
    let slot = hash & (size - 1);
    while (slots[slot * SLOT + 1] !== 0) slot = (slot + 1) & (size - 1);
    slots[slot * SLOT] = hash;
    slots[slot * SLOT + 1] = bits | (((lines.get(hash) ?? -1) + 1) << MARK_BITS);
  }
  return { bits: filterBits(marks.keys()), slots, tags: filterBits([...tagWords].map(hashWord)) };
}

/** What is known of a hash; 0 for nothing. */
export function knownOf(slots: Int32Array, hash: number): number {
  const mask = slots.length / SLOT - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const known = slots[slot * SLOT + 1] ?? 0;
    if (known === 0 || slots[slot * SLOT] === hash) return known;
  }
}

/** The bits of `SEEN` in what is known of a word. */
export const marksOf = (known: number) => known & ((1 << MARK_BITS) - 1);

/** The line of the word among those that phrases need, or -1. */
export const lineOf = (known: number) => (known >> MARK_BITS) - 1;

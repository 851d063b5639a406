/**
 * The rank of every token in one file that is ready at once: a hash table, and the bytes of all tokens. Both sides give
 * bytes as a text of one character (U+0000 to U+00FF) for each.
 */

/** A token, as its bytes, and its rank: of two pairs of neighbours the one with the lower rank is joined first. */
export interface RankedToken {
  readonly bytes: string;
  readonly rank: number;
}

/** Rank of the token that a stretch of a text is; -1 where it is none. */
export type RankOf = (text: string, from: number, to: number) => number;

const HEADER_WORDS = 3;
/** The hash table is a power of two with so much more room than tokens, so that most are found at once. */
const ROOM = 1.8;

export function makeRanks(tokens: readonly RankedToken[]): Uint8Array {
  const count = 2 ** Math.ceil(Math.log2(ROOM * Math.max(1, tokens.length)));
  const slots = new Uint32Array(count);
  const numbers = new Uint32Array(tokens.length);
  const starts = new Uint32Array(tokens.length + 1);
  let length = 0;
  for (const [i, { bytes, rank }] of tokens.entries()) {
    numbers[i] = rank;
    starts[i] = length;
    length += bytes.length;
    let slot = hashOf(bytes, 0, bytes.length) & (count - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (count - 1);
    slots[slot] = i + 1;
  }
  starts[tokens.length] = length;
  const letters = Buffer.from(tokens.map(({ bytes }) => bytes).join(''), 'latin1');
  const head = Uint32Array.of(count, tokens.length, length);
  return Buffer.concat([head, slots, numbers, starts].map((part) => Buffer.from(part.buffer)).concat(letters));
}

/** Opens what `makeRanks` made. Throws where it is cut off. */
export function openRanks(file: Uint8Array): RankOf {
  // A view of numbers has to start at a multiple of their size.
  const bytes = file.byteOffset % 4 === 0 ? file : Uint8Array.from(file);
  const { buffer, byteOffset } = bytes;
  const [count = 0, tokens = 0, size = 0] = new Uint32Array(buffer, byteOffset, HEADER_WORDS);
  if (bytes.length !== 4 * (HEADER_WORDS + count + 2 * tokens + 1) + size)
    throw new RangeError('the table of tokens is cut off; build the program again');
  let at = byteOffset + 4 * HEADER_WORDS;
  const words = (length: number) => {
    const view = new Uint32Array(buffer, at, length);
    at += 4 * length;
    return view;
  };
  const slots = words(count);
  const numbers = words(tokens);
  const starts = words(tokens + 1);
  const letters = new Uint8Array(buffer, at, size);
  return (text, from, to) => {
    const length = to - from;
    for (let slot = hashOf(text, from, to) & (count - 1); ; slot = (slot + 1) & (count - 1)) {
      const entry = (slots[slot] ?? 0) - 1;
      if (entry < 0) return -1;
      const start = starts[entry] ?? 0;
      if ((starts[entry + 1] ?? 0) - start !== length) continue;
      let same = 0;
      while (same < length && letters[start + same] === text.charCodeAt(from + same)) same++;
      if (same === length) return numbers[entry] ?? -1;
    }
  };
}

/** FNV-1a over UTF-16 units, with its high bits folded into the low ones. */
function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}

/**
 * Counts the tokens of ASCII text from a table of the tokenizer's own ranks that is made when the program is built: a
 * tenth of the tokenizer's time, and none of the 35 MB and 200 ms that it takes to get ready. Texts that hold anything
 * else are left to the tokenizer itself.
 */
export interface TokenTable {
  /** Tokens of a text; undefined where this table cannot tell. */
  count(text: string): number | undefined;
}

/** Slots of the hash table: a power of two, with room for all ASCII tokens at a load of about one half. */
const SLOTS = 1 << 18;
const HEADER_WORDS = 2;
/** Longest piece that is merged here: the time grows with the square. */
const MOST_MERGED = 128;

/** Pieces that are remembered, and their longest: V8 copies such a slice, while a longer one would hold its whole text. */
const MOST_PIECES = 10_000;
const REMEMBERED_CHARS = 12;

/** Makes the table from a tokenizer's ranks: the token of rank i at place i, bytes where it is no text. */
export function makeTokenTable(ranks: readonly (string | readonly number[] | undefined)[]): Uint8Array {
  const entries = ranks.flatMap((token, rank) =>
    typeof token === 'string' && isAscii(token) ? [{ token, rank }] : [],
  );
  const slots = new Uint32Array(SLOTS);
  const numbers = new Uint32Array(entries.length);
  const starts = new Uint32Array(entries.length + 1);
  let length = 0;
  for (const [i, { token, rank }] of entries.entries()) {
    numbers[i] = rank;
    starts[i] = length;
    length += token.length;
    let slot = hashOf(token, 0, token.length) & (SLOTS - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    slots[slot] = i + 1;
  }
  starts[entries.length] = length;
  const letters = Buffer.from(entries.map(({ token }) => token).join(''), 'latin1');
  const head = Uint32Array.of(entries.length, length);
  return Buffer.concat([head, slots, numbers, starts].map((part) => Buffer.from(part.buffer)).concat(letters));
}

/** Opens what `makeTokenTable` made. Throws where it is cut off. */
export function openTokenTable(file: Uint8Array): TokenTable {
  // A view of numbers has to start at a multiple of their size.
  const bytes = file.byteOffset % 4 === 0 ? file : Uint8Array.from(file);
  const { buffer, byteOffset } = bytes;
  const [tokens = 0, size = 0] = new Uint32Array(buffer, byteOffset, HEADER_WORDS);
  if (bytes.length !== 4 * (HEADER_WORDS + SLOTS + 2 * tokens + 1) + size)
    throw new RangeError('the table of tokens is cut off; build the program again');
  let at = byteOffset + 4 * HEADER_WORDS;
  const words = (count: number) => {
    const view = new Uint32Array(buffer, at, count);
    at += 4 * count;
    return view;
  };
  const slots = words(SLOTS);
  const numbers = words(tokens);
  const starts = words(tokens + 1);
  const letters = new Uint8Array(buffer, at, size);

  /** Rank of the token that a stretch of a text is; -1 where it is none. */
  function rankOf(text: string, from: number, to: number): number {
    const length = to - from;
    for (let slot = hashOf(text, from, to) & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const entry = (slots[slot] ?? 0) - 1;
      if (entry < 0) return -1;
      const start = starts[entry] ?? 0;
      if ((starts[entry + 1] ?? 0) - start !== length) continue;
      let same = 0;
      while (same < length && letters[start + same] === text.charCodeAt(from + same)) same++;
      if (same === length) return numbers[entry] ?? -1;
    }
  }

  /** Tokens of a piece that is no token itself: neighbours of the lowest rank become one until none have a rank. */
  function merged(text: string, from: number, to: number): number {
    const ends = Array.from({ length: to - from }, (_, i) => from + i + 1);
    const rankAt = (i: number): number => {
      const end = ends[i + 1];
      return end === undefined ? -1 : rankOf(text, i === 0 ? from : (ends[i - 1] ?? from), end);
    };
    const joined = ends.map((_, i) => rankAt(i));
    for (;;) {
      let lowest = -1;
      for (let i = 0; i < joined.length; i++) {
        const rank = joined[i] ?? -1;
        if (rank >= 0 && (lowest < 0 || rank < (joined[lowest] ?? -1))) lowest = i;
      }
      if (lowest < 0) return ends.length;
      ends.splice(lowest, 1);
      joined.splice(lowest, 1);
      joined[lowest] = rankAt(lowest);
      if (lowest > 0) joined[lowest - 1] = rankAt(lowest - 1);
    }
  }

  function count(text: string): number | undefined {
    if (!isAscii(text)) return undefined;
    let sum = 0;
    for (let from = 0; from < text.length; ) {
      const to = endOfPiece(text, from);
      if (rankOf(text, from, to) >= 0) sum++;
      else if (to - from > MOST_MERGED) return undefined;
      else sum += countPiece(text, from, to);
      from = to;
    }
    return sum;
  }

  const known = new Map<string, number>();
  /** Tokens of a piece that is no token; the same pieces come again and again. */
  function countPiece(text: string, from: number, to: number): number {
    if (to - from > REMEMBERED_CHARS) return merged(text, from, to);
    const piece = text.slice(from, to);
    const before = known.get(piece);
    if (before !== undefined) return before;
    const tokens = merged(text, from, to);
    if (known.size >= MOST_PIECES) known.clear();
    known.set(piece, tokens);
    return tokens;
  }
  return { count };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are ASCII too.
const ASCII = /^[\0-\x7f]*$/;

function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** FNV-1a over UTF-16 units, with its high bits folded into the low ones. */
function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}

const SPACE = 1;
const BREAK = 2;
const UPPER = 4;
const LOWER = 8;
const DIGIT = 16;
const OTHER = 32;

/** What each ASCII character is to the pattern that splits text for o200k_base. */
const KIND = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[\r\n]/.test(character)) return SPACE | BREAK;
  if (/\s/.test(character)) return SPACE;
  if (/[A-Z]/.test(character)) return UPPER;
  if (/[a-z]/.test(character)) return LOWER;
  return /[0-9]/.test(character) ? DIGIT : OTHER;
});

/**
 * The end of the piece that begins at `from`: the pattern of o200k_base, written out for ASCII. A word takes one
 * character before it and an ending such as 's; digits come by threes; other characters take a space before them and
 * line breaks behind; white space comes up to its last line break, or all but its last character.
 */
function endOfPiece(text: string, from: number): number {
  const kindAt = (i: number): number => (i < text.length ? (KIND[text.charCodeAt(i)] ?? 0) : 0);
  const first = kindAt(from);
  const wordAt = (first & (UPPER | LOWER)) !== 0 ? from : (first & (BREAK | DIGIT)) === 0 ? from + 1 : text.length;
  if ((kindAt(wordAt) & (UPPER | LOWER)) !== 0) {
    let end = wordAt;
    while ((kindAt(end) & UPPER) !== 0) end++;
    while ((kindAt(end) & LOWER) !== 0) end++;
    return endOfEnding(text, end);
  }
  if ((first & DIGIT) !== 0) {
    let end = from + 1;
    while (end < from + DIGITS && (kindAt(end) & DIGIT) !== 0) end++;
    return end;
  }
  const othersAt = text.charCodeAt(from) === 0x20 ? from + 1 : from;
  if ((kindAt(othersAt) & OTHER) !== 0) {
    let end = othersAt + 1;
    while ((kindAt(end) & OTHER) !== 0) end++;
    while ((kindAt(end) & BREAK) !== 0 || text.charCodeAt(end) === 0x2f) end++;
    return end;
  }
  let end = from;
  let lastBreak = 0;
  for (; (kindAt(end) & SPACE) !== 0; end++) if ((kindAt(end) & BREAK) !== 0) lastBreak = end + 1;
  if (lastBreak > 0) return lastBreak;
  return end === text.length || end === from + 1 ? end : end - 1;
}

const DIGITS = 3;
const APOSTROPHE = 0x27;

/** The end of a word with what may follow it: 's 't 're 've 'm 'll 'd, in letters of any case. */
function endOfEnding(text: string, at: number): number {
  if (text.charCodeAt(at) !== APOSTROPHE) return at;
  const two = text.slice(at + 1, at + 3).toLowerCase();
  if (/^[sdmt]/.test(two)) return at + 2;
  return two === 'll' || two === 've' || two === 're' ? at + 3 : at;
}

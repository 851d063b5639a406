import { isUtf8 } from 'node:buffer';
import { mergedTokens } from './token-merge.ts';
import { endByPattern, endOfPiece } from './token-pieces.ts';
import { makeRanks, openRanks, type RankedToken, type RankOf } from './token-ranks.ts';

/**
 * Counts tokens from tables of the tokenizer's own ranks that are made when the program is built: a tenth of the
 * tokenizer's time, and none of the 35 MB and 200 ms that it takes to get ready.
 */
export interface TokenTable {
  /** Tokens of a text, as many as the tokenizer counts. */
  count(text: string): number;
}

/** The tables as files: most texts need the first one alone. */
export interface TokenFiles {
  /** Tokens of ASCII characters. */
  readonly ascii: Uint8Array;
  /** All others. */
  readonly others: Uint8Array;
}

/** Pieces that are remembered, and their longest: V8 copies such a slice, while a longer one would hold its whole text. */
const MOST_PIECES = 10_000;
const REMEMBERED_CHARS = 12;

/** Makes the tables from a tokenizer's ranks: the token of rank i at place i, bytes where it is no text. */
export function makeTokenTables(ranks: readonly (string | readonly number[] | undefined)[]): TokenFiles {
  const ascii: RankedToken[] = [];
  const others: RankedToken[] = [];
  for (const [rank, token] of ranks.entries()) {
    if (token === undefined) continue;
    if (typeof token === 'string' && isAscii(token, 0, token.length)) ascii.push({ bytes: token, rank });
    else {
      const bytes = Buffer.from(typeof token === 'string' ? token : Uint8Array.from(token));
      // The tokenizer never finds one that begins with a byte order mark, see `withoutMark`.
      if (bytes.indexOf(MARK, 0, 'latin1') !== 0 || !isUtf8(bytes))
        others.push({ bytes: bytes.toString('latin1'), rank });
    }
  }
  return { ascii: makeRanks(ascii), others: makeRanks(others) };
}

/** Opens what `makeTokenTables` made; the second table when a text needs it. Throws where one is cut off. */
export function openTokenTable(ascii: Uint8Array, others: () => Uint8Array): TokenTable {
  const asciiRank = openRanks(ascii);
  let otherRank: RankOf | undefined;
  const byteRank: RankOf = (bytes, from, to) => {
    if (isAscii(bytes, from, to)) return asciiRank(bytes, from, to);
    otherRank ??= openRanks(others());
    const rank = otherRank(bytes, from, to);
    return rank < 0 && bytes.startsWith(MARK, from) ? withoutMark(bytes.slice(from, to), byteRank) : rank;
  };

  const known = new Map<string, number>();
  /** Tokens of a piece; the same ones come again and again. */
  function countPiece(text: string, from: number, to: number, count: typeof countAscii): number {
    if (to - from > REMEMBERED_CHARS) return count(text, from, to);
    const piece = text.slice(from, to);
    const before = known.get(piece);
    if (before !== undefined) return before;
    const tokens = count(text, from, to);
    if (known.size >= MOST_PIECES) known.clear();
    known.set(piece, tokens);
    return tokens;
  }

  const countAscii = (text: string, from: number, to: number) => mergedTokens(asciiRank, text, from, to);

  function countForeign(text: string, from: number, to: number): number {
    const bytes = Buffer.from(text.slice(from, to), 'utf8').toString('latin1');
    const whole = bytes.startsWith(MARK) ? -1 : byteRank(bytes, 0, bytes.length);
    return whole >= 0 ? 1 : mergedTokens(byteRank, bytes, 0, bytes.length);
  }

  function count(text: string): number {
    let sum = 0;
    for (let from = 0; from < text.length; ) {
      let to = endOfPiece(text, from);
      if (to < 0) to = endByPattern(text, from);
      if (asciiRank(text, from, to) >= 0) sum++;
      else sum += countPiece(text, from, to, isAscii(text, from, to) ? countAscii : countForeign);
      from = to;
    }
    return sum;
  }
  return { count };
}

/** The bytes of a byte order mark. */
const MARK = '\u00ef\u00bb\u00bf';

/**
 * The tokenizer looks bytes up as the text that they are, and a decoder drops a byte order mark: it takes a mark with a
 * token for that token. So do we, since the figures are those of the tokenizer.
 */
function withoutMark(bytes: string, rankOf: RankOf): number {
  const rest = bytes.slice(MARK.length);
  if (rest === '' || rest.startsWith(MARK) || !isUtf8(Buffer.from(rest, 'latin1'))) return -1;
  return rankOf(rest, 0, rest.length);
}

function isAscii(bytes: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes.charCodeAt(i) > 0x7f) return false;
  return true;
}

import { fileOf, keyOf } from '../assets/search-terms.js';
import { Bytes } from './bytes.ts';

/** Bytes in which the postings of many terms lie: an object for each of a million would be larger than they are. */
export interface Postings {
  readonly bytes: Uint8Array;
}

/** A term with its postings as they lie in a piece. */
export interface EncodedTerm {
  readonly term: string;
  readonly key: string;
  /** Number of postings. */
  readonly count: number;
  readonly postings: Postings;
  /** Where they lie there, and how many bytes they are. */
  readonly at: number;
  readonly length: number;
}

/** Where the pieces of an index go; paths are relative to the index. The bytes are others as soon as it returns. */
export type Put = (path: string, bytes: Buffer) => void;

/** A piece with more bytes is divided by the next character of its terms, unless it has one term only, … */
const PIECE_BYTES = 16_384;
/** … or its prefix is as long as this, for the sake of the names of files. */
const MOST_PREFIX = 20;
/** A piece that was divided names so many of the terms below it: those that stand in the most documents. */
const MOST_NAMED = 12;

/** Writes postings. Ids ascend; each is the difference to the one before and the byte that goes with it. */
export class PostingWriter {
  readonly #bytes = new Bytes();
  #from = 0;
  #last = 0;
  #count = 0;

  add(id: number, places: number): void {
    this.#bytes.number(id - this.#last);
    this.#bytes.byte(places);
    this.#last = id;
    this.#count += 1;
  }

  /** Forgets everything, also what was taken. */
  clear(): void {
    this.#bytes.clear();
    this.#from = 0;
  }

  /** The postings since the last time; they stay in the bytes of this writer. */
  taken(term: string): EncodedTerm {
    const at = this.#from;
    const length = this.#bytes.used - at;
    const encoded = { term, key: keyOf(term), count: this.#count, postings: this.#bytes, at, length };
    this.#from += length;
    this.#last = 0;
    this.#count = 0;
    return encoded;
  }
}

/** The terms below a prefix, as long as more of them may come. */
interface Level {
  readonly prefix: string;
  /** What is held of them: all, or the prefix itself where they are divided among longer ones. */
  terms: EncodedTerm[];
  /** Bytes of the piece. */
  size: number;
  /** Where they are divided: those of all that stand in the most documents. */
  most: EncodedTerm[] | undefined;
}

/**
 * Writes the pieces of an index: the terms below a prefix stand in one file as long as it is small, else each next
 * character has a piece of its own. What is where follows from the terms alone, so that the same documents make the same
 * files, in whatever order they came. A piece is written as soon as no term of it can follow, so that little is held.
 */
export class PieceWriter {
  /** Prefixes that were divided, and those that were not. */
  readonly inner: string[] = [''];
  readonly leaves: string[] = [];
  readonly #put: Put;
  readonly #piece = new Bytes();
  /** Each prefix continues the one before; only the last one may be undivided. */
  readonly #levels: Level[] = [];
  /** Postings of what the levels hold. */
  readonly #held = new Bytes();

  constructor(put: Put) {
    this.#put = put;
  }

  /** Takes a term; those with the same first character ascend by key and follow each other. */
  add({ term, key, count, postings, at, length }: EncodedTerm): void {
    this.#leave(key);
    this.#held.clear(endOf(this.#levels));
    const held = { term, key, count, postings: this.#held, at: this.#held.used, length };
    this.#held.raw(postings.bytes.subarray(at, at + length));
    for (const { most } of this.#levels) if (most !== undefined) note(most, held);
    this.#hold(held);
  }

  /** Says that no term follows. */
  end(): void {
    while (this.#levels.length > 0) this.#close();
  }

  /** The documents with one value of a facet. */
  facet(facet: string, value: string, term: EncodedTerm): void {
    this.#write(`facets/${fileOf(`${facet}.${value}`)}`, [term], []);
  }

  /** Ends the prefixes that a key does not begin with. */
  #leave(key: string): void {
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      if (key.startsWith(level.prefix)) return;
      this.#close();
    }
  }

  #hold(term: EncodedTerm): void {
    let level = this.#levels.at(-1);
    if (level === undefined || level.most !== undefined) {
      const prefix = term.key.slice(0, (level?.prefix.length ?? 0) + 1);
      level = { prefix, terms: [], size: 0, most: undefined };
      this.#levels.push(level);
    }
    level.terms.push(term);
    level.size += term.term.length + term.length + 4;
    const isOne = level.terms.length === 1 && term.key === level.prefix;
    if (level.size > PIECE_BYTES && !isOne && level.prefix.length < MOST_PREFIX) this.#divide(level);
  }

  #divide(level: Level): void {
    this.inner.push(level.prefix);
    const below = level.terms.splice(level.terms[0]?.key === level.prefix ? 1 : 0);
    level.most = [];
    for (const term of below) note(level.most, term);
    for (const term of below) {
      this.#leave(term.key);
      this.#hold(term);
    }
  }

  #close(): void {
    const level = this.#levels.pop();
    if (level === undefined) return;
    if (level.most === undefined) this.leaves.push(level.prefix);
    this.#write(`terms/${fileOf(level.prefix)}`, level.terms, level.most ?? []);
  }

  #write(path: string, terms: readonly EncodedTerm[], most: readonly EncodedTerm[]): void {
    const bytes = this.#piece;
    bytes.clear();
    bytes.number(terms.length);
    for (const { term, count, length } of terms) {
      bytes.text(term);
      bytes.number(count);
      bytes.number(length);
    }
    bytes.number(most.length);
    for (const { term } of most) bytes.text(term);
    for (const { postings, at, length } of terms) bytes.raw(postings.bytes.subarray(at, at + length));
    this.#put(path, bytes.bytes);
  }
}

/** Where the postings end that are held. */
function endOf(levels: readonly Level[]): number {
  const last = levels.findLast(({ terms }) => terms.length > 0)?.terms.at(-1);
  return last === undefined ? 0 : last.at + last.length;
}

/** Notes a term, with a key after those of the others, if it is one of those in the most documents. */
function note(most: EncodedTerm[], term: EncodedTerm): void {
  let at = most.length;
  while (at > 0 && (most[at - 1]?.count ?? 0) < term.count) at -= 1;
  if (at === MOST_NAMED) return;
  most.splice(at, 0, term);
  if (most.length > MOST_NAMED) most.pop();
}

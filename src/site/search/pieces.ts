import { fileOf, keyOf } from '../assets/search-terms.js';

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

/** Where the pieces of an index go; paths are relative to the index. */
export type Put = (path: string, bytes: Buffer) => void;

/** A piece with more bytes is divided by the next character of its terms, unless it has one term only, … */
const PIECE_BYTES = 16_384;
/** … or its prefix is as long as this, for the sake of the names of files. */
const MOST_PREFIX = 20;
/** A piece that was divided names so many of the terms below it: those that stand in the most documents. */
const MOST_NAMED = 12;

/** Bytes that grow. */
class Bytes {
  #bytes = Buffer.allocUnsafe(1 << 12);
  #used = 0;

  number(value: number): void {
    this.#fit(8);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#used++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#used++] = rest;
  }

  byte(value: number): void {
    this.#fit(1);
    this.#bytes[this.#used++] = value;
  }

  text(text: string): void {
    const length = Buffer.byteLength(text);
    this.number(length);
    this.#fit(length);
    this.#bytes.write(text, this.#used);
    this.#used += length;
  }

  raw(bytes: Uint8Array): void {
    this.#fit(bytes.length);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  clear(): void {
    this.#used = 0;
  }

  get used(): number {
    return this.#used;
  }

  /** What was written so far, as long as nothing more is. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#used);
  }

  /** A copy of what was written; then it is empty. */
  taken(): Buffer {
    const bytes = Buffer.from(this.bytes);
    this.clear();
    return bytes;
  }

  #fit(more: number): void {
    if (this.#used + more <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#used + more));
    this.#bytes.copy(bytes, 0, 0, this.#used);
    this.#bytes = bytes;
  }
}

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

/**
 * Writes the pieces of an index: the terms below a prefix stand in one file as long as it is small, else each next
 * character has a piece of its own. What is where follows from the terms alone, so that the same documents make the same
 * files, in whatever order they came.
 */
export class PieceWriter {
  /** Prefixes that were divided, and those that were not. */
  readonly inner: string[] = [''];
  readonly leaves: string[] = [];
  readonly #put: Put;
  readonly #bytes = new Bytes();

  constructor(put: Put) {
    this.#put = put;
  }

  /** All terms below a prefix, ascending by key. */
  terms(prefix: string, terms: readonly EncodedTerm[]): void {
    if (terms.length === 0) return;
    const [first] = terms;
    const size = terms.reduce((sum, { term, length }) => sum + term.length + length + 4, 0);
    const isOne = terms.length === 1 && first?.key === prefix;
    if (size <= PIECE_BYTES || isOne || prefix.length >= MOST_PREFIX) {
      this.leaves.push(prefix);
      this.#piece(`terms/${fileOf(prefix)}`, terms, []);
      return;
    }
    this.inner.push(prefix);
    const own = first?.key === prefix ? [first] : [];
    const below = terms.slice(own.length);
    const most = [...below].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)).slice(0, MOST_NAMED);
    this.#piece(`terms/${fileOf(prefix)}`, own, most);
    for (let from = 0; from < below.length; ) {
      const next = below[from]?.key.slice(0, prefix.length + 1) ?? '';
      let to = from + 1;
      while (below[to]?.key.startsWith(next) === true) to += 1;
      this.terms(next, below.slice(from, to));
      from = to;
    }
  }

  /** The documents with one value of a facet. */
  facet(facet: string, value: string, term: EncodedTerm): void {
    this.#piece(`facets/${fileOf(`${facet}.${value}`)}`, [term], []);
  }

  #piece(path: string, terms: readonly EncodedTerm[], most: readonly EncodedTerm[]): void {
    const bytes = this.#bytes;
    bytes.number(terms.length);
    for (const { term, count, length } of terms) {
      bytes.text(term);
      bytes.number(count);
      bytes.number(length);
    }
    bytes.number(most.length);
    for (const { term } of most) bytes.text(term);
    for (const { postings, at, length } of terms) bytes.raw(postings.bytes.subarray(at, at + length));
    this.#put(path, bytes.taken());
  }
}

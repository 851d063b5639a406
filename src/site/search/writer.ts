import { ENTRY } from '../assets/search-index.js';
import { keyOf } from '../assets/search-terms.js';
import { placesOf, type SearchDocument, shownJson } from './document.ts';
import { bitsFor, compare, documentsFile, documentsPath, entryOf, fileOfId, idOf, partOf } from './entry.ts';
import { type EncodedTerm, PieceWriter, PostingWriter, type Put } from './pieces.ts';
import { Spill } from './spill.ts';

/** Bytes of one posting on its heap: number of the term, low and high bits of the id, places. */
const POSTING_BYTES = 10;
const LOW = 2 ** 32;
/** Bytes before the text of a document on its heap: id, length. */
const HEAD_BYTES = 12;
/** First bits of an id that choose a heap of documents. */
const HEAP_BITS = 6;

/**
 * Makes an inverted index in files that a browser fetches one by one. Postings and documents lie on heaps by the first
 * character of their term and the first bits of their id, which are read one after the other, so that memory does not
 * grow with the catalogue but for the words themselves.
 */
export class IndexWriter {
  readonly #put: Put;
  readonly #spill: Spill;
  readonly #terms = new Map<string, number>();
  /** The heap of each term. */
  readonly #heaps: string[] = [];
  readonly #facets = new Map<string, number>();
  readonly #values: (readonly [facet: string, value: string])[] = [];
  /** Used for one heap after the other: the collector would leave many of them about. */
  readonly #postings = new PostingWriter();
  #places = new Uint32Array(0);
  #documents = 0;

  /** `folder` is for files of its own; it is taken away by `close`. */
  constructor(put: Put, folder: string) {
    this.#put = put;
    this.#spill = new Spill(folder);
  }

  add(document: SearchDocument): void {
    const id = idOf(document.url);
    this.#documents += 1;
    for (const [term, places] of placesOf(document)) {
      let number = this.#terms.get(term);
      if (number === undefined) {
        number = this.#heaps.push(TERMS + partOf(keyOf(term))) - 1;
        this.#terms.set(term, number);
      }
      this.#posting(this.#heaps[number] ?? TERMS, number, id, places);
    }
    for (const [facet, value] of document.facets) {
      const key = `${facet}.${value}`;
      let number = this.#facets.get(key);
      if (number === undefined) {
        number = this.#values.push([facet, value]) - 1;
        this.#facets.set(key, number);
      }
      this.#posting(FACETS, number, id, document.rank);
    }
    const shown = Buffer.from(shownJson(id, document));
    const room = this.#spill.room(`${DOCUMENTS}${fileOfId(id, HEAP_BITS)}`, HEAD_BYTES + shown.length);
    room.setFloat64(0, id);
    room.setUint32(8, shown.length);
    shown.copy(new Uint8Array(room.buffer, room.byteOffset + HEAD_BYTES, shown.length));
  }

  /** Writes everything. */
  finish(version: string): void {
    const pieces = new PieceWriter(this.#put);
    const terms = [...this.#terms.keys()];
    for (const name of this.#spill.names().filter((heap) => heap.startsWith(TERMS))) {
      const own = this.#grouped(name, (number) => terms[number] ?? '');
      pieces.terms(
        name.slice(TERMS.length),
        own.sort((a, b) => compare(a.key, b.key)),
      );
    }
    const values = this.#values;
    const lists = this.#grouped(FACETS, (number) => values[number]?.join('.') ?? '');
    for (const list of lists) {
      const [facet, value] = values[this.#facets.get(list.term) ?? 0] ?? ['', ''];
      pieces.facet(facet, value, list);
    }
    const documents = this.#documents;
    const bits = bitsFor(documents);
    this.#writeDocuments(bits);
    this.#put(ENTRY, entryOf(pieces, { version, documents, bits }, values));
  }

  close(): void {
    this.#spill.close();
  }

  #posting(heap: string, number: number, id: number, byte: number): void {
    const room = this.#spill.room(heap, POSTING_BYTES);
    room.setUint32(0, number);
    room.setUint32(4, id % LOW);
    room.setUint8(8, Math.floor(id / LOW));
    room.setUint8(9, byte);
  }

  /** The terms of one heap with their postings, until those of the next are asked for. */
  #grouped(name: string, nameOf: (number: number) => string): EncodedTerm[] {
    const bytes = this.#spill.take(name);
    const all = bytes.length / POSTING_BYTES;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const counts = new Map<number, number>();
    for (let i = 0; i < all; i++) {
      const number = view.getUint32(i * POSTING_BYTES);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    let end = 0;
    const ends = new Map<number, number>();
    for (const [number, count] of counts) {
      ends.set(number, end);
      end += count;
    }
    // Postings in the order of their terms, as places in the bytes.
    if (this.#places.length < all) this.#places = new Uint32Array(all);
    const places = this.#places;
    for (let at = 0; at < bytes.length; at += POSTING_BYTES) {
      const number = view.getUint32(at);
      const place = ends.get(number) ?? 0;
      places[place] = at;
      ends.set(number, place + 1);
    }
    const writer = this.#postings;
    writer.clear();
    return Array.from(counts, ([number, count]) => {
      const to = ends.get(number) ?? 0;
      // An id and its byte are one number, so that sorting is of numbers.
      const values = Float64Array.from(
        places.subarray(to - count, to),
        (at) => (view.getUint8(at + 8) * LOW + view.getUint32(at + 4)) * BYTE + view.getUint8(at + 9),
      );
      for (const value of values.sort()) writer.add(Math.floor(value / BYTE), value % BYTE);
      return writer.taken(nameOf(number));
    });
  }

  #writeDocuments(bits: number): void {
    let file = 0;
    let lines: string[] = [];
    const end = () => {
      if (lines.length > 0) this.#put(documentsPath(file), documentsFile(lines));
      lines = [];
    };
    for (let heap = 0; heap < 2 ** HEAP_BITS; heap++) {
      for (const { id, line } of documentsOf(this.#spill.take(`${DOCUMENTS}${heap}`))) {
        const own = fileOfId(id, bits);
        if (own !== file) end();
        file = own;
        lines.push(line);
      }
    }
    end();
  }
}

// Names of heaps.
const TERMS = 't';
const FACETS = 'f';
const DOCUMENTS = 'd';

const BYTE = 256;

function documentsOf(bytes: Buffer): readonly { readonly id: number; readonly line: string }[] {
  const found: { id: number; line: string }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const id = bytes.readDoubleBE(at);
    const length = bytes.readUInt32BE(at + 8);
    at += HEAD_BYTES + length;
    found.push({ id, line: bytes.toString('utf8', at - length, at) });
  }
  return found.sort((a, b) => a.id - b.id || compare(a.line, b.line));
}

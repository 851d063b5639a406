import { join } from 'node:path';
import { ENTRY } from '../assets/search-index.js';
import { keyOf } from '../assets/search-terms.js';
import { type SearchDocument, shownJson } from './document.ts';
import { bitsFor, compare, documentsFile, documentsPath, entryOf, fileOfId, idOf } from './entry.ts';
import { indexed, indexedLine, indexedPath } from './indexed.ts';
import { PieceWriter, PostingWriter, type Put } from './pieces.ts';
import { Runs } from './runs.ts';
import { Spill } from './spill.ts';

/** Bytes before the lines of a document on its heap: id, length. */
const HEAD_BYTES = 12;
/** First bits of an id that choose a heap of documents. */
const HEAP_BITS = 6;
/** Stands before the name of a facet's list, and sorts before all terms. */
const FACET = '\0';
/** A posting is one number, so that sorting is of numbers: the id, and below it the byte that goes with it. */
const BYTE = 256;

/**
 * Makes an inverted index in files that a browser fetches one by one. Postings are sorted in runs, and documents lie on
 * heaps by the first bits of their id, so that memory does not grow with the catalogue.
 */
export class IndexWriter {
  readonly #put: Put;
  readonly #spill: Spill;
  readonly #postings: Runs;
  /** By the names of their lists. */
  readonly #facets = new Map<string, readonly [facet: string, value: string]>();
  #documents = 0;

  /** `folder` is for files of its own; it is taken away by `close`. */
  constructor(put: Put, folder: string) {
    this.#put = put;
    this.#spill = new Spill(folder);
    this.#postings = new Runs(join(folder, 'postings'), (name) => (name.startsWith(FACET) ? name : keyOf(name)));
  }

  add(document: SearchDocument): void {
    const id = idOf(document.url);
    this.#documents += 1;
    const own = indexed(document);
    for (const [term, places] of own.terms) this.#postings.add(term, id * BYTE + places);
    for (const [facet, value] of own.facets) {
      const name = `${FACET}${facet}.${value}`;
      if (!this.#facets.has(name)) this.#facets.set(name, [facet, value]);
      this.#postings.add(name, id * BYTE + own.rank);
    }
    // Both are JSON, and of one line.
    const lines = Buffer.from(`${shownJson(id, document)}\n${indexedLine(id, own)}`);
    const room = this.#spill.room(heapOf(fileOfId(id, HEAP_BITS)), HEAD_BYTES + lines.length);
    room.setFloat64(0, id);
    room.setUint32(8, lines.length);
    lines.copy(new Uint8Array(room.buffer, room.byteOffset + HEAD_BYTES, lines.length));
  }

  /** Writes everything; the files are whole when the last step is done. */
  *finish(version: string): Generator<void> {
    const pieces = new PieceWriter(this.#put);
    const writer = new PostingWriter();
    for (const { name, values } of this.#postings.groups()) {
      for (const value of values) writer.add(Math.floor(value / BYTE), value % BYTE);
      const list = this.#facets.get(name);
      if (list === undefined) pieces.add(writer.taken(name));
      else pieces.facet(...list, writer.taken(list.join('.')));
      writer.clear();
      yield;
    }
    pieces.end();
    const documents = this.#documents;
    const bits = bitsFor(documents);
    yield* this.#writeDocuments(bits);
    this.#put(ENTRY, entryOf(pieces, { version, documents, bits }, [...this.#facets.values()]));
  }

  close(): void {
    this.#postings.close();
    this.#spill.close();
  }

  *#writeDocuments(bits: number): Generator<void> {
    let file = 0;
    let shown: string[] = [];
    let words: string[] = [];
    const end = () => {
      if (shown.length > 0) {
        this.#put(documentsPath(file), documentsFile(shown));
        this.#put(indexedPath(file), documentsFile(words));
      }
      shown = [];
      words = [];
    };
    for (let heap = 0; heap < 2 ** HEAP_BITS; heap++) {
      const bytes = this.#spill.take(heapOf(heap));
      for (const { id, from, to } of documentsIn(bytes)) {
        const own = fileOfId(id, bits);
        if (own !== file) {
          end();
          yield;
        }
        file = own;
        const [first = '', second = ''] = bytes.toString('utf8', from, to).split('\n');
        shown.push(first);
        words.push(second);
      }
    }
    end();
  }
}

function heapOf(number: number): string {
  return `documents${number}`;
}

/** Where the documents of a heap lie, in their order. */
function documentsIn(bytes: Buffer) {
  const found: { readonly id: number; readonly from: number; readonly to: number }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const from = at + HEAD_BYTES;
    const to = from + bytes.readUInt32BE(at + 8);
    found.push({ id: bytes.readDoubleBE(at), from, to });
    at = to;
  }
  const text = ({ from, to }: { readonly from: number; readonly to: number }) => bytes.toString('utf8', from, to);
  return found.sort((a, b) => a.id - b.id || compare(text(a), text(b)));
}

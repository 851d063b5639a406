import { ENTRY, eachPosting, readPiece } from '../assets/search-index.js';
import { fileOf, keyOf } from '../assets/search-terms.js';
import { placesOf, type SearchDocument, shownJson } from './document.ts';
import {
  bitsFor,
  compare,
  documentsFile,
  documentsPath,
  entryOf,
  fileOfId,
  type IndexEntry,
  idOf,
  partOf,
} from './entry.ts';
import { type EncodedTerm, PieceWriter, PostingWriter, type Put } from './pieces.ts';

/** The index of the last build. */
export interface OldIndex {
  /** A file of it; undefined where there is none, or where it is not as it was written. */
  read(path: string): Buffer | undefined;
  /** Takes a file over as it is, where there is one. */
  keep(path: string): void;
}

/** What is another than in the old index. */
export interface SearchChanges {
  /** New documents, and those that changed. */
  readonly documents: readonly SearchDocument[];
  /** Addresses of documents that went. */
  readonly gone: readonly string[];
}

type Posting = readonly [id: number, byte: number];

/**
 * Brings an index up to date: the same files as if it were made of all documents anew. Every posting is read, since the
 * index alone says which words a document had; only pieces with other postings are written. False where that cannot be,
 * and then nothing was written.
 */
export function updateIndex(old: OldIndex, changes: SearchChanges, version: string, put: Put): boolean {
  const entry = readEntry(old);
  if (entry === undefined) return false;
  const touched = new Touched([...changes.documents.map(({ url }) => url), ...changes.gone]);
  const documents = documentFiles(old, entry, changes, touched);
  if (documents === undefined) return false;
  const encode = encoder();
  const terms = changedTerms(old, entry, changes, touched, encode);
  const facets = changedFacets(old, entry, changes, touched, encode);
  if (terms === undefined || facets === undefined) return false;
  for (const file of documents.kept) old.keep(documentsPath(file));
  for (const [file, lines] of documents.files) if (lines.length > 0) put(documentsPath(file), documentsFile(lines));
  const pieces = new PieceWriter(put);
  for (const { prefixes, own } of terms) {
    if (own === undefined) {
      for (const prefix of prefixes) old.keep(`terms/${fileOf(prefix)}`);
      pieces.inner.push(...prefixes.filter((prefix) => entry.inner.includes(prefix)));
      pieces.leaves.push(...prefixes.filter((prefix) => entry.leaves.includes(prefix)));
    } else for (const term of own) pieces.add(term);
  }
  pieces.end();
  for (const { facet, value, own } of facets) {
    if (own === undefined) old.keep(`facets/${fileOf(`${facet}.${value}`)}`);
    else pieces.facet(facet, value, own);
  }
  const values = facets.map(({ facet, value }) => [facet, value] as const);
  put(ENTRY, entryOf(pieces, { version, documents: documents.count, bits: entry.bits }, values));
  return true;
}

function readEntry(old: OldIndex): IndexEntry | undefined {
  const bytes = old.read(ENTRY);
  // The bytes are those that we wrote: they were compared with their fingerprint.
  return bytes === undefined ? undefined : JSON.parse(bytes.toString('utf8'));
}

/** Bits of an id that tell most ids from those that are looked for. */
const HIGH_BITS = 16;

/** Ids of documents that changed or went. */
class Touched {
  readonly ids: ReadonlyMap<number, string>;
  /** Whether two of them share an id. */
  readonly isTwice: boolean;
  readonly #high = new Uint8Array(2 ** HIGH_BITS);

  constructor(urls: readonly string[]) {
    this.ids = new Map(urls.map((url) => [idOf(url), url]));
    this.isTwice = this.ids.size < urls.length;
    for (const id of this.ids.keys()) this.#high[fileOfId(id, HIGH_BITS)] = 1;
  }

  has(id: number): boolean {
    return this.#high[fileOfId(id, HIGH_BITS)] === 1 && this.ids.has(id);
  }
}

/** The files of documents with other lines, and those that stay; undefined where the old ones cannot be used. */
function documentFiles(old: OldIndex, { bits, documents }: IndexEntry, changes: SearchChanges, touched: Touched) {
  if (touched.isTwice) return undefined;
  const files = new Map<number, string[]>();
  let count = documents;
  for (const [id, url] of touched.ids) {
    const file = fileOfId(id, bits);
    let lines = files.get(file);
    if (lines === undefined) {
      const bytes = old.read(documentsPath(file));
      lines = bytes === undefined ? [] : bytes.toString('utf8').slice(1, -1).split(',\n');
      files.set(file, lines);
    }
    const mine = `[${id},`;
    const at = lines.findIndex((line) => line.startsWith(mine));
    if (at === -1) continue;
    // Postings do not say of which of two documents with one id they are.
    if (lines.findLastIndex((line) => line.startsWith(mine)) !== at) return undefined;
    if (!lines[at]?.startsWith(`${mine}${JSON.stringify(url)},`)) return undefined;
    lines.splice(at, 1);
    count -= 1;
  }
  for (const document of changes.documents) {
    const id = idOf(document.url);
    files.get(fileOfId(id, bits))?.push(shownJson(id, document));
    count += 1;
  }
  if (bitsFor(count) !== bits) return undefined;
  const idIn = (line: string) => Number.parseInt(line.slice(1), 10);
  for (const lines of files.values()) lines.sort((a, b) => idIn(a) - idIn(b) || compare(a, b));
  const kept: number[] = [];
  for (let file = 0; file < 2 ** bits; file++) if (!files.has(file)) kept.push(file);
  return { files, kept, count };
}

/** The terms of each part of the index, undefined where they are as before. */
function changedTerms(old: OldIndex, entry: IndexEntry, changes: SearchChanges, touched: Touched, encode: Encode) {
  const fresh = new Map<string, Map<string, Posting[]>>();
  for (const document of changes.documents) {
    const id = idOf(document.url);
    for (const [term, places] of placesOf(document)) {
      const part = partOf(keyOf(term));
      addTo(mapIn(fresh, part), term, [id, places]);
    }
  }
  const prefixes = new Map<string, string[]>();
  for (const prefix of [...entry.inner, ...entry.leaves]) {
    if (prefix !== '') prefixes.set(partOf(prefix), [...(prefixes.get(partOf(prefix)) ?? []), prefix]);
  }
  const parts: { prefixes: readonly string[]; own: readonly EncodedTerm[] | undefined }[] = [];
  for (const part of new Set([...prefixes.keys(), ...fresh.keys()])) {
    const added = fresh.get(part) ?? new Map<string, Posting[]>();
    const own: (() => EncodedTerm)[] = [];
    let isSame = true;
    for (const prefix of prefixes.get(part) ?? []) {
      const bytes = old.read(`terms/${fileOf(prefix)}`);
      if (bytes === undefined) return undefined;
      for (const term of readPiece(bytes).terms) {
        const merged = merge(bytes, term, touched, added.get(term.term), encode);
        added.delete(term.term);
        // Most parts stay as they are, and then nothing is made of their terms.
        if (merged === SAME) own.push(() => asBefore(bytes, term));
        else isSame = false;
        if (typeof merged === 'object') own.push(() => merged);
      }
    }
    for (const [term, postings] of added) own.push(() => encode(term, postings));
    isSame &&= added.size === 0;
    const terms = isSame ? undefined : own.map((make) => make()).sort((a, b) => compare(a.key, b.key));
    parts.push({ prefixes: prefixes.get(part) ?? [], own: terms });
  }
  return parts;
}

function changedFacets(old: OldIndex, entry: IndexEntry, changes: SearchChanges, touched: Touched, encode: Encode) {
  const fresh = new Map<string, Map<string, Posting[]>>();
  for (const { url, facets, rank } of changes.documents) {
    for (const [facet, value] of facets) addTo(mapIn(fresh, facet), value, [idOf(url), rank]);
  }
  const lists: { facet: string; value: string; own: EncodedTerm | undefined }[] = [];
  for (const [facet, values] of Object.entries(entry.facets)) {
    for (const value of values) {
      const bytes = old.read(`facets/${fileOf(`${facet}.${value}`)}`);
      const [term] = bytes === undefined ? [] : readPiece(bytes).terms;
      if (bytes === undefined || term === undefined) return undefined;
      const merged = merge(bytes, term, touched, fresh.get(facet)?.get(value), encode);
      fresh.get(facet)?.delete(value);
      if (merged !== NONE) lists.push({ facet, value, own: merged === SAME ? undefined : merged });
    }
  }
  for (const [facet, values] of fresh) {
    for (const [value, postings] of values) lists.push({ facet, value, own: encode(`${facet}.${value}`, postings) });
  }
  return lists;
}

type OldTerm = ReturnType<typeof readPiece>['terms'][number];

/** The postings of a term are as they were, … */
const SAME = 'same';
/** … or none is left. */
const NONE = 'none';

/** The postings of a term without those of touched documents, and with new ones. */
function merge(
  bytes: Buffer,
  old: OldTerm,
  touched: Touched,
  added: readonly Posting[] = [],
  encode: Encode,
): EncodedTerm | typeof SAME | typeof NONE {
  const hit: Posting[] = [];
  eachPosting(bytes, old, (id, byte) => {
    if (touched.has(id)) hit.push([id, byte]);
  });
  if (hit.length === 0 && added.length === 0) return SAME;
  const fresh = [...added].sort(([a], [b]) => a - b);
  const isSame = hit.every(([id, byte], i) => id === fresh[i]?.[0] && byte === fresh[i]?.[1]);
  if (isSame && hit.length === fresh.length) return SAME;
  const left: Posting[] = [];
  eachPosting(bytes, old, (id, byte) => {
    if (!touched.has(id)) left.push([id, byte]);
  });
  const all = [...left, ...fresh];
  return all.length === 0 ? NONE : encode(old.term, all);
}

function asBefore(bytes: Buffer, { term, count, at, length }: OldTerm): EncodedTerm {
  return { term, key: keyOf(term), count, postings: { bytes }, at, length };
}

type Encode = (term: string, postings: readonly Posting[]) => EncodedTerm;

/** Puts the postings of all terms of an update one behind the other. */
function encoder(): Encode {
  const writer = new PostingWriter();
  return (term, postings) => {
    for (const [id, byte] of [...postings].sort(([a, x], [b, y]) => a - b || x - y)) writer.add(id, byte);
    return writer.taken(term);
  };
}

function mapIn(maps: Map<string, Map<string, Posting[]>>, name: string): Map<string, Posting[]> {
  let map = maps.get(name);
  if (map === undefined) {
    map = new Map();
    maps.set(name, map);
  }
  return map;
}

function addTo(map: Map<string, Posting[]>, name: string, posting: Posting): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [posting]);
  else list.push(posting);
}

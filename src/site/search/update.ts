import { ENTRY, eachPosting, readPiece } from '../assets/search-index.js';
import { fileOf, keyOf } from '../assets/search-terms.js';
import { type Difference, type Differences, ListDifferences, type Posting } from './differences.ts';
import { type SearchDocument, shownJson } from './document.ts';
import {
  bitsFor,
  compare,
  documentsFile,
  documentsLines,
  documentsPath,
  entryOf,
  fileOfId,
  type IndexEntry,
  idOf,
  partOf,
} from './entry.ts';
import { type IndexedDocument, indexed, indexedLine, indexedPath, readIndexed } from './indexed.ts';
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

/**
 * Brings an index up to date: the same files as if it were made of all documents anew. The old index says what each
 * document had, so that only lists with other postings are read, and only pieces with such lists are made. False where
 * that cannot be, and then nothing was written.
 */
export function updateIndex(old: OldIndex, changes: SearchChanges, version: string, put: Put): boolean {
  const entry = readEntry(old);
  if (entry === undefined) return false;
  const documents = documentFiles(old, entry, changes);
  if (documents === undefined) return false;
  const encode = encoder();
  const terms = changedTerms(old, entry, documents.differences.terms, encode);
  const facets = changedFacets(old, entry, documents.differences.facets, encode);
  if (terms === undefined || facets === undefined) return false;
  for (const file of documents.kept) for (const path of [documentsPath(file), indexedPath(file)]) old.keep(path);
  for (const [file, lines] of documents.files) {
    if (lines.length === 0) continue;
    put(documentsPath(file), documentsFile(lines.map(({ shown }) => shown)));
    put(indexedPath(file), documentsFile(lines.map(({ words }) => words)));
  }
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

/** The two lines of a document. */
interface Lines {
  readonly id: number;
  readonly shown: string;
  readonly words: string;
}

/**
 * The files of documents with other lines, those that stay, and how the lists of terms and facets change; undefined
 * where the old files cannot be used.
 */
function documentFiles(old: OldIndex, { bits, documents }: IndexEntry, changes: SearchChanges) {
  const urls = [...changes.documents.map(({ url }) => url), ...changes.gone];
  const ids = new Map(urls.map((url) => [idOf(url), url]));
  // Two of them share an id.
  if (ids.size < urls.length) return undefined;
  const files = new Map<number, Lines[]>();
  const before = new Map<number, IndexedDocument>();
  let count = documents;
  for (const [id, url] of ids) {
    const file = fileOfId(id, bits);
    const lines = files.get(file) ?? linesOf(old, file);
    if (lines === undefined) return undefined;
    files.set(file, lines);
    const at = lines.findIndex((line) => line.id === id);
    const own = lines[at];
    if (own === undefined) continue;
    // Postings do not say of which of two documents with one id they are.
    if (lines.findLastIndex((line) => line.id === id) !== at) return undefined;
    if (!own.shown.startsWith(`[${id},${JSON.stringify(url)},`)) return undefined;
    before.set(id, readIndexed(own.words));
    lines.splice(at, 1);
    count -= 1;
  }
  const differences = new ListDifferences();
  for (const document of changes.documents) {
    const id = idOf(document.url);
    const now = indexed(document);
    const shown = shownJson(id, document);
    files.get(fileOfId(id, bits))?.push({ id, shown, words: indexedLine(id, now) });
    differences.note(id, before.get(id), now);
    before.delete(id);
    count += 1;
  }
  for (const [id, document] of before) differences.note(id, document, undefined);
  if (bitsFor(count) !== bits) return undefined;
  for (const lines of files.values()) lines.sort((a, b) => a.id - b.id || compare(a.shown, b.shown));
  const kept: number[] = [];
  for (let file = 0; file < 2 ** bits; file++) if (!files.has(file)) kept.push(file);
  return { files, kept, count, differences };
}

/** The documents of one file; none where there is no such file, undefined where its two halves do not belong together. */
function linesOf(old: OldIndex, file: number): Lines[] | undefined {
  const [shown, words] = [documentsPath(file), indexedPath(file)].map((path) => {
    const bytes = old.read(path);
    return bytes === undefined ? [] : documentsLines(bytes);
  });
  if (shown?.length !== words?.length) return undefined;
  return shown?.map((line, i) => ({ id: Number.parseInt(line.slice(1), 10), shown: line, words: words?.[i] ?? '' }));
}

/** The terms of each part of the index, undefined where they are as before. */
function changedTerms(old: OldIndex, entry: IndexEntry, differences: Differences, encode: Encode) {
  const differing = new Map<string, Differences>();
  for (const [term, difference] of differences) {
    const part = partOf(keyOf(term));
    const own = differing.get(part) ?? new Map<string, Difference>();
    differing.set(part, own.set(term, difference));
  }
  const prefixes = new Map<string, string[]>();
  for (const prefix of [...entry.inner, ...entry.leaves]) {
    if (prefix !== '') prefixes.set(partOf(prefix), [...(prefixes.get(partOf(prefix)) ?? []), prefix]);
  }
  const parts: { prefixes: readonly string[]; own: readonly EncodedTerm[] | undefined }[] = [];
  for (const part of new Set([...prefixes.keys(), ...differing.keys()])) {
    const own = prefixes.get(part) ?? [];
    const changed = differing.get(part);
    const terms = changed === undefined ? [] : termsIn(old, own, changed, encode);
    if (terms === undefined) return undefined;
    parts.push({ prefixes: own, own: changed === undefined ? undefined : terms });
  }
  return parts;
}

/** All terms of a part; undefined where a piece cannot be read. */
function termsIn(old: OldIndex, prefixes: readonly string[], changed: Differences, encode: Encode) {
  const terms: EncodedTerm[] = [];
  const left = new Map(changed);
  for (const prefix of prefixes) {
    const bytes = old.read(`terms/${fileOf(prefix)}`);
    if (bytes === undefined) return undefined;
    for (const term of readPiece(bytes).terms) {
      const difference = left.get(term.term);
      left.delete(term.term);
      const now = difference === undefined ? asBefore(bytes, term) : merge(bytes, term, difference, encode);
      if (now !== undefined) terms.push(now);
    }
  }
  for (const [term, { fresh }] of left) terms.push(encode(term, fresh));
  return terms.sort((a, b) => compare(a.key, b.key));
}

function changedFacets(old: OldIndex, entry: IndexEntry, differences: Differences, encode: Encode) {
  const left = new Map(differences);
  const lists: { facet: string; value: string; own: EncodedTerm | undefined }[] = [];
  for (const [facet, values] of Object.entries(entry.facets)) {
    for (const value of values) {
      const name = `${facet}.${value}`;
      const difference = left.get(name);
      left.delete(name);
      if (difference === undefined) {
        lists.push({ facet, value, own: undefined });
        continue;
      }
      const bytes = old.read(`facets/${fileOf(name)}`);
      const [term] = bytes === undefined ? [] : readPiece(bytes).terms;
      if (bytes === undefined || term === undefined) return undefined;
      const own = merge(bytes, term, difference, encode);
      if (own !== undefined) lists.push({ facet, value, own });
    }
  }
  for (const [name, { fresh }] of left) {
    const [facet = '', ...value] = name.split('.');
    lists.push({ facet, value: value.join('.'), own: encode(name, fresh) });
  }
  return lists;
}

type OldTerm = ReturnType<typeof readPiece>['terms'][number];

/** The postings of a term without those that are gone, and with new ones; undefined where none is left. */
function merge(bytes: Buffer, old: OldTerm, { gone, fresh }: Difference, encode: Encode): EncodedTerm | undefined {
  const postings: Posting[] = [];
  eachPosting(bytes, old, (id, byte) => {
    if (!gone.has(id)) postings.push([id, byte]);
  });
  postings.push(...fresh);
  return postings.length === 0 ? undefined : encode(old.term, postings);
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

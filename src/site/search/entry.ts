import { hash } from 'node:crypto';
import { ID_BITS } from '../assets/search-index.js';
import type { PieceWriter } from './pieces.ts';

/** What a browser reads first, and the next build too. */
export interface IndexEntry {
  /** Another one for every other index: pieces are asked for with it, so that no old one is taken from a cache. */
  readonly version: string;
  readonly documents: number;
  /** So many first bits of an id say in which file the document is. */
  readonly bits: number;
  /** Prefixes whose terms are divided among longer ones, and those that are a file. */
  readonly inner: readonly string[];
  readonly leaves: readonly string[];
  /** The values of each facet. */
  readonly facets: Readonly<Record<string, readonly string[]>>;
  /** Values that are several others together. */
  readonly unions: Readonly<Record<string, Readonly<Record<string, readonly (readonly [string, string])[]>>>>;
}

/** Documents of one file, as an aim. */
const DOCUMENTS_PER_FILE = 32;
const MOST_BITS = 20;

/** The id of a document. Two may share one: both are found, and both are shown. */
export function idOf(url: string): number {
  return Number.parseInt(hash('sha256', url, 'hex').slice(0, ID_BITS / 4), 16);
}

/** So many bits that a file has some tens of documents. */
export function bitsFor(documents: number): number {
  return Math.min(MOST_BITS, Math.max(0, Math.ceil(Math.log2(documents / DOCUMENTS_PER_FILE))));
}

export function documentsPath(file: number): string {
  return `documents/${file}.json`;
}

/** The documents of one file: one per line, so that lines can be taken over as they are. */
export function documentsFile(lines: readonly string[]): Buffer {
  return Buffer.from(`[${lines.join(',\n')}]`);
}

/** The lines of such a file. */
export function documentsLines(file: Buffer): readonly string[] {
  return file.toString('utf8').slice(1, -1).split(',\n');
}

/** Which part of the terms a key belongs to: its first character. */
export function partOf(key: string): string {
  return key.slice(0, 1);
}

/** The entry of an index whose pieces are written. */
export function entryOf(
  pieces: Pick<PieceWriter, 'inner' | 'leaves'>,
  facts: Pick<IndexEntry, 'version' | 'documents' | 'bits'>,
  facets: readonly (readonly [facet: string, value: string])[],
): Buffer {
  const values: Record<string, string[]> = {};
  for (const [facet, value] of [...facets].sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))) {
    values[facet] ??= [];
    values[facet].push(value);
  }
  const entry: IndexEntry = {
    ...facts,
    inner: [...pieces.inner].sort(compare),
    leaves: [...pieces.leaves].sort(compare),
    facets: values,
    // Every tool has a category, so that a list of all tools need not be kept.
    unions: { kind: { tool: (values.category ?? []).map((value) => ['category', value] as const) } },
  };
  return Buffer.from(JSON.stringify(entry));
}

/** By UTF-16 unit: the order only has to be the same each time. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The file of a document: the first bits of its id. */
export function fileOfId(id: number, bits: number): number {
  return Math.floor(id / 2 ** (ID_BITS - bits));
}

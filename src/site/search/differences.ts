import type { IndexedDocument } from './indexed.ts';

export type Posting = readonly [id: number, byte: number];

/** How the postings of one list are others than before. */
export interface Difference {
  readonly gone: Set<number>;
  readonly fresh: Posting[];
}

/** By the name of the list. */
export type Differences = Map<string, Difference>;

/** The lists of an index in which documents stand otherwise than before. */
export class ListDifferences {
  readonly terms: Differences = new Map();
  readonly facets: Differences = new Map();

  /** Notes one document; `before` where it is new and `now` where it went is undefined. */
  note(id: number, before: IndexedDocument | undefined, now: IndexedDocument | undefined): void {
    compareBytes(this.terms, id, before?.terms ?? NONE, now?.terms ?? NONE);
    compareBytes(this.facets, id, facetsOf(before), facetsOf(now));
  }
}

const NONE: ReadonlyMap<string, number> = new Map();

/** The bytes of the postings of a document's facets, by the name of the list. */
function facetsOf(document: IndexedDocument | undefined): ReadonlyMap<string, number> {
  if (document === undefined) return NONE;
  return new Map(document.facets.map(([facet, value]) => [`${facet}.${value}`, document.rank]));
}

function compareBytes(
  all: Differences,
  id: number,
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): void {
  for (const [name, byte] of before) if (now.get(name) !== byte) differenceIn(all, name).gone.add(id);
  for (const [name, byte] of now) if (before.get(name) !== byte) differenceIn(all, name).fresh.push([id, byte]);
}

function differenceIn(all: Differences, name: string): Difference {
  let difference = all.get(name);
  if (difference === undefined) {
    difference = { gone: new Set(), fresh: [] };
    all.set(name, difference);
  }
  return difference;
}

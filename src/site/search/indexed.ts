import { NAME_SHIFT } from '../assets/search-index.js';
import { placesOf, type SearchDocument } from './document.ts';

/** A document as the lists of the index have it. */
export interface IndexedDocument {
  /** Term → the byte of its posting. */
  readonly terms: ReadonlyMap<string, number>;
  readonly facets: SearchDocument['facets'];
  /** The byte of the postings of its facets. */
  readonly rank: number;
}

export function indexed(document: SearchDocument): IndexedDocument {
  return { terms: placesOf(document), facets: document.facets, rank: document.rank };
}

/** Documents by the files in which what is shown of them is, for the build alone: no browser asks for these. */
export function indexedPath(file: number): string {
  return `indexed/${file}.json`;
}

/** Above the places of a term stands how many words the name has: of all terms of a document the same. */
const PLACES = (1 << NAME_SHIFT) - 1;
/** The character of no places; none of them is escaped in JSON. */
const FIRST = 48;

type Line = readonly [
  id: number,
  nameWords: number,
  terms: string,
  places: string,
  facets: SearchDocument['facets'],
  rank: number,
];

/** A document on one line. Its words stand in the order of the alphabet, so that no text can be read from them. */
export function indexedLine(id: number, { terms, facets, rank }: IndexedDocument): string {
  const names = [...terms.keys()].sort();
  let places = '';
  for (const name of names) places += String.fromCharCode(FIRST + ((terms.get(name) ?? 0) & PLACES));
  const nameWords = (terms.get(names[0] ?? '') ?? 0) >> NAME_SHIFT;
  // No term has a space.
  const line: Line = [id, nameWords, names.join(' '), places, facets, rank];
  return JSON.stringify(line);
}

/** The other way round; the line is ours. */
export function readIndexed(line: string): IndexedDocument {
  const [, nameWords, terms, places, facets, rank]: Line = JSON.parse(line);
  const names = places === '' ? [] : terms.split(' ');
  return {
    terms: new Map(names.map((term, i) => [term, (nameWords << NAME_SHIFT) | (places.charCodeAt(i) - FIRST)])),
    facets,
    rank,
  };
}

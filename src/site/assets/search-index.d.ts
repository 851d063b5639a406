export const ENTRY: string;
export const ID_BITS: number;
export const IN_NAME: number;
export const IN_TITLE: number;
export const IN_SERVER: number;
export const IN_LEAD: number;
export const IN_REST: number;
export const NAME_SHIFT: number;
export const MOST_NAME_WORDS: number;

/** One term of a piece: where its postings lie in the bytes of the piece, and how many they are. */
export interface PieceTerm {
  readonly term: string;
  readonly count: number;
  readonly at: number;
  readonly length: number;
}

export interface Piece {
  readonly bytes: Uint8Array;
  readonly terms: readonly PieceTerm[];
  readonly most: readonly string[];
}

/** Throws where a piece is cut off. */
export function readPiece(bytes: Uint8Array): Piece;
export function eachPosting(
  bytes: Uint8Array,
  term: { readonly at: number; readonly length: number },
  tell: (id: number, places: number) => void,
): void;

/** What is shown of a document. */
export interface Shown {
  readonly url: string;
  readonly title: string;
  readonly lead: string;
  readonly server?: string;
  readonly category?: string;
  readonly severity?: string;
  readonly tools?: number;
}

export interface Found {
  /** Whether each result has all words of the query. */
  readonly all: boolean;
  /** Ids of documents, best first. */
  readonly ids: readonly number[];
}

export function openIndex(load: (path: string, version: string) => Promise<Uint8Array>): Promise<{
  search(text: string, filters: Readonly<Record<string, string>>): Promise<Found>;
  documents(id: number): Promise<readonly Shown[]>;
}>;

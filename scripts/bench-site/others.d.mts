/** Kinds of pages of the site. */
export type Kind = 'tool' | 'server' | 'policy';
export const KINDS: readonly Kind[];
/** How many files there are, and how many bytes each has on average. */
export interface Weight {
  readonly files: number;
  readonly bytes: number;
}
/** Of each kind, its pages and their twins for programs. */
export type Weights = Readonly<Record<Kind, { readonly html: Weight; readonly json: Weight }>>;
/** Characters of plain text in the rest of a page and of a twin. */
export type Sizes = Readonly<Record<Kind, { readonly html: number; readonly json: number }>>;
/** One of the other generators. `whole` is the whole site with twins; else the HTML of the tools alone. */
export interface Generator {
  prepare(folder: string, tools: number, sizes: Sizes, whole: boolean): void;
  run(folder: string): { readonly ok: boolean; readonly seconds: number };
}
export const GENERATORS: { readonly hugo: Generator; readonly eleventy: Generator };
/** Text that brings its pages to the weight of ours; undefined where it does not run. */
export function fit(generator: Generator, folder: string, ours: Weights): Sizes | undefined;
/** What a generator made in its folder. */
export function made(folder: string): Weights;
export function weights(htmlOf: (kind: Kind) => string, jsonOf: (kind: Kind) => string): Weights;

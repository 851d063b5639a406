/** One of the other generators. */
export interface Generator {
  prepare(folder: string, tools: number, size: number): void;
  run(folder: string): { readonly ok: boolean; readonly seconds: number };
}
export const GENERATORS: { readonly hugo: Generator; readonly eleventy: Generator };
/** Characters of plain text that bring its pages to so many bytes; undefined where it does not run. */
export function fit(generator: Generator, folder: string, bytes: number): number | undefined;
/** Number and mean size of the HTML files below a folder. */
export function meanSize(folder: string): { readonly pages: number; readonly bytes: number };

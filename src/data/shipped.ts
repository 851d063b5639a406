/** One file of `data/` as it was when the program was built. */
export interface ShippedFile {
  /** Of the file's text, hexadecimal. */
  readonly sha256: string;
  /** What its schema made of it, as JSON: parsed when it is asked for. */
  readonly checked: string;
  /** What YAML made of it, as JSON; for files that are read so. */
  readonly raw?: string;
}

/**
 * The files of `data/` by path, parsed and checked already. Empty here: `npm run build` puts another module in its place
 * in `dist`, made from the same files by `compileData`. A file whose text is another one is read as if it were not here.
 */
export const shippedFiles: ReadonlyMap<string, ShippedFile> = new Map();

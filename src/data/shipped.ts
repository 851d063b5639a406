import { existsSync, readFileSync } from 'node:fs';

/** One file of `data/` as it was when the program was built. */
export interface ShippedFile {
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
  /** What its schema made of it, as JSON: parsed when it is asked for. */
  readonly checked: string;
  /** What YAML made of it, as JSON; for files that are read so. */
  readonly raw?: string;
}

/** What was kept of the data folder when the program was built. */
export interface Shipped {
  /** By path, with `/`. */
  readonly files: ReadonlyMap<string, ShippedFile>;
  /** Version of the rule set that its files make when no correction counts, with the print of these files. */
  readonly ruleset?: RulesetVersion;
  /** What the pages tell of its files. */
  readonly site?: ShippedTables;
}

export interface RulesetVersion {
  readonly print: string;
  readonly version: string;
}

/** The tables of the site, with the print of the files that they were made of. */
export interface ShippedTables {
  readonly print: string;
  /** As JSON: parsed when they are asked for. */
  readonly tables: string;
}

/** The first line of the packed form: where in the rest of it each text is, in bytes. */
interface Index {
  readonly files: readonly (readonly [path: string, sha256: string, checked: Span, raw: Span | null])[];
  readonly ruleset: RulesetVersion | null;
  readonly site: { readonly print: string; readonly tables: Span } | null;
}
type Span = readonly [start: number, end: number];

const LINE_END = '\n'.charCodeAt(0);

/** As one file, from which each text is taken when it is asked for. */
export function packShipped({ files, ruleset, site }: Shipped): Buffer {
  const texts: Buffer[] = [];
  let length = 0;
  const put = (text: string): Span => {
    const bytes = Buffer.from(text);
    texts.push(bytes);
    const start = length;
    length += bytes.length;
    return [start, length];
  };
  const index: Index = {
    files: [...files].map(([path, { sha256, checked, raw }]) => [
      path,
      sha256,
      put(checked),
      raw === undefined ? null : put(raw),
    ]),
    ruleset: ruleset ?? null,
    site: site === undefined ? null : { print: site.print, tables: put(site.tables) },
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...texts]);
}

/** The other way round. */
export function unpackShipped(packed: Buffer): Shipped {
  const head = packed.indexOf(LINE_END) + 1;
  const { files, ruleset, site }: Index = JSON.parse(packed.toString('utf8', 0, head));
  const take = ([start, end]: Span) => packed.toString('utf8', head + start, head + end);
  return {
    files: new Map(
      files.map(([path, sha256, checked, raw]) => [
        path,
        {
          sha256,
          get checked() {
            return take(checked);
          },
          ...(raw === null
            ? {}
            : {
                get raw() {
                  return take(raw);
                },
              }),
        },
      ]),
    ),
    ...(ruleset === null ? {} : { ruleset }),
    ...(site === null
      ? {}
      : {
          site: {
            print: site.print,
            get tables() {
              return take(site.tables);
            },
          },
        }),
  };
}

/** Where `npm run build` puts it; beside the source there is none. */
export const SHIPPED_FILE = new URL('./shipped.bin', import.meta.url);

/** What was kept for this program. A file whose bytes are other ones now is read as if it were not here. */
export const shippedData: Shipped = existsSync(SHIPPED_FILE)
  ? unpackShipped(readFileSync(SHIPPED_FILE))
  : { files: new Map() };

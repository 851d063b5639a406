import type { ServerReading } from '../model/manifest.ts';
import type { Json } from '../model/tool.ts';

/** One document as it was fetched. */
export interface Document {
  /** Where it was read, for provenance: a URL, or `file:PATH`, or `npm:NAME@VERSION!path`. */
  readonly location: string;
  /** Last part of the path, for shapes that are known by their file name. */
  readonly fileName: string;
  readonly text: string;
  /** The parsed value, when the text is JSON (comments allowed), YAML or TOML. */
  readonly value?: Json;
  /** Characters that no part of the value goes beyond as JSON, where the text alone says so. */
  readonly jsonChars?: number;
  /** Documents of the same folder that the extractor asked for by name. */
  readonly companions?: ReadonlyMap<string, Document>;
}

/** What a document of one shape says. */
export interface Extraction {
  readonly servers: readonly ServerReading[];
  readonly problems: readonly string[];
  /** Locators of manifests that the document names. */
  readonly leads: readonly string[];
}

/** One shape of manifest. The first extractor of the index that accepts a document reads it. Pure. */
export interface Extractor {
  readonly id: string;
  readonly title: string;
  /** Where the shape is described. */
  readonly homepage: string;
  /** File names of the same folder that say more about the same server: Docker's `tools.json` beside `server.yaml`. */
  readonly companions?: readonly string[];
  /**
   * An object without any of these keys at its top is never of this shape, so that it is not asked: most documents are
   * of one shape, and have the keys of two or three. Absent: it is always asked.
   */
  readonly keys?: readonly string[];
  /** The document may hold secrets: nothing of it is kept but what `extract` gives. */
  readonly secret?: boolean;
  accepts(document: Document): boolean;
  extract(document: Document): Extraction;
}

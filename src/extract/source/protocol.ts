import type { SourceResult } from './result.ts';

/** A package whose files stand beside those of the package that is read, under `root`. */
export interface SourcePackage {
  /** Folder of its files in the job, with a slash at its end: `node_modules/NAME/`. */
  readonly root: string;
  /** Prefix of the provenance of what it defines: `npm:NAME@VERSION`. */
  readonly location: string;
}

/** One package to parse. Everything of it crosses a process border, so it is plain data. */
export interface ChildJob {
  readonly language: 'javascript' | 'python';
  readonly location: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly entries: readonly string[];
  readonly packages: readonly SourcePackage[];
  /** Files that killed a parser before. */
  readonly skip: readonly string[];
}

/** Told before a file is parsed, so that the file in work is known when the child dies. */
export type Announce = (file: string) => void;

/** Reads the source of one package in one language. */
export type SourceExtractor = (job: ChildJob, announce: Announce) => SourceResult | Promise<SourceResult>;

/** What a child writes to its report pipe, one JSON line each. */
export type ChildReport = { readonly kind: 'working'; readonly file: string } | { readonly kind: 'evaluating' };

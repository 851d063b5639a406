import type { HttpClient } from '../fetch/types.ts';
import type { Directory } from '../model/directory.ts';
import type { Locator } from '../model/id.ts';
import type { ReadResult } from '../model/manifest.ts';
import type { Validators } from '../model/visit.ts';

/** What a reader may use of the world. */
export interface ReadWorld {
  readonly client: HttpClient;
  /** The npm registry for a package name, from the npm client's own configuration, without a trailing slash, and the headers it wants. */
  npmRegistry(packageName: string): { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** The base address of the Python client's configured index (the simple API), without a trailing slash. */
  pypiIndex(): string;
  /** The pool of child processes that parse source. */
  readonly parsers: SourceParser;
  /** Folder that relative `file:` locators are relative to. */
  readonly root: string;
  /** Origins that the operator configured in sources.yaml: they may have any address. Default none. */
  readonly operatorOrigins?: ReadonlySet<string>;
  /** Leave to run local servers in the sandbox; absent: nothing is run. */
  readonly execute?: import('./sandbox/execution.ts').Execution;
  /** Selectors of HTML directories. Default none. */
  readonly directories?: readonly Directory[];
  readonly signal?: AbortSignal;
}

/** Source files of one package: path inside the package, bytes. */
export type SourceFiles = ReadonlyMap<string, Uint8Array>;

/** A question to the parser pool. */
export interface SourceJob {
  readonly language: 'javascript' | 'python';
  /** Prefix of each provenance: `npm:NAME@VERSION`. */
  readonly location: string;
  readonly files: SourceFiles;
  /** Files where reading starts, in order: bin, main, exports. Empty: every file. */
  readonly entries: readonly string[];
  /** Declared dependencies whose files stand under `node_modules/NAME/` in `files`, with the provenance of their own. */
  readonly packages?: readonly import('../extract/source/protocol.ts').SourcePackage[];
}

/** The answer of the parser pool; `parser-died` and `timed-out` are outcomes, not exceptions. */
export interface SourceParser {
  parse(job: SourceJob): Promise<import('../extract/source/result.ts').SourceResult>;
  close(): Promise<void>;
}

/** What the last good visit left, for a conditional request. */
export interface Previous {
  readonly validators?: Validators;
  readonly contentHash?: string;
}

/** Reads one kind of locator. */
export interface Reader {
  readonly kind: Locator['kind'];
  read(locator: Locator, world: ReadWorld, previous?: Previous): Promise<ReadResult>;
}

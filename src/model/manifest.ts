import type { ServerId } from './id.ts';
import type { DroppedTool, Json, ObservedTool } from './tool.ts';
import type { FailureOutcome, Validators } from './visit.ts';

/** What a manifest says about its server. Everything but the ids is untrusted prose. */
export interface ServerFacts {
  /** The id under which it was read; aliases are further ids that the manifest itself declares (mcpName, packages[], remotes[]). */
  readonly id: ServerId;
  readonly aliases: readonly ServerId[];
  readonly name?: string;
  readonly title?: string;
  readonly description?: string;
  readonly version?: string;
  readonly homepage?: string;
  readonly repository?: string;
  readonly license?: string;
  /** ISO 8601, as the publisher gives it. */
  readonly publishedAt?: string;
  readonly deprecated?: string;
  /** Instructions that a server sends to the model. Untrusted, and checked for threats. */
  readonly instructions?: string;
  /** Facts about the package itself that a reader wants to know: `has-install-script`, `deprecated`, … Sorted. */
  readonly notes: readonly string[];
}

/** What one manifest says about one server. */
export interface ServerReading {
  readonly facts: ServerFacts;
  readonly tools: readonly ObservedTool[];
  readonly dropped: readonly DroppedTool[];
  /** True when the manifest says that it lists every tool of the server (a tools/list result); false for a lower bound. */
  readonly complete: boolean;
  /** False for a manifest that by its format never names tools (server.json): no tools there says nothing. */
  readonly listsTools: boolean;
}

/** An answer of one manifest, complete or partial. Most manifests speak of one server, catalogues of many. */
export interface Reading {
  readonly kind: 'read';
  readonly servers: readonly ServerReading[];
  /** Parts that could not be read, each a sentence. Not empty means that the outcome is `partial`. */
  readonly problems: readonly string[];
  /** Locators that the manifest itself declares and that deserve a visit of their own. */
  readonly leads: readonly string[];
  readonly validators?: Validators;
  /** SHA-256 of the fetched bytes, hex. */
  readonly contentHash: string;
  /** The manifest itself where it is JSON of at most 1 MB, kept for re-extraction. */
  readonly body?: Json;
  /** What `JSON.stringify` would make of the body, where its bytes came like that. */
  readonly bodyJson?: Uint8Array;
}

/** The manifest is the same as at the last visit; nothing was read again. */
export interface NotModified {
  readonly kind: 'not-modified';
  readonly validators?: Validators;
}

/** The visit brought no answer. What was known before stays, with this beside it. */
export interface Failure {
  readonly kind: 'failed';
  readonly outcome: FailureOutcome;
  /** A stable machine word below the outcome: `http-404`, `tar-truncated`, `json-syntax`, … */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
  /** Earliest time of the next try, epoch milliseconds, where the other side named one. */
  readonly notBefore?: number;
  /** Version of the package that was read, where it holds nothing that could be shown. */
  readonly version?: string;
  /** Locators where what was looked for may be found otherwise. */
  readonly leads?: readonly string[];
}

/** What reading one locator gave. */
export type ReadResult = Reading | NotModified | Failure;

/** One line of a source: a manifest to visit, with the ids that the source declares for it. */
export interface Listed {
  readonly locator: string;
  readonly source: string;
  /** Declared ids of the same server. */
  readonly aliases: readonly ServerId[];
  readonly name?: string;
  readonly description?: string;
  /** The source says that the server is gone. */
  readonly deleted?: boolean;
}

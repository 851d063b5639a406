import type { Failure, NotModified } from '../model/manifest.ts';
import type { Validators } from '../model/visit.ts';

/**
 * Who named the URL. `operator`: the configuration (the npm client's registry, sources.yaml), any address may be meant.
 * `crawled`: a document from outside, only public addresses are allowed, on every connection and every redirect.
 */
export type Trust = 'operator' | 'crawled';

/**
 * One request. Redirects are followed by hand within `LIMITS.redirects`; a body is sent again only within its own
 * origin and by 307 or 308.
 */
export interface FetchRequest {
  readonly url: string;
  readonly trust: Trust;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly accept?: string;
  /** Sent to the first origin only; dropped on a redirect to another one. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly validators?: Validators;
  /** Cap on the body, after decompression; the wire is capped by the same number. */
  readonly maxBytes: number;
  /** The whole request, milliseconds. Default `LIMITS.requestMs`. */
  readonly timeoutMs?: number;
  /** Media types that are accepted as an answer; another one is `malformed`. Empty or absent: any. */
  readonly contentTypes?: readonly string[];
  /** Statuses other than 2xx whose answer is handed over too, for protocols that say something with them. */
  readonly statuses?: readonly number[];
  /** The body must be text: bytes that are none in their charset are `malformed`. `textOf` then never fails. */
  readonly text?: boolean;
  /** An event stream: it gives its place in the host's queue back once its headers came. Only for `open`. */
  readonly longLived?: boolean;
  /** Ask robots.txt first: for web pages. */
  readonly robots?: boolean;
  readonly signal?: AbortSignal;
}

/** A whole answer with status 200 to 204, or one of the `statuses` that were asked for. */
export interface Fetched {
  readonly kind: 'fetched';
  /** The URL that answered, after redirects. */
  readonly url: string;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  readonly validators: Validators;
  readonly redirects: readonly string[];
}

/** An answer whose body is still coming. Reading it throws `FetchError` on a fault or past a bound. It must be read to its end or closed. */
export interface Opened {
  readonly kind: 'opened';
  readonly url: string;
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly validators: Validators;
  readonly redirects: readonly string[];
  close(): void;
}

/** The only way to the network. Every failure is a value with its outcome and reason; nothing is thrown but by an `Opened` body. */
export interface HttpClient {
  fetch(request: FetchRequest): Promise<Fetched | NotModified | Failure>;
  open(request: FetchRequest): Promise<Opened | NotModified | Failure>;
  close(): Promise<void>;
}

/** Thrown while the body of an `Opened` answer is read. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
  }
}

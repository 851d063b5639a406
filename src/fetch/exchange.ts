import type { Dispatcher } from 'undici';
import type { Failure } from '../model/manifest.ts';
import { boundedBody, codingOf, collect } from './body.ts';
import { failureOf } from './errors.ts';
import type { Flight } from './flight.ts';
import { fetchError } from './reasons.ts';
import { FetchError, type FetchRequest } from './types.ts';
import { type Head, Wire } from './wire.ts';

/** Interim answers (1xx) that are read before giving up: each restarts nothing, so the deadline alone would end a flood. */
const MAX_INTERIM = 16;

/** What an error answer may still send before its connection is closed instead of kept. */
const DUMP_BYTES = 16 << 10;
const DUMP_MS = 1_000;

/** Status, headers and unread body of one hop. */
export class Answer {
  readonly kind = 'answer';
  readonly url: URL;
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly #wire: Wire;
  readonly #maxBytes: number;
  readonly #flight: Flight;

  constructor(wire: Wire, head: Head, url: URL, maxBytes: number, flight: Flight) {
    this.url = url;
    this.status = head.status;
    this.headers = flatten(head.headers);
    this.#wire = wire;
    this.#maxBytes = maxBytes;
    this.#flight = flight;
  }

  /** The body as it comes. Bounded on the wire and after decompression; reading it throws `FetchError`. */
  async *body(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* boundedBody(this.#wire, this.#declared(), this.#maxBytes, this.url.href);
    } catch (error) {
      throw this.#fault(error);
    } finally {
      this.#wire.abort(fetchError('aborted', this.url.href));
    }
  }

  /** The whole body, within the same bounds. */
  async bytes(): Promise<Uint8Array> {
    if (this.headers.has('content-encoding')) return collect(this.body());
    try {
      this.#declared();
      return await this.#wire.whole(this.#maxBytes, this);
    } catch (error) {
      this.#wire.abort(fetchError('aborted', this.url.href));
      throw this.#fault(error);
    }
  }

  /** Throws the body away, keeping the connection when little is left of it. */
  discard(): void {
    this.#wire.discard(DUMP_BYTES, DUMP_MS);
  }

  /** What is said about the body before it is read. */
  #declared() {
    const { headers } = this;
    // The parser takes any other coding for "until the connection closes", and hands over coded bytes.
    const coded = headers.get('transfer-encoding')?.trim().toLowerCase() ?? 'chunked';
    if (coded !== 'chunked') throw fetchError('http-transfer-encoding', `${coded.slice(0, 40)} from ${this.url.href}`);
    const length = Number(headers.get('content-length') ?? 0);
    if (length > this.#maxBytes) throw fetchError('body-declared-too-large', `${length} bytes from ${this.url.href}`);
    const encoding = headers.get('content-encoding');
    return encoding === undefined ? undefined : codingOf(encoding, this.url.href);
  }

  /** What is wrong with a body that is longer than it may be. */
  tooLong(): Error {
    return fetchError('body-too-large', `over ${this.#maxBytes} bytes from ${this.url.href}`);
  }

  #fault(error: unknown): FetchError {
    return new FetchError(failureOf(this.#flight.error ?? error, this.url.href, true), { cause: error });
  }
}

/** Sends one hop and reads the headers of its answer. */
export async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: FetchRequest,
  headers: Readonly<Record<string, string>>,
  flight: Flight,
): Promise<Answer | Failure> {
  const wire = new Wire(MAX_INTERIM, () => flight.abort(fetchError('informational-flood', url.href)));
  flight.carry(wire);
  try {
    const { method = 'GET', body = null } = request;
    dispatcher.dispatch({ origin: url.origin, path: url.pathname + url.search, method, headers, body }, wire);
    return new Answer(wire, await wire.head, url, request.maxBytes, flight);
  } catch (error) {
    return failureOf(flight.error ?? error, url.href, false);
  }
}

function flatten(headers: Head['headers']): ReadonlyMap<string, string> {
  const flat = new Map<string, string>();
  for (const name in headers) {
    const value = headers[name];
    // Cookies are never kept nor sent back.
    if (value === undefined || name === 'set-cookie') continue;
    flat.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return flat;
}

import type { Dispatcher } from 'undici';
import type { Failure } from '../model/manifest.ts';
import { boundedBody, codingOf, collect } from './body.ts';
import { failureOf } from './errors.ts';
import type { Flight } from './flight.ts';
import { fetchError } from './reasons.ts';
import { FetchError, type FetchRequest } from './types.ts';
import { type Bounded, type Headers, type Waiting, Wire } from './wire.ts';

/** Interim answers (1xx) that are read before giving up: each restarts nothing, so the deadline alone would end a flood. */
const MAX_INTERIM = 16;

/** What an error answer may still send before its connection is closed instead of kept. */
const DUMP_BYTES = 16 << 10;
const DUMP_MS = 1_000;

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** Status, headers and unread body of one hop, once its headers came. */
export class Answer implements Waiting, Bounded {
  readonly kind = 'answer';
  readonly url: URL;
  status = 0;
  headers = NO_HEADERS;
  readonly #wire: Wire;
  readonly #maxBytes: number;
  readonly #flight: Flight;
  readonly #tell: (answer: Answer | Failure) => void;

  /** `tell` gets this answer when its headers came, or why they did not. */
  constructor(url: URL, maxBytes: number, flight: Flight, tell: (answer: Answer | Failure) => void) {
    this.url = url;
    this.#wire = new Wire(MAX_INTERIM, this);
    this.#maxBytes = maxBytes;
    this.#flight = flight;
    this.#tell = tell;
    flight.carry(this.#wire);
  }

  /** What undici tells about the hop. */
  get handler(): Dispatcher.DispatchHandler {
    return this.#wire;
  }

  began(status: number, headers: Headers): void {
    this.status = status;
    this.headers = flatten(headers);
    this.#tell(this);
  }

  lost(error: unknown): void {
    this.#tell(failureOf(this.#flight.error ?? error, this.url.href, false));
  }

  flooded(): void {
    this.#flight.abort(fetchError('informational-flood', this.url.href));
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

  /** The whole body, within the same bounds; at once when it is here already, as most are. */
  bytes(): Uint8Array | Promise<Uint8Array> {
    if (this.headers.has('content-encoding')) return collect(this.body());
    try {
      this.#declared();
      const whole = this.#wire.whole(this.#maxBytes, this);
      return whole instanceof Uint8Array ? whole : whole.catch((error) => this.#giveUp(error));
    } catch (error) {
      return this.#giveUp(error);
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

  #giveUp(error: unknown): never {
    this.#wire.abort(fetchError('aborted', this.url.href));
    throw this.#fault(error);
  }

  #fault(error: unknown): FetchError {
    return new FetchError(failureOf(this.#flight.error ?? error, this.url.href, true), { cause: error });
  }
}

/** Sends one hop and reads the headers of its answer. */
export function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: FetchRequest,
  headers: Readonly<Record<string, string>>,
  flight: Flight,
): Promise<Answer | Failure> {
  return new Promise((resolve) => {
    const answer = new Answer(url, request.maxBytes, flight, resolve);
    const { method = 'GET', body = null } = request;
    try {
      const path = url.pathname + url.search;
      dispatcher.dispatch({ origin: url.origin, path, method, headers, body }, answer.handler);
    } catch (error) {
      answer.lost(error);
    }
  });
}

function flatten(headers: Headers): ReadonlyMap<string, string> {
  const flat = new Map<string, string>();
  for (const name in headers) {
    const value = headers[name];
    // Cookies are never kept nor sent back.
    if (value === undefined || name === 'set-cookie') continue;
    flat.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return flat;
}

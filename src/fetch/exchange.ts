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
export interface Answer {
  readonly kind: 'answer';
  readonly url: URL;
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Bounded on the wire and after decompression; reading it throws `FetchError`. */
  body(): AsyncGenerator<Uint8Array, void, undefined>;
  /** The whole body, within the same bounds. */
  bytes(): Promise<Uint8Array>;
  /** Throws the body away, keeping the connection when little is left of it. */
  discard(): void;
}

/** Sends one hop and reads the headers of its answer. */
export async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: FetchRequest,
  headers: Readonly<Record<string, string>>,
  flight: Flight,
): Promise<Answer | Failure> {
  let interim = 0;
  const wire = new Wire(() => {
    interim += 1;
    if (interim > MAX_INTERIM) flight.abort(fetchError('informational-flood', url.href));
  });
  flight.carry(wire);
  try {
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method ?? 'GET',
        headers,
        ...(request.body === undefined ? {} : { body: request.body }),
      },
      wire,
    );
    return answerOf(wire, await wire.head, url, request.maxBytes, flight);
  } catch (error) {
    return failureOf(flight.error ?? error, url.href, false);
  }
}

function answerOf(wire: Wire, head: Head, url: URL, maxBytes: number, flight: Flight): Answer {
  const headers = flatten(head.headers);
  const fault = (error: unknown) => new FetchError(failureOf(flight.error ?? error, url.href, true), { cause: error });
  const over = () => fetchError('body-too-large', `over ${maxBytes} bytes from ${url.href}`);

  /** What is said about the body before it is read. */
  function declared() {
    // The parser takes any other coding for "until the connection closes", and hands over coded bytes.
    const coded = headers.get('transfer-encoding')?.trim().toLowerCase() ?? 'chunked';
    if (coded !== 'chunked') throw fetchError('http-transfer-encoding', `${coded.slice(0, 40)} from ${url.href}`);
    const length = Number(headers.get('content-length') ?? 0);
    if (length > maxBytes) throw fetchError('body-declared-too-large', `${length} bytes from ${url.href}`);
    return codingOf(headers.get('content-encoding'), url.href);
  }

  async function* body() {
    try {
      yield* boundedBody(wire, declared(), maxBytes, url.href);
    } catch (error) {
      throw fault(error);
    } finally {
      wire.abort(fetchError('aborted', url.href));
    }
  }

  async function bytes(): Promise<Uint8Array> {
    if (headers.has('content-encoding')) return collect(body());
    try {
      declared();
      return await wire.whole(maxBytes, over);
    } catch (error) {
      wire.abort(fetchError('aborted', url.href));
      throw fault(error);
    }
  }

  return {
    kind: 'answer',
    url,
    status: head.status,
    headers,
    body,
    bytes,
    discard: () => wire.discard(DUMP_BYTES, DUMP_MS),
  };
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

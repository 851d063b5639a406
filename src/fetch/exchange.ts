import type { Dispatcher } from 'undici';
import type { Failure } from '../model/manifest.ts';
import { boundedBody, codingOf, collect } from './body.ts';
import { failureOf } from './errors.ts';
import type { Flight } from './flight.ts';
import { fetchError } from './reasons.ts';
import { FetchError, type FetchRequest } from './types.ts';

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
  try {
    const response = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method ?? 'GET',
      headers,
      signal: flight.signal,
      onInfo: () => {
        interim += 1;
        if (interim > MAX_INTERIM) flight.abort(fetchError('informational-flood', url.href));
      },
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    return answerOf(response, url, request.maxBytes, flight);
  } catch (error) {
    return failureOf(flight.signal.aborted ? flight.signal.reason : error, url.href, false);
  }
}

function answerOf(response: Dispatcher.ResponseData, url: URL, maxBytes: number, flight: Flight): Answer {
  const headers = flatten(response.headers);
  const raw = response.body;
  // A body nobody reads any more may still fail; that must not end the process.
  raw.on('error', () => undefined);

  async function* body() {
    try {
      // The parser takes any other coding for "until the connection closes", and hands over coded bytes.
      const coded = headers.get('transfer-encoding')?.trim().toLowerCase() ?? 'chunked';
      if (coded !== 'chunked') throw fetchError('http-transfer-encoding', `${coded.slice(0, 40)} from ${url.href}`);
      const declared = Number(headers.get('content-length') ?? 0);
      if (declared > maxBytes) throw fetchError('body-declared-too-large', `${declared} bytes from ${url.href}`);
      yield* boundedBody(raw, codingOf(headers.get('content-encoding'), url.href), maxBytes, url.href);
    } catch (error) {
      const cause = flight.signal.aborted ? flight.signal.reason : error;
      throw new FetchError(failureOf(cause, url.href, true), { cause: error });
    } finally {
      raw.destroy();
    }
  }

  /** An uncoded body of a declared length is as long as it says: the parser sees to it, so nothing has to be counted. */
  async function bytes(): Promise<Uint8Array> {
    const declared = Number(headers.get('content-length') ?? 0);
    const plain = !headers.has('transfer-encoding') && !headers.has('content-encoding');
    if (!plain || !(declared > 0 && declared <= maxBytes)) return collect(body());
    try {
      return await raw.bytes();
    } catch (error) {
      const cause = flight.signal.aborted ? flight.signal.reason : error;
      throw new FetchError(failureOf(cause, url.href, true), { cause: error });
    }
  }

  return {
    kind: 'answer',
    url,
    status: response.statusCode,
    headers,
    body,
    bytes,
    discard() {
      raw.dump({ limit: DUMP_BYTES, signal: AbortSignal.timeout(DUMP_MS) }).catch(() => undefined);
    },
  };
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): ReadonlyMap<string, string> {
  const flat = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    // Cookies are never kept nor sent back.
    if (value === undefined || name === 'set-cookie') continue;
    flat.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return flat;
}

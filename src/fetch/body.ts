import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { fetchError } from './reasons.ts';
import { FetchError } from './types.ts';

/** What is sent as `Accept-Encoding`, and all that is understood. */
export const ACCEPT_ENCODING = 'gzip, deflate, br';

/** Output is counted at least this often, so a bomb is stopped at most this much past the cap. */
const OUTPUT_CHUNK = 16 << 10;

const CODINGS = ['gzip', 'deflate', 'br'] as const;
type Coding = (typeof CODINGS)[number];

/**
 * Reads `Content-Encoding`: one coding at most, since a chain has no use and multiplies what a bomb can do.
 *
 * @throws {FetchError} `encoding-chain`, `encoding-unknown`.
 */
export function codingOf(header: string | undefined, url: string): Coding | undefined {
  const named = (header ?? '')
    .split(',', 4)
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '' && part !== 'identity');
  const [first] = named;
  if (first === undefined) return undefined;
  if (named.length > 1) throw fetchError('encoding-chain', url);
  const coding = CODINGS.find((known) => known === first.replace(/^x-/u, ''));
  if (coding === undefined) throw fetchError('encoding-unknown', `${first.slice(0, 40)} from ${url}`);
  return coding;
}

/**
 * Passes a body on while it is within `cap` bytes, on the wire and after decompression.
 *
 * @throws {FetchError} `body-too-large`, `decoded-too-large`, `encoding-corrupt`, `encoding-truncated`, and whatever `raw` throws.
 */
export async function* boundedBody(
  raw: AsyncIterable<Uint8Array>,
  coding: Coding | undefined,
  cap: number,
  url: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const wire = capped(raw, cap, () => fetchError('body-too-large', `over ${cap} bytes from ${url}`));
  if (coding === undefined) return yield* wire;
  const first = await wire.next();
  // Some servers name a coding for an empty body.
  if (first.done === true) return;
  yield* capped(decoded(prepend(first.value, wire), coding, first.value[0] ?? 0, url), cap, () =>
    fetchError('decoded-too-large', `over ${cap} bytes from ${url}`),
  );
}

async function* capped(source: AsyncIterable<Uint8Array>, cap: number, over: () => Error) {
  let total = 0;
  for await (const chunk of source) {
    if (chunk.byteLength === 0) continue;
    total += chunk.byteLength;
    if (total > cap) throw over();
    yield chunk;
  }
}

async function* prepend(first: Uint8Array, rest: AsyncIterable<Uint8Array>) {
  yield first;
  yield* rest;
}

async function* decoded(source: AsyncIterable<Uint8Array>, coding: Coding, firstByte: number, url: string) {
  const decoder = decoderFor(coding, firstByte);
  const fed = pipeline(Readable.from(source), decoder);
  // The loop below meets the same error; this one must not be an unhandled rejection.
  fed.catch(() => undefined);
  try {
    for await (const chunk of decoder) yield chunk as Uint8Array;
  } catch (error) {
    throw decodeError(error, url);
  } finally {
    decoder.destroy();
  }
}

function decoderFor(coding: Coding, firstByte: number) {
  const options = { chunkSize: OUTPUT_CHUNK, highWaterMark: OUTPUT_CHUNK };
  if (coding === 'br') return createBrotliDecompress(options);
  if (coding === 'gzip') return createGunzip(options);
  // "deflate" means zlib (RFC 9110), and raw deflate to some servers; compression method 8 tells them apart.
  return (firstByte & 0x0f) === 8 ? createInflate(options) : createInflateRaw(options);
}

function decodeError(error: unknown, url: string): unknown {
  if (error instanceof FetchError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return fetchError('encoding-truncated', url, error);
  if (code.startsWith('Z_') || code.startsWith('ERR_BROTLI') || code.startsWith('ERR__ERROR'))
    return fetchError('encoding-corrupt', url, error);
  return error;
}

/** Puts the chunks of a body together. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

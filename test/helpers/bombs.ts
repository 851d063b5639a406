import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { createHttpClient } from '../../src/fetch/client.ts';

/** Cap on a body in these runs. */
export const BOMB_CAP = 1 << 20;

/** What may be decompressed beyond the cap before it stops. */
export const BOMB_SLACK = 64 << 10;

interface Bomb {
  readonly name: string;
  readonly coding: string;
  readonly status?: number;
  /** Written in pieces of this size, so that no length is declared. */
  readonly pieces?: number;
  make(): Buffer;
}

const zeros = (bytes: number) => Buffer.alloc(bytes);
const member = () => gzipSync(zeros(1 << 20));

const BOMBS: readonly Bomb[] = [
  { name: 'gzip', coding: 'gzip', make: () => gzipSync(zeros(64 << 20)) },
  { name: 'x-gzip', coding: 'x-gzip', make: () => gzipSync(zeros(32 << 20)) },
  { name: 'deflate', coding: 'deflate', make: () => deflateSync(zeros(64 << 20)) },
  { name: 'raw deflate', coding: 'deflate', make: () => deflateRawSync(zeros(64 << 20)) },
  {
    name: 'brotli',
    coding: 'br',
    make: () => brotliCompressSync(zeros(64 << 20), { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  },
  { name: 'many gzip members', coding: 'gzip', make: () => Buffer.concat(Array.from({ length: 256 }, member)) },
  { name: 'gzip in small chunks', coding: 'gzip', pieces: 100, make: () => gzipSync(zeros(16 << 20)) },
  { name: 'a JSON string', coding: 'gzip', make: () => gzipSync(Buffer.from(`"${'a'.repeat(64 << 20)}"`)) },
  { name: 'just over the cap', coding: 'gzip', make: () => gzipSync(zeros(BOMB_CAP + 1)) },
  { name: 'brotli in small chunks', coding: 'br', pieces: 7, make: () => brotliCompressSync(zeros(16 << 20)) },
  { name: 'an answer of status 201', coding: 'gzip', status: 201, make: () => gzipSync(zeros(64 << 20)) },
];

/** How one bomb ended. */
export interface BombReport {
  readonly name: string;
  readonly reason: string;
  /** Bytes on the wire, as the server made them. */
  readonly compressed: number;
  /** Bytes that came out of the decompressor before it was stopped. */
  readonly decoded: number;
}

/** Fetches every bomb once, and counts what the decompressors put out. */
export async function meetBombs(): Promise<readonly BombReport[]> {
  const bodies = BOMBS.map((bomb) => bomb.make());
  const server = createServer((request, response) => {
    const index = Number(request.url?.slice(1));
    const [bomb, body] = [BOMBS[index], bodies[index]];
    if (bomb === undefined || body === undefined) return response.destroy();
    response.writeHead(bomb.status ?? 200, { 'content-type': 'application/json', 'content-encoding': bomb.coding });
    const size = bomb.pieces ?? body.length;
    Readable.from(pieces(body, size))
      .on('error', () => undefined)
      .pipe(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const client = createHttpClient({ userAgent: 'toolrisk/0.0.0', now: Date.now, retries: 0 });
  const reports: BombReport[] = [];
  for (const [index, bomb] of BOMBS.entries()) {
    const counter = countDecoded();
    const url = `http://127.0.0.1:${address.port}/${index}`;
    const result = await client.fetch({ url, trust: 'operator', maxBytes: BOMB_CAP });
    const reason = result.kind === 'failed' ? result.reason : result.kind;
    reports.push({ name: bomb.name, reason, compressed: bodies[index]?.length ?? 0, decoded: counter.stop() });
  }
  await client.close();
  server.closeAllConnections();
  server.close();
  return reports;
}

function* pieces(body: Buffer, size: number) {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

/** Counts what every decompressor of the process hands out, by watching the push of all streams. */
function countDecoded() {
  const original = Readable.prototype.push;
  let bytes = 0;
  Readable.prototype.push = function push(this: Readable, chunk: unknown, ...rest) {
    if (
      /^(?:Gunzip|Inflate|InflateRaw|BrotliDecompress)$/u.test(this.constructor.name) &&
      chunk instanceof Uint8Array
    ) {
      bytes += chunk.byteLength;
    }
    return original.call(this, chunk, ...rest);
  };
  return {
    stop: () => {
      Readable.prototype.push = original;
      return bytes;
    },
  };
}

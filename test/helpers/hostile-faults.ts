import type { Socket } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Resolve } from '../../src/fetch/guard.ts';
import type { FetchRequest } from '../../src/fetch/types.ts';

/** One way to misbehave, and the word that it must end with. */
export interface Fault {
  readonly name: string;
  readonly reason: string;
  /** Answers a request. */
  serve?(socket: Socket, path: string): void;
  /** Strikes as soon as the connection stands. */
  connect?(socket: Socket): unknown;
  /** Address to ask for, where it is not the fault's own path; `port` is the fault's. */
  url?(port: number): string;
  readonly request?: Partial<FetchRequest>;
  readonly resolve?: Resolve;
}

const JSON_TYPE = 'content-type: application/json\r\n';
const wantsJson = { request: { contentTypes: ['application/json'], text: true } } as const;

/** Bytes that decompress to far more than any cap: 64 MiB of zeros. */
const ZEROS = Buffer.alloc(64 << 20);

const head = (status: string, headers: string) => `HTTP/1.1 ${status}\r\n${headers}\r\n`;

/** A whole answer with a right length. */
function whole(status: string, headers = '', body: string | Uint8Array = '') {
  return (socket: Socket) => {
    socket.write(head(status, `${headers}content-length: ${Buffer.byteLength(body)}\r\n`));
    socket.write(body);
  };
}

/** Writes text as it stands, and ends the connection when told to. */
const raw =
  (text: string | Uint8Array, end = false) =>
  (socket: Socket) => {
    socket.write(text);
    if (end) socket.end();
  };

/** Writes `piece` for ever, as fast as the other side reads or every `ms`. */
function endless(first: string, piece: (n: number) => string, ms?: number) {
  return (socket: Socket) => {
    socket.write(first);
    let count = 0;
    const more = (): void => {
      if (socket.destroyed) return;
      count += 1;
      const flowing = socket.write(piece(count));
      if (ms !== undefined) setTimeout(more, ms);
      else if (flowing) setImmediate(more);
      else socket.once('drain', more);
    };
    more();
  };
}

/** Header lines, many at a time: one by one, a machine under load is not done before they are late. */
const manyLines = (n: number) => Array.from({ length: 64 }, (_, i) => `x-${n}-${i}: y\r\n`).join('');

const redirect = (location: string, status = '302 Found') => whole(status, `location: ${location}\r\n`);
const packed = (coding: string, body: Uint8Array) =>
  whole('200 OK', `${JSON_TYPE}content-encoding: ${coding}\r\n`, body);
const fails = (code: string): Resolve => {
  return (name, answer) => answer(Object.assign(new Error(`${code} ${name}`), { code }), []);
};

const CONNECTION: readonly Fault[] = [
  { name: 'nothing listens', reason: 'connection-refused', url: () => 'http://127.0.0.1:1/' },
  { name: 'name unknown', reason: 'dns-not-found', url: () => 'http://nowhere.invalid/', resolve: fails('ENOTFOUND') },
  { name: 'name server down', reason: 'dns-failure', url: () => 'http://later.invalid/', resolve: fails('EAI_AGAIN') },
  {
    name: 'name without addresses',
    reason: 'dns-not-found',
    url: () => 'http://empty.invalid/',
    resolve: (_, answer) => answer(null, []),
  },
  {
    name: 'name server silent',
    reason: 'connect-timeout',
    url: () => 'http://silent.invalid/',
    resolve: () => undefined,
  },
  { name: 'silence from the start', reason: 'headers-timeout', connect: () => undefined },
  { name: 'reset at once', reason: 'connection-reset', connect: (socket) => socket.resetAndDestroy() },
  { name: 'closed at once', reason: 'connection-closed', connect: (socket) => socket.end() },
  { name: 'closed after the request', reason: 'connection-closed', serve: (socket) => socket.end() },
  { name: 'reset after the request', reason: 'connection-reset', serve: (socket) => socket.resetAndDestroy() },
  { name: 'banner of another protocol', reason: 'http-not-http', connect: raw('SSH-2.0-OpenSSH_9.2\r\n') },
  { name: 'noise', reason: 'http-not-http', serve: raw(Buffer.alloc(4_096, 0xa7)) },
  { name: 'HTTP 0.9', reason: 'http-not-http', serve: raw('<html>hello</html>', true) },
  {
    name: 'secure connection to a plain port',
    reason: 'tls-handshake',
    url: (port) => `https://127.0.0.1:${port}/`,
    connect: (socket) => socket.once('data', () => socket.end(head('400 Bad', ''))),
  },
];

const HEADERS: readonly Fault[] = [
  {
    name: 'headers a byte at a time',
    reason: 'headers-timeout',
    serve: endless('HTTP/1.1 200 OK\r\nx: ', () => 'a', 40),
  },
  {
    name: 'headers of one megabyte',
    reason: 'headers-too-large',
    serve: raw(head('200 OK', `x: ${'a'.repeat(1 << 20)}\r\n`)),
  },
  {
    name: 'endless headers',
    reason: 'headers-too-large',
    serve: endless('HTTP/1.1 200 OK\r\n', manyLines),
  },
  {
    name: 'endless status line',
    reason: 'headers-timeout',
    serve: endless('HTTP/1.1 200 ', () => 'OK '.repeat(400)),
  },
  {
    name: 'cookie flood',
    reason: 'headers-too-large',
    serve: endless('HTTP/1.1 200 OK\r\n', () => `set-cookie: a=${'b'.repeat(200)}\r\n`),
  },
  { name: 'header without colon', reason: 'http-header', serve: raw(head('200 OK', 'no colon here\r\n')) },
  { name: 'blank before the colon', reason: 'http-header', serve: raw(head('200 OK', 'x : y\r\n')) },
  { name: 'NUL in a header', reason: 'http-header', serve: raw(head('200 OK', 'x: a\0b\r\n')) },
  { name: 'carriage return alone', reason: 'http-line-end', serve: raw('HTTP/1.1 200 OK\r\nx: y\rz: w\r\n\r\n') },
  { name: 'version 3.7', reason: 'http-version', serve: raw('HTTP/3.7 200 OK\r\n\r\n') },
  { name: 'status of letters', reason: 'http-status-line', serve: raw('HTTP/1.1 abc OK\r\n\r\n') },
  { name: 'status of two digits', reason: 'http-status-line', serve: raw('HTTP/1.1 42 OK\r\n\r\n') },
  { name: 'status 999', reason: 'http-status-odd', serve: whole('999 Odd') },
  { name: 'partial content unasked', reason: 'http-status-odd', serve: whole('206 Partial Content') },
  { name: 'multiple choices', reason: 'http-status-odd', serve: whole('300 Multiple Choices') },
  {
    name: 'switching protocols unasked',
    reason: 'http-upgrade',
    serve: raw('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  },
  {
    name: 'endless early hints',
    reason: 'informational-flood',
    serve: endless('', () => 'HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n'),
  },
  {
    name: 'slow endless processing',
    reason: 'informational-flood',
    serve: endless('', () => 'HTTP/1.1 102 Processing\r\n\r\n', 10),
  },
  { name: 'not modified unasked', reason: 'http-304-unasked', serve: raw(head('304 Not Modified', '')) },
];

const LENGTHS: readonly Fault[] = [
  { name: 'negative length', reason: 'http-content-length', serve: raw(head('200 OK', 'content-length: -5\r\n')) },
  { name: 'length of 1e30', reason: 'http-content-length', serve: raw(head('200 OK', 'content-length: 1e30\r\n')) },
  {
    name: 'length beyond 64 bits',
    reason: 'http-content-length',
    serve: raw(head('200 OK', 'content-length: 99999999999999999999\r\n')),
  },
  {
    name: 'two lengths',
    reason: 'http-content-length',
    serve: raw(head('200 OK', 'content-length: 5\r\ncontent-length: 7\r\n')),
  },
  {
    name: 'length and chunks',
    reason: 'http-content-length',
    serve: raw(head('200 OK', 'content-length: 5\r\ntransfer-encoding: chunked\r\n')),
  },
  {
    name: 'declared over the limit',
    reason: 'body-declared-too-large',
    serve: raw(head('200 OK', `${JSON_TYPE}content-length: 9999999999\r\n`)),
  },
  {
    name: 'shorter than declared',
    reason: 'body-truncated',
    serve: raw(`${head('200 OK', 'content-length: 100\r\n')}{"a":`, true),
  },
  {
    name: 'chunk size of letters',
    reason: 'http-chunk',
    serve: raw(`${head('200 OK', 'transfer-encoding: chunked\r\n')}xyz\r\n`),
  },
  {
    name: 'chunk size beyond 64 bits',
    reason: 'http-chunk',
    serve: raw(`${head('200 OK', 'transfer-encoding: chunked\r\n')}ffffffffffffffffff\r\n`),
  },
  {
    name: 'chunks cut short',
    reason: 'body-truncated',
    serve: raw(`${head('200 OK', 'transfer-encoding: chunked\r\n')}20\r\nabc`, true),
  },
  {
    name: 'endless chunk extension',
    reason: 'body-idle',
    serve: endless(`${head('200 OK', 'transfer-encoding: chunked\r\n')}5;`, () => 'x'.repeat(1_000), 5),
  },
  {
    name: 'endless trailers',
    reason: 'headers-too-large',
    serve: endless(`${head('200 OK', 'transfer-encoding: chunked\r\n')}1\r\na\r\n0\r\n`, manyLines),
  },
];

const CHUNKS: readonly Fault[] = [
  {
    name: 'unknown transfer coding',
    reason: 'http-transfer-encoding',
    serve: raw(`${head('200 OK', 'transfer-encoding: chunked, snappy\r\n')}5\r\nhello`),
  },
  {
    name: 'chunk that runs over',
    reason: 'http-line-end',
    serve: raw(`${head('200 OK', 'transfer-encoding: chunked\r\n')}2\r\nabcdef\r\n0\r\n\r\n`),
  },
];

const BODIES: readonly Fault[] = [
  { name: 'endless body', reason: 'body-too-large', serve: endless(head('200 OK', ''), () => 'a'.repeat(16_384)) },
  {
    name: 'endless chunks',
    reason: 'body-too-large',
    serve: endless(head('200 OK', 'transfer-encoding: chunked\r\n'), () => `4000\r\n${'a'.repeat(16_384)}\r\n`),
  },
  {
    name: 'body a byte at a time',
    reason: 'deadline',
    serve: endless(head('200 OK', 'content-length: 9999\r\n'), () => 'a', 40),
  },
  { name: 'body that stops', reason: 'body-idle', serve: raw(`${head('200 OK', 'content-length: 9999\r\n')}abc`) },
  {
    name: 'reset within the body',
    reason: 'connection-reset',
    serve: (socket) => {
      socket.write(`${head('200 OK', 'content-length: 9999\r\n')}abc`, () =>
        setTimeout(() => socket.resetAndDestroy(), 30),
      );
    },
  },
  { name: 'gzip bomb', reason: 'decoded-too-large', serve: (socket) => packed('gzip', gzipSync(ZEROS))(socket) },
  {
    name: 'deflate bomb',
    reason: 'decoded-too-large',
    serve: (socket) => packed('deflate', deflateSync(ZEROS))(socket),
  },
  {
    name: 'raw deflate bomb',
    reason: 'decoded-too-large',
    serve: (socket) => packed('deflate', deflateRawSync(ZEROS))(socket),
  },
  {
    name: 'brotli bomb',
    reason: 'decoded-too-large',
    serve: (socket) => packed('br', brotliCompressSync(ZEROS, { params: { 1: 1 } }))(socket),
  },
  {
    name: 'gzip in gzip',
    reason: 'encoding-chain',
    serve: (socket) => packed('gzip, gzip', gzipSync(gzipSync(ZEROS)))(socket),
  },
  { name: 'two thousand codings', reason: 'encoding-chain', serve: packed('gzip,'.repeat(2_000), gzipSync('{}')) },
  { name: 'unknown coding', reason: 'encoding-unknown', serve: packed('snappy', Buffer.from('{}')) },
  {
    name: 'gzip cut short',
    reason: 'encoding-truncated',
    serve: packed('gzip', gzipSync('{"a":1}'.repeat(99)).subarray(0, 20)),
  },
  {
    name: 'gzip with a wrong sum',
    reason: 'encoding-corrupt',
    serve: packed('gzip', flipped(gzipSync('{"a":1}'.repeat(99)))),
  },
  { name: 'plain text called gzip', reason: 'encoding-corrupt', serve: packed('gzip', Buffer.from('{"a":1}')) },
  { name: 'noise called brotli', reason: 'encoding-corrupt', serve: packed('br', Buffer.alloc(999, 0xff)) },
  { name: 'noise called deflate', reason: 'encoding-corrupt', serve: packed('deflate', Buffer.alloc(999, 0x78)) },
  {
    name: 'a page instead of JSON',
    reason: 'content-type',
    serve: whole('200 OK', 'content-type: text/html\r\n', '<p>Sign in</p>'),
    ...wantsJson,
  },
  { name: 'no media type', reason: 'content-type-missing', serve: whole('200 OK', '', '{}'), ...wantsJson },
  {
    name: 'unknown charset',
    reason: 'charset-unknown',
    serve: whole('200 OK', 'content-type: application/json; charset=klingon\r\n', '{}'),
    ...wantsJson,
  },
  {
    name: 'UTF-16 unsaid',
    reason: 'charset-utf16',
    serve: whole('200 OK', JSON_TYPE, Buffer.from('\ufeff{"a":1}', 'utf16le')),
    ...wantsJson,
  },
  {
    name: 'broken UTF-8',
    reason: 'charset-invalid',
    serve: whole('200 OK', JSON_TYPE, Buffer.from([0x22, 0xc3, 0x28, 0x22])),
    ...wantsJson,
  },
  {
    name: 'half a surrogate pair',
    reason: 'charset-invalid',
    serve: whole('200 OK', JSON_TYPE, Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])),
    ...wantsJson,
  },
];

function flipped(bytes: Buffer): Buffer {
  const at = bytes.length - 6;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}

const REDIRECTS: readonly Fault[] = [
  { name: 'redirect to itself', reason: 'redirect-loop', serve: (socket, path) => redirect(path)(socket) },
  {
    name: 'redirects in a circle',
    reason: 'redirect-loop',
    serve: (socket, path) =>
      redirect(path.endsWith('?b') ? path.replace('?b', '?a') : `${path.split('?', 1)[0]}?b`)(socket),
  },
  {
    name: 'redirects without end',
    reason: 'redirect-limit',
    serve: (socket, path) => redirect(`${path.split('?', 1)[0]}?${path.length}${'a'.repeat(path.length % 97)}`)(socket),
  },
  { name: 'redirect without target', reason: 'redirect-no-location', serve: whole('302 Found') },
  { name: 'redirect to half a URL', reason: 'redirect-invalid', serve: redirect('http://[') },
  { name: 'redirect to a file', reason: 'redirect-scheme', serve: redirect('file:///etc/passwd') },
  { name: 'redirect to script', reason: 'redirect-scheme', serve: redirect('javascript:alert(1)') },
  { name: 'redirect to data', reason: 'redirect-scheme', serve: redirect('data:application/json,{}') },
  { name: 'redirect to gopher', reason: 'redirect-scheme', serve: redirect('gopher://127.0.0.1/_x') },
  {
    name: 'redirect with a password',
    reason: 'redirect-userinfo',
    serve: redirect('http://admin:secret@example.org/'),
  },
  { name: 'redirect of ten kilobytes', reason: 'url-too-long', serve: redirect(`/${'a'.repeat(10_000)}`) },
  { name: 'redirect to loopback', reason: 'private-address', serve: redirect('http://127.0.0.1/') },
  { name: 'redirect to a spelt-out loopback', reason: 'private-address', serve: redirect('http://0x7f.1/') },
  {
    name: 'redirect to the metadata service',
    reason: 'private-address',
    serve: redirect('http://169.254.169.254/latest/'),
  },
  { name: 'redirect to another port', reason: 'url-port', serve: redirect('http://127.0.0.1:22/') },
  {
    name: 'redirect to a name inside',
    reason: 'private-answer',
    serve: redirect('http://inside.example/'),
    resolve: (_, answer) => answer(null, [{ address: '10.0.0.7', family: 4 }]),
  },
  {
    name: 'redirect of a posted body',
    reason: 'redirect-method',
    serve: redirect('http://example.org/', '307 Temporary'),
    request: { method: 'POST', body: '{}' },
  },
];

const STATUSES: readonly Fault[] = [
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 410, 418, 429, 451, 500, 501, 502, 503, 504, 520, 599].map(
    (status) => ({
      name: `status ${status}`,
      reason: `http-${status}`,
      serve: whole(`${status} No`, '', 'no'),
    }),
  ),
  { name: 'come back in a year', reason: 'http-429', serve: whole('429 Slow', 'retry-after: 31536000\r\n') },
  {
    name: 'come back in the year 9999',
    reason: 'http-503',
    serve: whole('503 Busy', 'retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n'),
  },
  { name: 'endless error page', reason: 'http-500', serve: endless(head('500 Broken', ''), () => 'a'.repeat(16_384)) },
];

/** Every fault of the server. */
export const FAULTS: readonly Fault[] = [
  ...CONNECTION,
  ...HEADERS,
  ...LENGTHS,
  ...CHUNKS,
  ...BODIES,
  ...REDIRECTS,
  ...STATUSES,
];

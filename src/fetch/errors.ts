import type { Failure } from '../model/manifest.ts';
import { failure, type REASONS } from './reasons.ts';
import { FetchError } from './types.ts';

type Known = keyof typeof REASONS;

/** Codes of Node and undici, each with our word. What no line names is `network-error`. */
const CODES: Readonly<Record<string, Known>> = {
  ENOTFOUND: 'dns-not-found',
  ENODATA: 'dns-not-found',
  EAI_AGAIN: 'dns-failure',
  EAI_FAIL: 'dns-failure',
  ESERVFAIL: 'dns-failure',
  ECONNREFUSED: 'connection-refused',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  ETIMEDOUT: 'connect-timeout',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  EPROTO: 'tls-handshake',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  UND_ERR_HEADERS_TIMEOUT: 'headers-timeout',
  UND_ERR_BODY_TIMEOUT: 'body-idle',
  UND_ERR_HEADERS_OVERFLOW: 'headers-too-large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'body-truncated',
  UND_ERR_DESTROYED: 'client-closed',
  UND_ERR_CLOSED: 'client-closed',
};

/**
 * What undici's HTTP parser says, each with our word, first match wins: its errors carry no code (undici 7.30 looks
 * their numbers up in a table of names), so the parser's own phrase is what there is to read. The tests hold each line.
 */
const PARSER_PHRASES: readonly (readonly [string, Known])[] = [
  ['Expected HTTP/', 'http-not-http'],
  ['HTTP version', 'http-version'],
  ['status code', 'http-status-line'],
  ['chunk size', 'http-chunk'],
  ['Chunk size', 'http-chunk'],
  ['Content-Length', 'http-content-length'],
  ['Transfer-Encoding', 'http-transfer-encoding'],
  ['Expected LF', 'http-line-end'],
  ['Missing expected', 'http-line-end'],
  ['header', 'http-header'],
];

/** Turns whatever a request threw into a failure. `sawHeaders` tells a missing answer from a broken one. */
export function failureOf(error: unknown, url: string, sawHeaders: boolean): Failure {
  if (error instanceof FetchError) return error.failure;
  if (!(error instanceof Error)) return failure('network-error', url);
  if (error.cause instanceof FetchError) return error.cause.failure;
  const code = 'code' in error ? String(error.code) : '';
  if (error.message === 'bad upgrade') return failure('http-upgrade', url);
  if (code === 'UND_ERR_SOCKET') return failure(sawHeaders ? 'body-truncated' : 'connection-closed', url);
  // Before the headers are through, a mismatch is one within them: two lengths, a length beside chunks, no number.
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' && !sawHeaders) return failure('http-content-length', url);
  if (error.name === 'HTTPParserError') return parserFailure(error, url);
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (known !== undefined) return failure(known, url);
  if (isCertificateError(code)) return failure('tls-certificate', `${code} from ${url}`);
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_'))
    return failure('tls-handshake', `${code} from ${url}`);
  return failure('network-error', `${code === '' ? error.message : code} from ${url}`);
}

function parserFailure(error: Error, url: string): Failure {
  const phrase = PARSER_PHRASES.find(([part]) => error.message.includes(part));
  return failure(phrase?.[1] ?? 'http-syntax', `${error.message.slice(0, 200)} from ${url}`);
}

function isCertificateError(code: string): boolean {
  return (
    code === 'ERR_TLS_CERT_ALTNAME_INVALID' ||
    /(?:^CERT_|^CRL_|_CERT(?:_|$)|^INVALID_(?:CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|^HOSTNAME_MISMATCH$)/u.test(code)
  );
}

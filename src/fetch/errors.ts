import type { Failure } from '../model/manifest.ts';
import { failure, type REASONS } from './reasons.ts';
import { FetchError } from './types.ts';

type Known = keyof typeof REASONS;

/** Codes of Node, undici and its HTTP parser, each with our word. What no line names is `network-error`. */
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
  HPE_INVALID_CONSTANT: 'http-not-http',
  HPE_INVALID_VERSION: 'http-version',
  HPE_INVALID_STATUS: 'http-status-line',
  HPE_INVALID_HEADER_TOKEN: 'http-header',
  HPE_INVALID_CONTENT_LENGTH: 'http-content-length',
  HPE_UNEXPECTED_CONTENT_LENGTH: 'http-length-conflict',
  HPE_INVALID_TRANSFER_ENCODING: 'http-transfer-encoding',
  HPE_INVALID_CHUNK_SIZE: 'http-chunk',
  HPE_STRICT: 'http-line-end',
  HPE_CR_EXPECTED: 'http-line-end',
  HPE_LF_EXPECTED: 'http-line-end',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

/** Turns whatever a request threw into a failure. `sawHeaders` tells a missing answer from a broken one. */
export function failureOf(error: unknown, url: string, sawHeaders: boolean): Failure {
  if (error instanceof FetchError) return error.failure;
  if (!(error instanceof Error)) return failure('network-error', url);
  if (error.cause instanceof FetchError) return error.cause.failure;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'UND_ERR_SOCKET') return failure(sawHeaders ? 'body-truncated' : 'connection-closed', url);
  if (error.message === 'bad upgrade') return failure('http-upgrade', url);
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (known !== undefined) return failure(known, url);
  if (code.startsWith('HPE_')) return failure('http-syntax', `${code} from ${url}`);
  if (isCertificateError(code)) return failure('tls-certificate', `${code} from ${url}`);
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_'))
    return failure('tls-handshake', `${code} from ${url}`);
  return failure('network-error', `${code === '' ? error.message : code} from ${url}`);
}

function isCertificateError(code: string): boolean {
  return (
    code === 'ERR_TLS_CERT_ALTNAME_INVALID' ||
    /(?:^CERT_|^CRL_|_CERT(?:_|$)|^INVALID_(?:CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|^HOSTNAME_MISMATCH$)/u.test(code)
  );
}

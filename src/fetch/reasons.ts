import type { Failure } from '../model/manifest.ts';
import type { FailureOutcome } from '../model/visit.ts';
import { FetchError } from './types.ts';

interface ReasonInfo {
  readonly outcome: FailureOutcome;
  /** A sentence for people, without its full stop; the detail follows in brackets. */
  readonly text: string;
  /** The same request may well succeed in a moment: it is tried again a few times. */
  readonly transient?: true;
}

/**
 * Every way in which a request ends without an answer: one stable word each, with its outcome. Reports, statistics and
 * tests use these words, so a word is never given another meaning; `http-NNN` stands for a status, see `statusReason`.
 */
export const REASONS = {
  // The address itself.
  'url-invalid': { outcome: 'malformed', text: 'the address is not a URL' },
  'url-scheme': { outcome: 'refused', text: 'only http and https addresses are fetched' },
  'url-userinfo': { outcome: 'refused', text: 'the address carries a user name or password' },
  'url-too-long': { outcome: 'too-large', text: 'the address is too long' },
  'url-port': { outcome: 'refused', text: 'only ports 80 and 443 are fetched from crawled data' },
  'private-address': { outcome: 'refused', text: 'the address is not a public one' },
  'private-answer': { outcome: 'refused', text: 'the name resolves to an address that is not public' },
  'private-peer': { outcome: 'refused', text: 'the connection ended at an address that is not public' },

  // Reaching it.
  'dns-not-found': { outcome: 'unreachable', text: 'the name does not resolve' },
  'dns-failure': { outcome: 'unreachable', text: 'the name could not be resolved now', transient: true },
  'connection-refused': { outcome: 'unreachable', text: 'nothing listens at the address' },
  'no-route': { outcome: 'unreachable', text: 'the network has no way to the address' },
  'connect-timeout': { outcome: 'timed-out', text: 'no connection in time' },
  'connection-reset': { outcome: 'unreachable', text: 'the connection was reset', transient: true },
  'connection-closed': { outcome: 'unreachable', text: 'the connection was closed before an answer', transient: true },
  'tls-certificate': { outcome: 'unreachable', text: 'the certificate is not valid for the address' },
  'tls-handshake': { outcome: 'unreachable', text: 'no secure connection could be agreed on' },
  'network-error': { outcome: 'unreachable', text: 'the request failed' },
  aborted: { outcome: 'unreachable', text: 'the request was called off' },
  'client-closed': { outcome: 'unreachable', text: 'the client was closed' },

  // Time.
  'headers-timeout': { outcome: 'timed-out', text: 'no complete headers in time' },
  'body-idle': { outcome: 'timed-out', text: 'the body stopped coming' },
  deadline: { outcome: 'timed-out', text: 'the whole request took too long' },

  // The form of the answer.
  'headers-too-large': { outcome: 'too-large', text: 'the headers are over the limit' },
  'informational-flood': { outcome: 'malformed', text: 'too many interim answers' },
  'http-upgrade': { outcome: 'malformed', text: 'the server switched to another protocol unasked' },
  'http-not-http': { outcome: 'malformed', text: 'the answer is not HTTP' },
  'http-version': { outcome: 'malformed', text: 'the HTTP version is not one' },
  'http-status-line': { outcome: 'malformed', text: 'the status line is broken' },
  'http-header': { outcome: 'malformed', text: 'a header is broken' },
  'http-content-length': { outcome: 'malformed', text: 'the declared length is not one length' },
  'http-transfer-encoding': { outcome: 'malformed', text: 'the transfer coding is not known' },
  'http-chunk': { outcome: 'malformed', text: 'a chunk is broken' },
  'http-line-end': { outcome: 'malformed', text: 'a line does not end as HTTP lines do' },
  'http-syntax': { outcome: 'malformed', text: 'the answer breaks the rules of HTTP' },
  'http-status-odd': { outcome: 'malformed', text: 'the status is not one that answers this request' },
  'http-304-unasked': { outcome: 'malformed', text: 'not modified, though nothing was asked conditionally' },
  'body-truncated': { outcome: 'malformed', text: 'the body ended before its declared end' },
  'body-too-large': { outcome: 'too-large', text: 'the body is over the limit' },
  'body-declared-too-large': { outcome: 'too-large', text: 'the declared length is over the limit' },
  'decoded-too-large': { outcome: 'too-large', text: 'the decompressed body is over the limit' },
  'encoding-chain': { outcome: 'malformed', text: 'the body is compressed more than once' },
  'encoding-unknown': { outcome: 'malformed', text: 'the compression is not known' },
  'encoding-corrupt': { outcome: 'malformed', text: 'the compressed body is broken' },
  'encoding-truncated': { outcome: 'malformed', text: 'the compressed body ends too early' },
  'content-type': { outcome: 'malformed', text: 'the answer is of another media type' },
  'content-type-missing': { outcome: 'malformed', text: 'the answer names no media type' },
  'charset-unknown': { outcome: 'malformed', text: 'the charset is not known' },
  'charset-utf16': { outcome: 'malformed', text: 'the text is UTF-16 where UTF-8 is due' },
  'charset-invalid': { outcome: 'malformed', text: 'the bytes are no text in their charset' },

  // Redirects.
  'redirect-no-location': { outcome: 'malformed', text: 'a redirect leads nowhere' },
  'redirect-invalid': { outcome: 'malformed', text: 'a redirect leads to something that is not a URL' },
  'redirect-scheme': { outcome: 'refused', text: 'a redirect leads away from http' },
  'redirect-downgrade': { outcome: 'refused', text: 'a redirect leads from https to http' },
  'redirect-userinfo': { outcome: 'refused', text: 'a redirect carries a user name or password' },
  'redirect-loop': { outcome: 'malformed', text: 'the redirects go round in a circle' },
  'redirect-limit': { outcome: 'too-large', text: 'too many redirects' },
  'redirect-method': { outcome: 'refused', text: 'a redirect would send the request body elsewhere' },

  // Manners.
  robots: { outcome: 'refused', text: 'robots.txt does not allow it' },
  'robots-unreachable': { outcome: 'refused', text: 'robots.txt could not be read, which counts as not allowed' },
  'rate-limited': { outcome: 'rate-limited', text: 'the host asked to come back later' },
  'host-paused': { outcome: 'rate-limited', text: 'the host asked earlier to come back later' },
} as const satisfies Readonly<Record<string, ReasonInfo>>;

/** A stable word for why a request brought no answer. */
export type Reason = keyof typeof REASONS | `http-${number}`;

/** What a status without a reason of its own means; the first line whose bounds hold. */
const STATUS_OUTCOMES: readonly (readonly [number, number, FailureOutcome, string])[] = [
  [401, 401, 'gated', 'asks for authentication'],
  [402, 402, 'gated', 'asks for payment'],
  [403, 403, 'gated', 'forbids it without authentication'],
  [404, 404, 'not-found', 'has nothing at this address'],
  [407, 407, 'gated', 'asks for authentication at a proxy'],
  [408, 408, 'timed-out', 'waited too long for the request'],
  [410, 410, 'removed', 'says that this is gone for good'],
  [429, 429, 'rate-limited', 'asks to come back later'],
  [451, 451, 'removed', 'may not show this for legal reasons'],
  [400, 499, 'malformed', 'does not take the request'],
  [500, 599, 'unreachable', 'has an error of its own'],
];

/** Statuses that may be gone at the next try. */
const TRANSIENT_STATUSES: ReadonlySet<string> = new Set(['http-408', 'http-502', 'http-503', 'http-504']);

/** Makes the failure for a status outside of the accepted ones. */
export function statusFailure(status: number, url: string, notBefore?: number): Failure {
  const line = STATUS_OUTCOMES.find(([from, to]) => status >= from && status <= to);
  if (line === undefined) return failure('http-status-odd', `${status} from ${url}`);
  const later = notBefore !== undefined && status === 503;
  return {
    kind: 'failed',
    outcome: later ? 'rate-limited' : line[2],
    reason: `http-${status}`,
    message: `The server ${line[3]} (${status} from ${url}).`,
    ...(notBefore === undefined ? {} : { notBefore }),
  };
}

/** Makes a failure from the table; `detail` says which address, limit or value. */
export function failure(reason: keyof typeof REASONS, detail: string, notBefore?: number): Failure {
  const info: ReasonInfo = REASONS[reason];
  const text = `${info.text.charAt(0).toUpperCase()}${info.text.slice(1)}`;
  return {
    kind: 'failed',
    outcome: info.outcome,
    reason,
    message: `${text} (${detail}).`,
    ...(notBefore === undefined ? {} : { notBefore }),
  };
}

/** The same as an exception, for places that have no return value. */
export function fetchError(reason: keyof typeof REASONS, detail: string, cause?: unknown): FetchError {
  return new FetchError(failure(reason, detail), cause === undefined ? undefined : { cause });
}

/** Whether the same request may succeed in a moment. */
export function isTransient(reason: string): boolean {
  const table: Readonly<Record<string, ReasonInfo>> = REASONS;
  return TRANSIENT_STATUSES.has(reason) || (Object.hasOwn(table, reason) && table[reason]?.transient === true);
}

import type { Failure } from '../model/manifest.ts';
import { refuseTarget } from './guard.ts';
import { failure } from './reasons.ts';
import { FetchError, type Trust } from './types.ts';

/** Longest address that is fetched, in characters: servers refuse longer ones. */
export const MAX_URL = 8_192;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Reads an address and refuses what no connection would be tried for. The connector checks again what it dials. */
export function checkUrl(text: string, trust: Trust, exempt: ReadonlySet<string>): URL | Failure {
  if (text.length > MAX_URL) return failure('url-too-long', `${text.slice(0, 100)}…`);
  const url = parseUrl(text);
  if (url === undefined) return failure('url-invalid', text.slice(0, 200));
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return failure('url-scheme', url.protocol);
  if (url.username !== '' || url.password !== '') return failure('url-userinfo', url.host);
  if (url.hostname === '') return failure('url-invalid', text.slice(0, 200));
  if (trust === 'operator' || exempt.has(endpointOf(url))) return url;
  const refusal = refuseTarget(url.hostname, Number(portOf(url)));
  return refusal instanceof FetchError ? refusal.failure : url;
}

/** A URL, or undefined. Not by `URL.canParse`: on Node 20, with a base, it says yes to some texts that the constructor refuses. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** Where a redirect leads, or why it is not followed. */
export function redirectTarget(from: URL, location: string | undefined): URL | Failure {
  if (location === undefined || location === '') return failure('redirect-no-location', from.href);
  if (location.length > MAX_URL) return failure('url-too-long', `${location.slice(0, 100)}…`);
  const to = parseUrl(location, from.href);
  if (to === undefined) return failure('redirect-invalid', location.slice(0, 200));
  to.hash = '';
  if (to.protocol !== 'http:' && to.protocol !== 'https:') return failure('redirect-scheme', to.protocol);
  if (from.protocol === 'https:' && to.protocol === 'http:') return failure('redirect-downgrade', to.href);
  if (to.username !== '' || to.password !== '') return failure('redirect-userinfo', to.host);
  return to;
}

/** `PROTOCOL//HOST:PORT` with the port always written out and IPv6 without brackets, as a connector names it. */
export function endpointOf(url: URL): string {
  return `${url.protocol}//${url.hostname.replace(/^\[|\]$/gu, '')}:${portOf(url)}`;
}

function portOf(url: URL): string {
  return url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? '') : url.port;
}

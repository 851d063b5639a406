import type { Validators } from '../model/visit.ts';
import { ACCEPT_ENCODING } from './body.ts';
import type { FetchRequest } from './types.ts';

/** Longest validator that is kept: it is sent back and stored. */
const MAX_VALIDATOR = 512;

/**
 * Headers of one hop. What the caller gave, and the validators of the last answer, go to the first origin only: another
 * one has not given them and must not learn them.
 */
export function requestHeaders(request: FetchRequest, userAgent: string, sameOrigin: boolean): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': userAgent,
    accept: request.accept ?? '*/*',
    'accept-encoding': ACCEPT_ENCODING,
  };
  if (!sameOrigin) return headers;
  const { etag, lastModified } = request.validators ?? {};
  if (etag !== undefined) headers['if-none-match'] = etag;
  if (lastModified !== undefined) headers['if-modified-since'] = lastModified;
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  return headers;
}

/** Validators that an answer gives for the next time. What could not be sent back in a header is left out. */
export function validatorsOf(headers: ReadonlyMap<string, string>): Validators {
  const etag = usable(headers.get('etag'));
  const lastModified = usable(headers.get('last-modified'));
  const validators: { -readonly [Key in keyof Validators]: Validators[Key] } = {};
  if (etag !== undefined) validators.etag = etag;
  if (lastModified !== undefined) validators.lastModified = lastModified;
  return validators;
}

function usable(value: string | undefined): string | undefined {
  return value !== undefined && value.length <= MAX_VALIDATOR && /^[\x20-\x7e]+$/u.test(value) ? value : undefined;
}

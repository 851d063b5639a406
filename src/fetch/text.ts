import { TextDecoder } from 'node:util';
import type { Failure } from '../model/manifest.ts';
import { failure } from './reasons.ts';
import type { Fetched } from './types.ts';

/** Media type of an answer, lower case, without parameters; empty when there is none. */
export function mediaType(headers: ReadonlyMap<string, string>): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Whether a media type is one of those asked for; `application/*+json` stands for every such suffix. */
export function acceptsType(type: string, accepted: readonly string[]): boolean {
  return accepted.some((one) => {
    const star = one.indexOf('*');
    if (star < 0) return type === one;
    return type.length >= one.length && type.startsWith(one.slice(0, star)) && type.endsWith(one.slice(star + 1));
  });
}

/**
 * The text of an answer, in the charset that it declares, else UTF-8; a byte-order mark is taken off.
 *
 * Fails with `charset-unknown`, `charset-utf16` (undeclared, told by its mark or its zero bytes) or `charset-invalid`.
 */
export function textOf(answer: Pick<Fetched, 'headers' | 'body' | 'url'>): string | Failure {
  const label = /charset\s*=\s*"?([^";\s]+)/iu.exec(answer.headers.get('content-type') ?? '')?.[1];
  const { body, url } = answer;
  if (label === undefined && looksUtf16(body)) return failure('charset-utf16', url);
  const decoder = decoderFor(label ?? 'utf-8');
  if (decoder === undefined) return failure('charset-unknown', `${label?.slice(0, 40)} from ${url}`);
  try {
    return decoder.decode(body);
  } catch {
    return failure('charset-invalid', `${decoder.encoding} from ${url}`);
  }
}

function looksUtf16(body: Uint8Array): boolean {
  const [a, b] = body;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  return body.byteLength >= 2 && (a === 0) !== (b === 0);
}

function decoderFor(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    return undefined;
  }
}

import type * as z from 'zod';
import { explain } from '../../model/explain.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Failure } from '../../model/manifest.ts';
import type { SourceWorld } from '../source.ts';

/** A JSON answer of the expected form. */
export interface JsonAnswer<Value> {
  readonly kind: 'json';
  readonly value: Value;
}

/**
 * Fetches JSON from an address that the operator configured, and checks its form.
 *
 * Every fault is a `Failure` that names the address without its query.
 */
export async function fetchJson<Schema extends z.ZodType>(
  url: string,
  schema: Schema,
  world: SourceWorld,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer<z.infer<Schema>> | Failure> {
  const fetched = await world.client.fetch({
    url,
    trust: 'operator',
    accept: 'application/json',
    headers,
    maxBytes: LIMITS.manifestBytes,
    ...(world.signal === undefined ? {} : { signal: world.signal }),
  });
  if (fetched.kind === 'failed') return fetched;
  const shown = url.replace(/\?.*$/su, '');
  if (fetched.kind === 'not-modified') return malformed('not-modified', `${shown} answered "not modified" unasked`);
  const parsed = parse(fetched.body);
  if (parsed === undefined) return malformed('json-syntax', `${shown} did not answer with JSON`);
  const checked = schema.safeParse(parsed.value);
  if (checked.success) return { kind: 'json', value: checked.data };
  return malformed('json-shape', `${shown} answered in another form: ${explain(checked.error).split('\n')[0]}`);
}

function parse(body: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder().decode(body)) };
  } catch {
    return undefined;
  }
}

function malformed(reason: string, message: string): Failure {
  return { kind: 'failed', outcome: 'malformed', reason, message };
}

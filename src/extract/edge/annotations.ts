import type { Annotations, Json, JsonObject } from '../../model/tool.ts';
import { field, objectOf } from './value.ts';

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;

/** How Azure's consolidated list spells the hints: `toolMetadata: {destructive: {value: true}}`. */
const METADATA_HINTS = {
  readOnly: 'readOnlyHint',
  destructive: 'destructiveHint',
  idempotent: 'idempotentHint',
  openWorld: 'openWorldHint',
} as const;

/** The hints of one listed tool. */
export interface Hints {
  readonly annotations?: Annotations;
  /** Why what stands in their place is no hint. */
  readonly note?: string;
}

/**
 * Reads the hints that a listed tool claims. A hint that is `null` was not given. An object without any hint is none:
 * authors pass schemas and serialised Zod objects where annotations belong.
 */
export function hintsOf(entry: JsonObject): Hints {
  const given = field(entry, 'annotations');
  if (given === undefined && field(entry, 'toolMetadata') === undefined) return {};
  const annotations = fromHints(given) ?? fromMetadata(field(entry, 'toolMetadata'));
  if (annotations !== undefined) return { annotations };
  const object = objectOf(given);
  if (object === undefined || Object.values(object).every((value) => value === null)) return {};
  return { note: 'the annotations are another object, not hints' };
}

function fromHints(given: Json | undefined): Annotations | undefined {
  const found: { -readonly [Key in keyof Annotations]: Annotations[Key] } = {};
  for (const hint of HINTS) {
    const value = field(given, hint);
    if (typeof value === 'boolean') found[hint] = value;
  }
  const title = field(given, 'title');
  if (typeof title === 'string') found.title = title;
  return Object.keys(found).length === 0 ? undefined : found;
}

function fromMetadata(given: Json | undefined): Annotations | undefined {
  const found: { -readonly [Key in keyof Annotations]: Annotations[Key] } = {};
  for (const [from, hint] of Object.entries(METADATA_HINTS)) {
    const value = field(field(given, from), 'value');
    if (typeof value === 'boolean') found[hint] = value;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

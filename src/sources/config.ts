import { parseDocument } from 'yaml';
import * as z from 'zod';
import { explain } from '../model/explain.ts';
import type { Failure, Listed } from '../model/manifest.ts';
import { sources } from './index.ts';
import type { Source, SourceWorld } from './source.ts';

/** One entry of the sources file, checked against its source's own schema. */
export interface ConfiguredSource {
  readonly source: Source;
  /** The source's id; from the second entry of a source on with its number: `files-2`. */
  readonly name: string;
  list(world: SourceWorld): AsyncIterable<Listed | Failure>;
  /** Origins of the URLs in the settings: the operator named them, so they may have any address. */
  readonly origins: readonly string[];
}

/** Thrown for a sources file that cannot be used; the message names the entry and what to change. */
export class SourcesError extends Error {
  override readonly name = 'SourcesError';
}

const Entry = z.looseObject({ source: z.string(), enabled: z.boolean().default(true) });
const File = z.strictObject({ sources: z.array(Entry).min(1) });

/**
 * Reads a sources file (`data/sources.yaml`): YAML, `{sources: [{source: ID, …settings}]}`, strict in every part. An
 * entry with `enabled: false` is checked and left out.
 *
 * @throws SourcesError
 */
export function readSources(text: string, fileName: string): readonly ConfiguredSource[] {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new SourcesError(`${fileName} is not valid YAML: ${error.message}`);
  const file = File.safeParse(document.toJS());
  if (!file.success) throw new SourcesError(`${fileName}: ${explain(file.error)}`);
  const seen = new Map<string, number>();
  return file.data.sources.flatMap(({ source: id, enabled, ...settings }, index) => {
    const source = sources.find((one) => one.id === id);
    if (source === undefined) {
      const known = sources.map((one) => one.id).join(', ');
      throw new SourcesError(`${fileName}: sources[${index}] has the unknown source "${id}"; known are ${known}`);
    }
    const checked = source.settings.safeParse(settings);
    if (!checked.success) {
      throw new SourcesError(`${fileName}: sources[${index}] (${id}): ${explain(checked.error)}`);
    }
    const number = (seen.get(id) ?? 0) + 1;
    seen.set(id, number);
    if (!enabled) return [];
    const name = number === 1 ? id : `${id}-${number}`;
    return [{ source, name, origins: originsOf(settings), list: (world) => source.list(checked.data, world) }];
  });
}

function originsOf(value: unknown): readonly string[] {
  if (typeof value === 'string')
    return /^https?:\/\//iu.test(value) && URL.canParse(value) ? [new URL(value).origin] : [];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap(originsOf))].sort();
}

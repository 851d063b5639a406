import type * as z from 'zod';
import type { HttpClient } from '../fetch/types.ts';
import type { Failure, Listed } from '../model/manifest.ts';

/** What a source may use of the world. */
export interface SourceWorld {
  readonly client: Pick<HttpClient, 'fetch'>;
  npmRegistry(packageName: string): { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** Folder that relative paths in the settings are relative to: where the sources file is. */
  readonly root: string;
  /** Reads a file, or lists a folder recursively (sorted); the only way to the disk. */
  readFile(path: string): Promise<Uint8Array>;
  listFiles(path: string): Promise<readonly string[]>;
  /** Instant of the last complete listing of this source, epoch milliseconds, for a delta. */
  readonly since?: number;
  readonly signal?: AbortSignal;
}

/** A place that lists servers. One entry of `data/sources.yaml` is `{source: ID, …settings}`. */
export interface Source<Settings extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly title: string;
  readonly homepage: string;
  /** Strict schema of its settings in sources.yaml. */
  readonly settings: Settings;
  /** It lists only what is newer than `since` where that is given; absent: a listing is always whole. */
  readonly delta?: true;
  /** Yields servers; a `Failure` is yielded where a page could not be read, and ends the listing. */
  list(settings: z.infer<Settings>, world: SourceWorld): AsyncIterable<Listed | Failure>;
}

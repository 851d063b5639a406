import Database from 'better-sqlite3';
import type { ServerId } from '../model/id.ts';
import type { ChangeRecord, ServerRecord, ToolRecord } from '../model/rows.ts';
import { Group, type Step } from './group.ts';
import { countOutcomes, type ManifestRecord, type OutcomeCount, readManifests } from './manifests.ts';
import { type MethodShare, methodSharesOf, type Observation, observationsOf } from './observations.ts';
import { openDatabase } from './open.ts';
import {
  type ChangeFilter,
  type Counts,
  mostSevere,
  type Resolved,
  readChanges,
  readCounts,
  readServer,
  readServers,
  readTool,
  readTools,
  resolveServer,
  searchTools,
  type ToolFilter,
} from './read.ts';
import { type RunRecord, readRuns, type SourceState, sourceStates } from './runs.ts';
import { SearchQueue } from './search-queue.ts';
import { suggestSearches } from './search-suggest.ts';
import { Sql } from './sql.ts';
import { stampOf, toolStampsOf } from './stamps.ts';
import { beginRun, type RunOptions, type RunWriter } from './writer.ts';

const DEFAULT_HITS = 50;
const DEFAULT_RUNS = 100;

/** The catalogue, for reading. Iterators read pages as they go; rows are plain and stay valid after `close`. */
export interface Catalogue {
  readonly path: string;
  /** All servers, by id. */
  servers(): IterableIterator<ServerRecord>;
  /** One server, by its canonical id or an alias. */
  server(id: string): ServerRecord | undefined;
  /** Current tools of one server (canonical id or alias), by name. */
  toolsOf(id: string): IterableIterator<ToolRecord>;
  tool(id: string, name: string): ToolRecord | undefined;
  /** Another text whenever a current tool of a server (canonical id) or one of its changes is; cheaper than reading them. */
  stampOf(id: ServerId): string;
  /** The same for each current tool of a server (canonical id), ascending by name. */
  toolStampsOf(id: ServerId): ReadonlyMap<string, string>;
  /** Tools that pass a filter, by server and name. */
  tools(filter?: ToolFilter): IterableIterator<ToolRecord>;
  /** Tools that fit a text, names first. Any text is a valid question. Default limit 50. */
  search(text: string, filter?: ToolFilter, limit?: number): readonly ToolRecord[];
  /** What a question without an answer may have meant; empty when nothing is near. */
  suggest(text: string): readonly string[];
  /** Every observation of one tool with its definition, the current one first. */
  observations(id: string, name: string): readonly Observation[];
  /** How the lists of several methods overlap: of one server, or of all that have more than one method. */
  methodShares(id?: string): readonly MethodShare[];
  /** The worst tools: severity, then category, then server and name. */
  mostSevere(limit: number): readonly ToolRecord[];
  /** Newest first. */
  changes(filter?: ChangeFilter): IterableIterator<ChangeRecord>;
  /** Reads `SERVER`, `SERVER#TOOL` or `SERVER/TOOL`. */
  resolveServer(text: string): Resolved | undefined;
  /** Newest first. Default limit 100. */
  runs(limit?: number): readonly RunRecord[];
  /** How the newest listing of each source ended, by source. */
  sources(): readonly SourceState[];
  /** Every manifest that was visited, by locator, whether it speaks of servers or of none. */
  manifests(): IterableIterator<ManifestRecord>;
  /** How many manifests that sources list ended how, at their last visit. */
  outcomes(): readonly OutcomeCount[];
  counts(): Counts;
  /** The database handle, for the store's own modules and its tests. */
  readonly sql: Sql;
  close(): void;
}

/** The catalogue, for one writer. */
export interface WritableCatalogue extends Catalogue {
  /** Starts a run: everything is written through it. */
  begin(options: RunOptions): RunWriter;
}

export interface CatalogueOptions<Mode extends 'read' | 'write'> {
  readonly mode: Mode;
  /** Epoch milliseconds. */
  now(): number;
  /** A missing file is an error, also for writing. */
  readonly mustExist?: boolean;
  /** Called at every named step of a write, for tests of crashes. */
  readonly step?: Step;
  /** `OFF` loses data when the power fails: for the control of the power-loss test alone. */
  readonly synchronous?: 'FULL' | 'OFF';
}

/** Opens the catalogue at a path. `write` makes it when it is missing. Throws `StoreError`. */
export function openCatalogue(path: string, options: CatalogueOptions<'write'>): WritableCatalogue;
export function openCatalogue(path: string, options: CatalogueOptions<'read'>): Catalogue;
export function openCatalogue(path: string, options: CatalogueOptions<'read' | 'write'>): WritableCatalogue {
  const handle = openDatabase(path, options);
  const sql = new Sql(handle, path);
  const search = new SearchQueue(sql);
  const group = new Group(sql, search, options.step ?? (() => {}));
  const toolsOf = (id: string) => {
    const serverId: ServerId = readServer(sql, id)?.id ?? id;
    return readTools(sql, { serverId });
  };
  return {
    path,
    sql,
    servers: () => readServers(sql),
    server: (id) => readServer(sql, id),
    toolsOf,
    tool: (id, name) => readTool(sql, id, name),
    stampOf: (id) => stampOf(sql, id),
    toolStampsOf: (id) => toolStampsOf(sql, id),
    tools: (filter) => readTools(sql, filter),
    search: (text, filter = {}, limit = DEFAULT_HITS) => searchTools(sql, text, filter, limit),
    suggest: (text) => suggestSearches(sql, text),
    observations: (id, name) => observationsOf(sql, id, name),
    methodShares: (id) => methodSharesOf(sql, id),
    mostSevere: (limit) => mostSevere(sql, limit),
    changes: (filter) => readChanges(sql, filter),
    resolveServer: (text) => resolveServer(sql, text),
    runs: (limit = DEFAULT_RUNS) => readRuns(sql, limit),
    sources: () => sourceStates(sql),
    manifests: () => readManifests(sql),
    outcomes: () => countOutcomes(sql),
    counts: () => readCounts(sql),
    begin: (run) => beginRun(sql, group, search, options.now, run),
    close: () => {
      group.flush();
      handle.close();
    },
  };
}

/**
 * Size of the catalogue's file once its write-ahead log is folded in, bytes. The log itself can be many times what was
 * written, and is emptied when the catalogue is closed.
 */
export function catalogueBytes(path: string): number {
  const handle = new Database(path, { readonly: true });
  try {
    const pages = Number(handle.pragma('page_count', { simple: true }));
    return pages * Number(handle.pragma('page_size', { simple: true }));
  } finally {
    handle.close();
  }
}

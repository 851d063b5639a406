import { parseLocator, type ServerId, serverIdOf } from '../model/id.ts';
import type { Reading } from '../model/manifest.ts';
import type { Outcome, Validators } from '../model/visit.ts';
import { recount, refreshServer, writeCapabilities } from './facts.ts';
import type { KnownManifest } from './frontier.ts';
import { joinServer } from './identity.ts';
import {
  type KeptFacts,
  type Prepared,
  type PreparedReading,
  type PreparedServer,
  type PreparedTool,
  type PreparedVerdict,
  prepareReading,
  type Row,
} from './prepare.ts';
import { counted, dropReading, isMereDocument, readingsOf, speaks, writeReadingOf } from './readings.ts';
import { MANIFEST_ROWS, READING_ROWS } from './rows.ts';
import { type ServerTexts, serverTexts } from './server-texts.ts';
import { fromJson, type Sql, storable, toJson } from './sql.ts';
import {
  addTool,
  forgetTool,
  namesFrom,
  observeTool,
  type Pen,
  rejudgeServer,
  type Subject,
  verdictFor,
} from './tools.ts';
import { writeNewServer } from './verdicts.ts';

/** What a source says of the manifest that was visited. */
export interface Told {
  readonly locator: string;
  readonly aliases: readonly ServerId[];
  readonly name?: string;
  readonly description?: string;
  /** Absent when nothing was ever written of the manifest. */
  readonly known?: KnownManifest;
}

/** What a visit came to, once it is written. */
export interface Written {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly message?: string;
  readonly tools: number;
  readonly dropped: number;
  /** Locators that the manifest named. */
  readonly leads: readonly string[];
  readonly validators?: Validators;
}

interface ManifestRow extends KnownManifest {
  /** Nothing was ever written of it. */
  readonly isNew: boolean;
}

/** Writes what reading a manifest gave. What was known before a failure stays. */
export function writeResult(pen: Pen, told: Told, result: Prepared | Reading, extractor: string): Written {
  if (result.kind === 'prepared' || result.kind === 'read') return writeReading(pen, told, result, extractor);
  const manifest = manifestOf(told) ?? addManifest(pen.sql, told.locator, NEVER_ANSWERED);
  switch (result.kind) {
    case 'not-modified':
      seeManifest(pen, manifest);
      return {
        outcome: 'not-modified',
        ...counted(pen.sql, manifest.manifest),
        leads: [],
        ...(result.validators === undefined ? {} : { validators: result.validators }),
      };
    case 'failed':
      keepPlace(pen, told, manifest);
      return {
        outcome: result.outcome,
        reason: result.reason,
        message: result.message,
        tools: 0,
        dropped: 0,
        leads: result.leads ?? [],
      };
  }
}

function manifestOf(told: Told): ManifestRow | undefined {
  return told.known === undefined ? undefined : { ...told.known, isNew: false };
}

function addManifest(sql: Sql, locator: string, state: Row): ManifestRow {
  const manifest = sql.nextKey('manifests');
  sql.insert(MANIFEST_ROWS, [manifest, locator, ...state]);
  return { manifest, contentHash: null, extractor: null, isNew: true };
}

function writeReading(pen: Pen, told: Told, reading: Reading | PreparedReading, extractor: string): Written {
  const { leads, problems } = reading;
  const whole = problems.length === 0;
  const known = manifestOf(told);
  const same = whole && known?.contentHash === reading.contentHash && known.extractor === extractor;
  // What says what it said before needs no hashes and no texts.
  const prepared = reading.kind === 'prepared' ? reading : same ? undefined : prepareReading(reading);
  const row = known ?? addManifest(pen.sql, told.locator, stateOf(pen, prepared, extractor, whole));
  const differs = same || prepared === undefined ? false : writeServers(pen, told, row, prepared.servers, whole);
  if (same) seeManifest(pen, row);
  else if (!row.isNew) pen.sql.change(UPDATE_MANIFEST, stateOf(pen, prepared, extractor, whole), row.manifest);
  const { tools, dropped } = sizeOf(reading);
  const outcome = !whole ? 'partial' : differs || row.contentHash === null ? 'changed' : 'unchanged';
  const written: { -readonly [Key in keyof Written]: Written[Key] } = { outcome, tools, dropped, leads };
  if (!whole) written.reason = 'partly-read';
  if (!whole) written.message = problems.join('; ');
  if (reading.validators !== undefined) written.validators = reading.validators;
  return written;
}

/** How many tools it has, and how many things that looked like one. */
function sizeOf(reading: Reading | PreparedReading): { readonly tools: number; readonly dropped: number } {
  const size = { tools: 0, dropped: 0 };
  for (const server of reading.servers) {
    size.tools += 'toolCount' in server ? server.toolCount : server.tools.length;
    size.dropped += 'toolCount' in server ? server.droppedCount : server.dropped.length;
  }
  return size;
}

/** True when anything is different now. */
function writeServers(
  pen: Pen,
  told: Told,
  row: ManifestRow,
  servers: readonly PreparedServer[],
  whole: boolean,
): boolean {
  const [only] = servers;
  if (row.isNew && servers.length === 1 && only !== undefined) return writeFirst(pen, told, row, only, whole);
  const before = row.isNew ? [] : readingsOf(pen.sql, row.manifest);
  const touched = new Set<ServerId>(before.map((reading) => reading.server_id));
  const recounted = new Set<ServerId>();
  // Servers that only this reading speaks of: their row is whole from the start.
  const fresh = new Set<ServerId>();
  let differs = false;
  for (const server of servers) {
    const aliases = servers.length === 1 ? [...server.aliases, ...told.aliases] : server.aliases;
    const written = writeServer(pen, told, row, server, aliases, whole);
    if (written.fresh) fresh.add(written.serverId);
    else fresh.delete(written.serverId);
    touched.add(written.serverId);
    if (written.tools && !written.fresh) recounted.add(written.serverId);
    differs ||= written.facts || written.tools;
  }
  const now = new Set(servers.map((server) => storable(server.id)));
  for (const reading of before) {
    if (now.has(reading.declared_id) || !whole) continue;
    dropReading(pen, row.manifest, reading.declared_id);
    recounted.add(reading.server_id);
    differs = true;
  }
  if (differs) for (const serverId of touched) if (!fresh.has(serverId)) refreshServer(pen.sql, serverId);
  for (const serverId of recounted) recount(pen.sql, serverId);
  return differs;
}

/** The same for the first reading of a manifest that speaks of one server, as most do. */
function writeFirst(pen: Pen, told: Told, row: ManifestRow, server: PreparedServer, whole: boolean): boolean {
  const aliases = told.aliases.length === 0 ? server.aliases : [...server.aliases, ...told.aliases];
  const { serverId, fresh, facts, tools } = writeServer(pen, told, row, server, aliases, whole);
  if (fresh) return true;
  if (facts || tools) refreshServer(pen.sql, serverId);
  if (tools) recount(pen.sql, serverId);
  return facts || tools;
}

/** Which server it was, and whether its facts or its tools are different now. */
interface ServerWritten {
  readonly serverId: ServerId;
  /** Nothing was known of it before. */
  readonly fresh: boolean;
  readonly facts: boolean;
  readonly tools: boolean;
}

function writeServer(
  pen: Pen,
  told: Told,
  row: ManifestRow,
  server: PreparedServer,
  aliases: readonly ServerId[],
  whole: boolean,
): ServerWritten {
  const { sql } = pen;
  const newPlace = row.contentHash === null;
  const { about, facts } = withListed(server, told);
  const { serverId, fresh, quiet, renamed } = join(pen, [server.id, ...aliases], about, server.tools);
  const newFacts = writeReadingOf(sql, row.manifest, serverId, server, facts, row.isNew);
  const packageVersion = about.version;
  const subject: Subject = { serverId, manifest: row.manifest, packageVersion, quiet, newPlace };
  if (fresh !== undefined) {
    let i = 0;
    for (const verdict of fresh) {
      const tool = server.tools[i];
      if (tool !== undefined) addTool(pen, subject, tool, verdict, undefined);
      i += 1;
    }
    writeCapabilities(sql, serverId, fresh);
    return { serverId, fresh: true, facts: newFacts, tools: server.tools.length > 0 };
  }
  const gone = new Set(row.isNew ? [] : namesFrom(sql, serverId, row.manifest));
  let tools = renamed;
  for (const tool of server.tools) {
    gone.delete(tool.name);
    if (observeTool(pen, subject, tool)) tools = true;
  }
  // A tool that is there but could not be read this time is not gone.
  for (const name of server.droppedNames) gone.delete(name);
  if (whole) for (const name of gone) forgetTool(pen, subject, name);
  return { serverId, fresh: false, facts: newFacts, tools: tools || (whole && gone.size > 0) };
}

/** What its manifest says of a server, with what the sources say where that says nothing. */
function withListed(server: PreparedServer, told: Told): { readonly about: ServerTexts; readonly facts: string } {
  const known = listed(told);
  if (known === undefined) return server;
  const { about } = server;
  const { name = null, description = null } = known;
  return {
    about: { ...about, name: about.name ?? name, description: about.description ?? description },
    facts: toJson({ ...known, ...fromJson<KeptFacts>(server.facts) }),
  };
}

/** The server that ids lead to. */
interface Joined {
  readonly serverId: ServerId;
  /** The verdicts on its tools, in their order, when nothing was known of the server before. */
  readonly fresh: readonly PreparedVerdict[] | undefined;
  readonly quiet: boolean;
  readonly renamed: boolean;
}

/** The server that ids name, made when it is new. Its first row in the change log is its own. */
function join(
  pen: Pen,
  ids: readonly [ServerId, ...ServerId[]],
  about: ServerTexts,
  tools: readonly PreparedTool[],
): Joined {
  const judged = (serverId: ServerId) => {
    // By a loop, as in prepare.ts: what `map` makes is of another kind once V8 has compiled the call.
    const verdicts: PreparedVerdict[] = [];
    for (const tool of tools) verdicts.push(verdictFor(pen, serverId, tool));
    return verdicts;
  };
  const { serverId, fresh, renamed, published } = joinServer(pen, ids, about, judged);
  if (fresh !== undefined) writeNewServer(pen.sql, serverId, pen.run, pen.at);
  if (renamed) rejudgeServer(pen, serverId);
  return { serverId, fresh, quiet: !published, renamed };
}

/** A manifest that never answered still stands for its server, if it has one: that is unknown, and shown as such. */
function keepPlace(pen: Pen, told: Told, row: ManifestRow): void {
  const { sql } = pen;
  if (row.contentHash !== null || isMereDocument(told) || (!row.isNew && speaks(sql, row.manifest))) return;
  const id = serverIdOf(parseLocator(told.locator));
  const kept: KeptFacts = { notes: [], ...listed(told) };
  const { serverId, fresh } = join(pen, [id, ...told.aliases], serverTexts(kept), []);
  sql.insert(READING_ROWS, [row.manifest, storable(id), serverId, toJson(kept), 0, 0, 0, '[]', 1]);
  if (fresh === undefined) refreshServer(sql, serverId);
}

/** Hash, extractor, body and its size, when it answered first and last. */
const NEVER_ANSWERED: Row = [null, null, null, null, null, null];

/** What a good answer leaves of a manifest. */
function stateOf(pen: Pen, reading: PreparedReading | undefined, extractor: string, whole: boolean): Row {
  if (reading === undefined) return NEVER_ANSWERED;
  const { contentHash, body, bodyBytes } = reading;
  // What was read in part has to be read again, even if the bytes are the same.
  return [whole ? contentHash : `partial:${contentHash}`, extractor, body, bodyBytes, pen.at, pen.at];
}

const UPDATE_MANIFEST = `UPDATE manifests SET content_hash = ?, extractor = ?, body = ?, body_bytes = ?,
  first_seen = coalesce(first_seen, ?), last_seen = ? WHERE manifest = ?`;

/** A good answer that says what it said before. */
function seeManifest({ sql, at }: Pen, { manifest, isNew }: ManifestRow): void {
  if (isNew) sql.settle();
  sql.changeBeside('UPDATE manifests SET last_seen = ? WHERE manifest = ?', at, manifest);
}

/** What the sources say of the server beside its manifest; undefined when that is nothing. */
function listed({ name, description }: Told): { readonly name?: string; readonly description?: string } | undefined {
  if (name === undefined && description === undefined) return undefined;
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
  };
}

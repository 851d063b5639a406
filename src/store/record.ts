import { deflateSync } from 'node:zlib';
import { parseLocator, type ServerId, serverIdOf } from '../model/id.ts';
import { LIMITS } from '../model/limits.ts';
import type { Reading, ReadResult, ServerReading } from '../model/manifest.ts';
import type { Outcome, Validators } from '../model/visit.ts';
import { firstRow, type KeptFacts, recount, refreshServer } from './facts.ts';
import { joinServer } from './identity.ts';
import { type Binds, bit, fromJson, type Sql, storable, toJson } from './sql.ts';
import { forgetTool, namesFrom, observeTool, type Pen, rejudgeServer, type Subject } from './tools.ts';
import { writeChange } from './verdicts.ts';

/** What a source says of the manifest that was visited. */
export interface Told {
  readonly locator: string;
  readonly aliases: readonly ServerId[];
  readonly name?: string;
  readonly description?: string;
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

interface ManifestRow {
  /** Nothing was ever written of it. */
  readonly isNew: boolean;
  readonly manifest: number;
  readonly content_hash: string | null;
  readonly extractor: string | null;
}

/** Shorter documents are kept as they are: compressing them costs more than it saves. Bytes. */
const COMPRESS_FROM = 2_048;

/** Fast, and within a few per cent of the best on JSON of this size. */
const COMPRESSION = { level: 1 } as const;

/** Writes what reading a manifest gave. What was known before a failure stays. */
export function writeResult(pen: Pen, told: Told, result: ReadResult, extractor: string): Written {
  if (result.kind === 'read') return writeReading(pen, told, result, extractor);
  const manifest = manifestOf(pen.sql, told.locator) ?? addManifest(pen.sql, told.locator, NEVER_ANSWERED);
  switch (result.kind) {
    case 'not-modified':
      seeManifest(pen, manifest.manifest);
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
        leads: [],
      };
  }
}

function manifestOf(sql: Sql, locator: string): ManifestRow | undefined {
  const known = sql.get<Omit<ManifestRow, 'isNew'>>(
    'SELECT manifest, content_hash, extractor FROM manifests WHERE locator = :locator',
    { locator },
  );
  return known === undefined ? undefined : { ...known, isNew: false };
}

function addManifest(sql: Sql, locator: string, state: Binds): ManifestRow {
  const { id } = sql.run(
    `INSERT INTO manifests (locator, content_hash, extractor, body, body_bytes, first_seen, last_seen)
     VALUES (:locator, :hash, :extractor, :body, :bytes, :at, :at)`,
    { ...state, locator },
  );
  return { manifest: id, content_hash: null, extractor: null, isNew: true };
}

function writeReading(pen: Pen, told: Told, reading: Reading, extractor: string): Written {
  const servers = byId(reading.servers);
  const tools = servers.reduce((sum, server) => sum + server.tools.length, 0);
  const dropped = servers.reduce((sum, server) => sum + server.dropped.length, 0);
  const told1 = {
    tools,
    dropped,
    leads: reading.leads,
    ...(reading.validators === undefined ? {} : { validators: reading.validators }),
  };
  const whole = reading.problems.length === 0;
  const known = manifestOf(pen.sql, told.locator);
  const same = whole && known?.content_hash === reading.contentHash && known.extractor === extractor;
  const state = same ? undefined : manifestState(pen, reading, extractor, whole);
  const row = known ?? addManifest(pen.sql, told.locator, state ?? NEVER_ANSWERED);
  const differs = same ? false : writeServers(pen, told, row, servers, whole);
  if (state === undefined) seeManifest(pen, row.manifest);
  else if (!row.isNew) updateManifest(pen.sql, row.manifest, state);
  if (!whole) return { outcome: 'partial', reason: 'partly-read', message: reading.problems.join('; '), ...told1 };
  return { outcome: differs || row.content_hash === null ? 'changed' : 'unchanged', ...told1 };
}

/** True when anything is different now. */
function writeServers(
  pen: Pen,
  told: Told,
  row: ManifestRow,
  servers: readonly ServerReading[],
  whole: boolean,
): boolean {
  const before = row.isNew ? [] : readingsOf(pen.sql, row.manifest);
  const touched = new Set<ServerId>(before.map((reading) => reading.server_id));
  const recounted = new Set<ServerId>();
  // Servers that only this reading speaks of: their row is whole from the start.
  const fresh = new Set<ServerId>();
  let differs = false;
  for (const server of servers) {
    const aliases = servers.length === 1 ? [...server.facts.aliases, ...told.aliases] : server.facts.aliases;
    const written = writeServer(pen, told, row, server, aliases, whole);
    if (written.fresh) fresh.add(written.serverId);
    else fresh.delete(written.serverId);
    touched.add(written.serverId);
    if (written.tools) recounted.add(written.serverId);
    differs ||= written.facts || written.tools;
  }
  const now = new Set(servers.map((server) => storable(server.facts.id)));
  for (const reading of before) {
    if (now.has(reading.declared_id) || !whole) continue;
    dropReading(pen, row.manifest, reading.declared_id);
    recounted.add(reading.server_id);
    differs = true;
  }
  if (differs) for (const serverId of touched) if (!fresh.has(serverId)) refreshServer(pen.sql, serverId);
  for (const serverId of recounted) recount(pen.sql, serverId, fresh.has(serverId));
  return differs;
}

function readingsOf(
  sql: Sql,
  manifest: number,
): readonly { readonly declared_id: string; readonly server_id: string }[] {
  return sql.all('SELECT declared_id, server_id FROM readings WHERE manifest = :manifest', { manifest });
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
  server: ServerReading,
  aliases: readonly ServerId[],
  whole: boolean,
): ServerWritten {
  const { sql } = pen;
  const { facts } = server;
  const newPlace = row.content_hash === null;
  const kept = keptFacts(server, told);
  const { serverId, fresh, quiet, renamed } = join(pen, [facts.id, ...aliases], kept);
  const newFacts = writeReadingRow(sql, row.manifest, serverId, server, kept);
  const packageVersion = facts.version ?? null;
  const subject: Subject = { serverId, manifest: row.manifest, packageVersion, quiet, newPlace, fresh };
  const gone = new Set(row.isNew ? [] : namesFrom(sql, serverId, row.manifest));
  let tools = renamed;
  const seen = new Set<string>();
  for (const tool of server.tools) {
    const name = storable(tool.definition.name);
    if (seen.has(name)) continue;
    seen.add(name);
    gone.delete(name);
    if (observeTool(pen, subject, tool)) tools = true;
  }
  // A tool that is there but could not be read this time is not gone.
  for (const drop of server.dropped) if (drop.name !== undefined) gone.delete(storable(drop.name));
  if (whole) for (const name of gone) forgetTool(pen, subject, name);
  return { serverId, fresh, facts: newFacts, tools: tools || (whole && gone.size > 0) };
}

/** The server that ids name, made when it is new. Its first row in the change log is its own. */
function join(
  pen: Pen,
  ids: readonly [ServerId, ...ServerId[]],
  facts: KeptFacts,
): { readonly serverId: ServerId; readonly fresh: boolean; readonly quiet: boolean; readonly renamed: boolean } {
  const first = (serverId: ServerId) => firstRow(serverId, facts);
  const { serverId, isNew, renamed, published } = joinServer(pen.sql, ids, first, pen.at);
  if (isNew) writeChange(pen.sql, { serverId, what: 'added', cause: 'source-changed' }, pen.run, pen.at);
  if (renamed) rejudgeServer(pen, serverId);
  return { serverId, fresh: isNew, quiet: !published, renamed };
}

/** True when the row is new or different. */
function writeReadingRow(
  sql: Sql,
  manifest: number,
  serverId: ServerId,
  server: ServerReading,
  kept: KeptFacts,
): boolean {
  const written = sql.run(
    `INSERT INTO readings (manifest, declared_id, server_id, facts, complete, lists_tools, tools, dropped, placeholder)
     VALUES (:manifest, :id, :serverId, :facts, :complete, :listsTools, :tools, :dropped, 0)
     ON CONFLICT DO UPDATE SET server_id = :serverId, facts = :facts, complete = :complete, lists_tools = :listsTools,
       tools = :tools, dropped = :dropped, placeholder = 0
     WHERE (server_id, facts, complete, lists_tools, tools, dropped, placeholder)
       IS NOT (:serverId, :facts, :complete, :listsTools, :tools, :dropped, 0)`,
    {
      manifest,
      id: server.facts.id,
      serverId,
      facts: toJson(kept),
      complete: bit(server.complete),
      listsTools: bit(server.listsTools),
      tools: server.tools.length,
      dropped: toJson(server.dropped),
    },
  );
  return written.changes > 0;
}

/** A manifest no longer speaks of a server: its tools there go, unless another manifest shows them. */
function dropReading(pen: Pen, manifest: number, declaredId: string): void {
  const { sql } = pen;
  const where = 'WHERE manifest = :manifest AND declared_id = :declaredId';
  const reading = sql.get<{ server_id: string }>(`SELECT server_id FROM readings ${where}`, { manifest, declaredId });
  if (reading === undefined) return;
  sql.run(`DELETE FROM readings ${where}`, { manifest, declaredId });
  const serverId = reading.server_id;
  const others = sql.get('SELECT 1 FROM readings WHERE manifest = :manifest AND server_id = :serverId', {
    manifest,
    serverId,
  });
  if (others !== undefined) return;
  const subject: Subject = { serverId, manifest, packageVersion: null, quiet: false, newPlace: false, fresh: false };
  for (const name of namesFrom(sql, serverId, manifest)) forgetTool(pen, subject, name);
}

/** A manifest that never answered still stands for a server: it is unknown, and shown as such. */
function keepPlace(pen: Pen, told: Told, row: ManifestRow): void {
  const { sql } = pen;
  const known = sql.get('SELECT 1 FROM readings WHERE manifest = :manifest', { manifest: row.manifest });
  if (known !== undefined || row.content_hash !== null) return;
  const id = serverIdOf(parseLocator(told.locator));
  const kept: KeptFacts = { notes: [], ...listed(told) };
  const { serverId, fresh } = join(pen, [id, ...told.aliases], kept);
  sql.run(
    `INSERT INTO readings (manifest, declared_id, server_id, facts, complete, lists_tools, tools, dropped, placeholder)
     VALUES (:manifest, :id, :serverId, :facts, 0, 0, 0, '[]', 1)`,
    { manifest: row.manifest, id, serverId, facts: toJson(kept) },
  );
  if (!fresh) refreshServer(sql, serverId);
}

const NEVER_ANSWERED: Binds = { hash: null, extractor: null, body: null, bytes: null, at: null };

/** What a good answer leaves of a manifest. */
function manifestState(pen: Pen, reading: Reading, extractor: string, whole: boolean): Binds {
  const text = reading.body === undefined ? undefined : Buffer.from(JSON.stringify(reading.body));
  const kept = text !== undefined && text.length <= LIMITS.keptManifestBytes ? text : undefined;
  return {
    // What was read in part has to be read again, even if the bytes are the same.
    hash: whole ? reading.contentHash : `partial:${reading.contentHash}`,
    extractor,
    body: kept === undefined ? null : packed(kept),
    bytes: text?.length ?? null,
    at: pen.at,
  };
}

function packed(text: Uint8Array): Uint8Array {
  return text.length < COMPRESS_FROM ? text : deflateSync(text, COMPRESSION);
}

function updateManifest(sql: Sql, manifest: number, state: Binds): void {
  sql.run(
    `UPDATE manifests SET content_hash = :hash, extractor = :extractor, body = :body, body_bytes = :bytes,
       first_seen = coalesce(first_seen, :at), last_seen = :at WHERE manifest = :manifest`,
    { ...state, manifest },
  );
}

/** A good answer that says what it said before. */
function seeManifest(pen: Pen, manifest: number): void {
  pen.sql.run('UPDATE manifests SET last_seen = :at WHERE manifest = :manifest', { at: pen.at, manifest });
}

function keptFacts(server: ServerReading, told: Told): KeptFacts {
  const { id: _, aliases: __, ...facts } = server.facts;
  return { ...listed(told), ...facts };
}

function counted(sql: Sql, manifest: number): { readonly tools: number; readonly dropped: number } {
  const rows = sql.all<{ tools: number; dropped: string }>(
    'SELECT tools, dropped FROM readings WHERE manifest = :manifest',
    { manifest },
  );
  return {
    tools: rows.reduce((sum, row) => sum + row.tools, 0),
    dropped: rows.reduce((sum, row) => sum + fromJson<readonly unknown[]>(row.dropped).length, 0),
  };
}

/** One entry per declared id: a catalogue that lists a server twice speaks of one server. */
function byId(servers: readonly ServerReading[]): readonly ServerReading[] {
  const found = new Map<string, ServerReading>();
  for (const server of servers) {
    const known = found.get(server.facts.id);
    found.set(
      server.facts.id,
      known === undefined
        ? server
        : { ...known, tools: [...known.tools, ...server.tools], dropped: [...known.dropped, ...server.dropped] },
    );
  }
  return [...found.values()];
}

function listed(told: Told): { readonly name?: string; readonly description?: string } {
  return {
    ...(told.name === undefined ? {} : { name: told.name }),
    ...(told.description === undefined ? {} : { description: told.description }),
  };
}

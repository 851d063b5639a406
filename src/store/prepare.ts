import { deflateSync } from 'node:zlib';
import { canonicalId, type ServerId } from '../model/id.ts';
import { LIMITS } from '../model/limits.ts';
import type { Failure, NotModified, Reading, ReadResult, ServerFacts, ServerReading } from '../model/manifest.ts';
import type { Method, ObservedTool } from '../model/tool.ts';
import { type Finding, severityRank, type Verdict } from '../model/verdict.ts';
import type { Validators } from '../model/visit.ts';
import { canonicalJson, definitionJson, hashOf } from './hash.ts';
import { type SearchTexts, searchTexts } from './search-texts.ts';
import { type ServerTexts, serverTexts } from './server-texts.ts';
import { type Bind, bit, storable, toJson } from './sql.ts';
import type { Judge } from './verdicts.ts';

/** What a reading keeps of a server: its facts without the ids, which have a table of their own. */
export type KeptFacts = Omit<ServerFacts, 'id' | 'aliases'>;

/** Values in the order of some columns. Texts in it are storable. */
export type Row = readonly Bind[];

/** A verdict as its rows hold it. */
export interface PreparedVerdict {
  /** The server for which it holds. */
  readonly server: ServerId;
  readonly category: Verdict['category'];
  readonly severity: Verdict['severity'];
  /** `VERDICT_COLUMNS`. */
  readonly row: Row;
  /** Each once. */
  readonly capabilities: readonly string[];
  /** `FINDING_COLUMNS` of each. */
  readonly findings: readonly Row[];
}

export const VERDICT_COLUMNS =
  'category, severity, severity_rank, ruleset, confidence, capabilities, moves, operations, threats, override';
export const FINDING_COLUMNS = 'position, rule, capability, path, part, span_start, span_end, text, discounted';

/** A tool as its rows hold it. */
export interface PreparedTool {
  readonly name: string;
  readonly method: Method;
  readonly hash: string;
  /** JSON text of the definition. */
  readonly definition: string;
  /** `OBSERVED_COLUMNS`. */
  readonly observed: Row;
  readonly search: SearchTexts;
  /** Judged for the first of the declared ids; the writer judges anew where the server has another one. */
  readonly verdict?: PreparedVerdict;
}

export const OBSERVED_COLUMNS = 'provenance, schema_complete, dynamic, gated, notes';

/** A server as its rows hold it. */
export interface PreparedServer {
  readonly id: ServerId;
  readonly aliases: readonly ServerId[];
  readonly about: ServerTexts;
  /** JSON text of the facts. */
  readonly facts: string;
  readonly complete: number;
  readonly listsTools: number;
  /** Tools that were read, those of the same name counted each. */
  readonly toolCount: number;
  /** Each name once. */
  readonly tools: readonly PreparedTool[];
  /** JSON text of what was left out, … */
  readonly dropped: string;
  readonly droppedCount: number;
  /** … and its names, where it has some. */
  readonly droppedNames: readonly string[];
}

/** A reading that only has to be written: hashes are made, texts are JSON. Plain values, so that a thread can send it. */
export interface PreparedReading {
  readonly kind: 'prepared';
  /** One entry per declared id. */
  readonly servers: readonly PreparedServer[];
  readonly problems: readonly string[];
  readonly leads: readonly string[];
  readonly validators?: Validators;
  readonly contentHash: string;
  /** As `manifests.body` holds it; null when there is none to keep. */
  readonly body: Uint8Array | null;
  /** Size of the document before compression; null when there is none. */
  readonly bodyBytes: number | null;
}

/** What a visit brought, ready to be written. */
export type Prepared = PreparedReading | NotModified | Failure;

/** For what is set once more is known: a copy with one member more costs a microsecond. */
type Open<T> = { -readonly [Key in keyof T]: T[Key] };

/** Shorter documents are kept as they are: compressing them costs more than it saves. Bytes. */
const COMPRESS_FROM = 2_048;

/** Fast, and within a few per cent of the best on JSON of this size. */
const COMPRESSION = { level: 1 } as const;

/**
 * Does everything about a result that needs no database: hashes, JSON texts, compression and, with `judge`, verdicts.
 * Never throws: what cannot be stored (too deep, for one) is a failed visit.
 *
 * @param told - ids that the sources declare for the manifest's server
 */
export function prepareResult(result: ReadResult, judge?: Judge, told: readonly ServerId[] = []): Prepared {
  if (result.kind !== 'read') return result;
  try {
    return prepareReading(result, judge, told);
  } catch (error) {
    return notStorable(error);
  }
}

/** The visit whose result the store cannot take. */
export function notStorable(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: 'failed',
    outcome: 'malformed',
    reason: 'not-storable',
    message: `could not be stored: ${message}`,
  };
}

/** The same of a reading. Throws on what is too deep. */
export function prepareReading(reading: Reading, judge?: Judge, told: readonly ServerId[] = []): PreparedReading {
  const { problems, leads, validators } = reading;
  const servers = byId(reading.servers);
  const text = reading.body === undefined ? undefined : (reading.bodyJson ?? Buffer.from(JSON.stringify(reading.body)));
  const ready: PreparedServer[] = [];
  for (const server of servers) ready.push(prepareServer(server, judge, servers.length === 1 ? told : []));
  const prepared: Open<PreparedReading> = {
    kind: 'prepared',
    servers: ready,
    problems,
    leads,
    contentHash: storable(reading.contentHash),
    body: text === undefined || text.length > LIMITS.keptManifestBytes ? null : packed(text),
    bodyBytes: text?.length ?? null,
  };
  if (validators !== undefined) prepared.validators = validators;
  return prepared;
}

function packed(text: Uint8Array): Uint8Array {
  return text.length < COMPRESS_FROM ? text : deflateSync(text, COMPRESSION);
}

function prepareServer(server: ServerReading, judge: Judge | undefined, told: readonly ServerId[]): PreparedServer {
  const { facts, dropped } = server;
  const id = storable(facts.id);
  const aliases = allStorable(facts.aliases);
  // The id under which it is stored, unless the catalogue knows more of it.
  const isKnown = judge === undefined || aliases.length + told.length === 0;
  const canonical = isKnown ? id : canonicalId([id, ...aliases, ...told]);
  const tools = new Map<string, PreparedTool>();
  for (const tool of server.tools) {
    const name = storable(tool.definition.name);
    if (!tools.has(name)) tools.set(name, prepareTool(tool, name, canonical, judge));
  }
  return {
    id,
    aliases,
    about: serverTexts(facts),
    // Ids have a table of their own. JSON leaves out what is undefined, and a copy costs less than one without them.
    facts: toJson({ ...facts, id: undefined, aliases: undefined }),
    complete: bit(server.complete),
    listsTools: bit(server.listsTools),
    toolCount: server.tools.length,
    tools: [...tools.values()],
    dropped: listJson(dropped),
    droppedCount: dropped.length,
    droppedNames: dropped.length === 0 ? [] : namesOf(dropped),
  };
}

/**
 * By a loop, as other lists here: V8 keeps what `map` makes in another way once it has compiled the call, and throws away
 * what it compiled for the lists that it knew.
 */
function allStorable(texts: readonly string[]): readonly string[] {
  const all: string[] = [];
  for (const text of texts) all.push(storable(text));
  return all;
}

function namesOf(dropped: ServerReading['dropped']): readonly string[] {
  return dropped.flatMap((drop) => (drop.name === undefined ? [] : [storable(drop.name)]));
}

/** JSON text of a list; most lists are empty. */
function listJson(list: readonly unknown[]): string {
  return list.length === 0 ? '[]' : toJson(list);
}

function prepareTool(seen: ObservedTool, name: string, server: ServerId, judge: Judge | undefined): PreparedTool {
  const { definition } = seen;
  const fields = definitionJson(definition);
  const tool: Open<PreparedTool> = {
    name,
    method: seen.method,
    hash: hashOf(canonicalJson(fields)),
    definition: toJson(fields),
    observed: [
      storable(seen.provenance),
      bit(seen.schemaComplete),
      bit(seen.dynamic),
      bit(seen.gated),
      listJson(seen.notes),
    ],
    search: searchTexts(definition),
  };
  if (judge !== undefined) tool.verdict = prepareVerdict(judge(definition, server), server);
  return tool;
}

/** The rows of a verdict that was made for a server. */
export function prepareVerdict(verdict: Verdict, server: ServerId): PreparedVerdict {
  const rows: Row[] = [];
  for (const finding of verdict.findings) rows.push(findingRow(finding, rows.length));
  const { ruleset, category, severity, confidence, capabilities, moves, operations, threats } = verdict;
  return {
    server,
    category,
    severity,
    row: [
      category,
      severity,
      severityRank(severity),
      storable(ruleset),
      confidence,
      listJson(capabilities),
      listJson(moves),
      listJson(operations),
      listJson(threats),
      verdict.override === undefined ? null : toJson(verdict.override),
    ],
    capabilities: [...new Set(allStorable(capabilities))],
    findings: rows,
  };
}

function findingRow(finding: Finding, position: number): Row {
  return [
    position,
    storable(finding.rule),
    storable(finding.capability),
    storable(finding.path),
    finding.on,
    finding.start,
    finding.end,
    storable(finding.text),
    finding.discounted === undefined ? null : storable(finding.discounted),
  ];
}

/** One entry per declared id: a catalogue that lists a server twice speaks of one server. */
function byId(servers: readonly ServerReading[]): readonly ServerReading[] {
  if (servers.length < 2) return servers;
  const found = new Map<string, ServerReading>();
  for (const server of servers) {
    const id = storable(server.facts.id);
    const known = found.get(id);
    found.set(
      id,
      known === undefined
        ? server
        : { ...known, tools: [...known.tools, ...server.tools], dropped: [...known.dropped, ...server.dropped] },
    );
  }
  return [...found.values()];
}

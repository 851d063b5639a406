import type { PreparedReading, PreparedServer, PreparedTool, PreparedVerdict, Row } from '../store/prepare.ts';
import type { Bind } from '../store/sql.ts';
import type { Visited } from './visits.ts';

/** How one job ended; without a visit it was called off before it began. */
export interface Told {
  readonly number: number;
  readonly visited?: Visited;
}

/** What stands in a parcel; the bytes of bodies are elsewhere. */
type Value = Exclude<Bind, Uint8Array>;

/**
 * How some jobs ended, as one flat list of texts and numbers and one block of bytes: a third of what objects, or their
 * JSON, cost to send. In JSON, texts that are JSON themselves are escaped once more, and a single letter beyond Latin-1
 * makes every other one twice as wide.
 */
export interface Parcel {
  readonly kind: 'told';
  readonly values: readonly Value[];
  /** The bodies of manifests one behind the other. */
  readonly bodies: Uint8Array<ArrayBuffer>;
  /** What it takes in memory, about: characters and bytes. */
  readonly size: number;
}

/** What follows the number of a job. */
const CALLED_OFF = 0;
/** How long it took, and the reading. */
const READ = 1;
/** How long it took, and the JSON of another result: those are short. */
const OTHER = 2;

/** A list that begins with a number would be kept in another way, and all that writes to it compiled for both. */
const HEAD = null;

const ABSENT = 0;
const PRESENT = 1;

/** Only parcels from this size on are counted, and the thread told that they are taken: of small ones there are few. */
const LARGE = 1 << 18;

/** Whether the thread has to be told that a parcel is taken. */
export function isLarge(parcel: Parcel): boolean {
  return parcel.size >= LARGE;
}

/** Puts results into one parcel. */
export function pack(all: readonly Told[]): Parcel {
  const values: Value[] = [HEAD];
  const bodies: Uint8Array[] = [];
  for (const { number, visited } of all) {
    if (visited === undefined) {
      values.push(number, CALLED_OFF);
    } else if (visited.result.kind === 'prepared') {
      values.push(number, READ, visited.durationMs);
      putReading(values, bodies, visited.result);
    } else {
      values.push(number, OTHER, visited.durationMs, JSON.stringify(visited.result));
    }
  }
  const block = joined(bodies);
  let size = block.length;
  for (const value of values) if (typeof value === 'string') size += value.length;
  return { kind: 'told', values, bodies: block, size };
}

/** Takes a parcel apart. */
export function unpack(parcel: Parcel): readonly Told[] {
  const from = new Contents(parcel);
  const all: Told[] = [];
  while (!from.isEmpty) {
    const number = from.next<number>();
    const what = from.next<number>();
    if (what === CALLED_OFF) {
      all.push({ number });
      continue;
    }
    const durationMs = from.next<number>();
    const result: Visited['result'] = what === READ ? takeReading(from) : JSON.parse(from.next<string>());
    all.push({ number, visited: { result, durationMs } });
  }
  return all;
}

/** Not `Buffer.concat`: a small one would be a part of Node's pool, and the whole pool would be sent. */
function joined(bodies: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const body of bodies) length += body.length;
  const block = new Uint8Array(length);
  let at = 0;
  for (const body of bodies) {
    block.set(body, at);
    at += body.length;
  }
  return block;
}

/** What is left of a parcel; it comes out in the order in which it went in. */
class Contents {
  readonly #values: readonly Value[];
  readonly #bodies: Uint8Array;
  #at = 1;
  #bodyAt = 0;

  constructor({ values, bodies }: Parcel) {
    this.#values = values;
    this.#bodies = bodies;
  }

  get isEmpty(): boolean {
    return this.#at === this.#values.length;
  }

  next<T extends Value>(): T {
    const value = this.#values[this.#at] as T;
    this.#at += 1;
    return value;
  }

  list<T extends Value>(): T[] {
    const length = this.next<number>();
    const from = this.#at;
    this.#at += length;
    return this.#values.slice(from, this.#at) as T[];
  }

  body(length: number): Uint8Array {
    const from = this.#bodyAt;
    this.#bodyAt += length;
    return this.#bodies.subarray(from, this.#bodyAt);
  }
}

function putList(values: Value[], list: Row): void {
  values.push(list.length);
  for (const item of list) {
    // Rows of what was read hold texts and numbers; bytes would be shared memory here.
    if (item instanceof Uint8Array) throw new TypeError('a row that is sent holds no bytes');
    values.push(item);
  }
}

function putReading(values: Value[], bodies: Uint8Array[], reading: PreparedReading): void {
  const { contentHash, body, bodyBytes, validators, servers } = reading;
  values.push(contentHash, bodyBytes, body === null ? null : body.length);
  if (body !== null) bodies.push(body);
  if (validators === undefined) values.push(ABSENT);
  else values.push(PRESENT, validators.etag ?? null, validators.lastModified ?? null);
  putList(values, reading.problems);
  putList(values, reading.leads);
  values.push(servers.length);
  for (const server of servers) putServer(values, server);
}

function takeReading(from: Contents): PreparedReading {
  const contentHash = from.next<string>();
  const bodyBytes = from.next<number | null>();
  const length = from.next<number | null>();
  const body = length === null ? null : from.body(length);
  const validators = from.next<number>() === PRESENT ? takeValidators(from) : undefined;
  const problems = from.list<string>();
  const leads = from.list<string>();
  const servers: PreparedServer[] = [];
  for (let left = from.next<number>(); left > 0; left--) servers.push(takeServer(from));
  return validators === undefined
    ? { kind: 'prepared', servers, problems, leads, contentHash, body, bodyBytes }
    : { kind: 'prepared', servers, problems, leads, contentHash, body, bodyBytes, validators };
}

function takeValidators(from: Contents): NonNullable<PreparedReading['validators']> {
  const etag = from.next<string | null>();
  const lastModified = from.next<string | null>();
  return { ...(etag === null ? {} : { etag }), ...(lastModified === null ? {} : { lastModified }) };
}

function putServer(values: Value[], server: PreparedServer): void {
  const { id, about, facts, complete, listsTools, toolCount, tools, dropped, droppedCount } = server;
  values.push(id, about.name, about.description, about.version);
  putList(values, about.row);
  values.push(facts, complete, listsTools, toolCount, dropped, droppedCount);
  putList(values, server.aliases);
  putList(values, server.droppedNames);
  values.push(tools.length);
  for (const tool of tools) putTool(values, tool);
}

function takeServer(from: Contents): PreparedServer {
  const id = from.next<string>();
  const name = from.next<string | null>();
  const description = from.next<string | null>();
  const version = from.next<string | null>();
  const about = { name, description, version, row: from.list<Value>() };
  const facts = from.next<string>();
  const complete = from.next<number>();
  const listsTools = from.next<number>();
  const toolCount = from.next<number>();
  const dropped = from.next<string>();
  const droppedCount = from.next<number>();
  const aliases = from.list<string>();
  const droppedNames = from.list<string>();
  const tools: PreparedTool[] = [];
  for (let left = from.next<number>(); left > 0; left--) tools.push(takeTool(from));
  return {
    id,
    aliases,
    about,
    facts,
    complete,
    listsTools,
    toolCount,
    tools,
    dropped,
    droppedCount,
    droppedNames,
  };
}

function putTool(values: Value[], tool: PreparedTool): void {
  const { search, verdict } = tool;
  values.push(tool.name, tool.method, tool.hash, tool.definition, search.name, search.title, search.description);
  putList(values, tool.observed);
  if (verdict === undefined) {
    values.push(ABSENT);
    return;
  }
  values.push(PRESENT, verdict.server, verdict.category, verdict.severity);
  putList(values, verdict.row);
  putList(values, verdict.capabilities);
  values.push(verdict.findings.length);
  for (const finding of verdict.findings) putList(values, finding);
}

function takeTool(from: Contents): PreparedTool {
  const name = from.next<string>();
  const method = from.next<PreparedTool['method']>();
  const hash = from.next<string>();
  const definition = from.next<string>();
  const search = { name: from.next<string>(), title: from.next<string>(), description: from.next<string>() };
  const observed = from.list<Value>();
  return from.next<number>() === ABSENT
    ? { name, method, hash, definition, observed, search }
    : { name, method, hash, definition, observed, search, verdict: takeVerdict(from) };
}

function takeVerdict(from: Contents): PreparedVerdict {
  const server = from.next<string>();
  const category = from.next<PreparedVerdict['category']>();
  const severity = from.next<PreparedVerdict['severity']>();
  const row = from.list<Value>();
  const capabilities = from.list<string>();
  const findings: Row[] = [];
  for (let left = from.next<number>(); left > 0; left--) findings.push(from.list<Value>());
  return { server, category, severity, row, capabilities, findings };
}

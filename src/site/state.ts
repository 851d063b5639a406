import type { Method } from '../model/tool.ts';
import type { Category, Severity } from '../model/verdict.ts';
import { SEVERITIES } from '../model/verdict.ts';
import type { LogPlace, ToolLog } from './tool-log.ts';
import type { ToolRow } from './view.ts';

/**
 * What a finished tree holds, beside it in a file of its own: which input each page was made of. JSON Lines, servers
 * ascending by id, so that two builds can be compared without holding either. What it says of tools stands in a log.
 */
type ToolLine = [
  name: string,
  slug: string,
  category: Category,
  severity: Severity,
  confidence: number,
  tokens: number,
  capabilities: string[],
  rules: string[],
  threats: ToolRow['threats'],
  firstSeen: number,
  method: Method,
  schemaComplete: boolean,
  ...prints: [page: string, stamp: string, body: string, judged: string, schemaTokens: number],
];

/** What the pages of one tool were made of, as fingerprints. */
export interface ToolPrints {
  /** Of its page: everything that is shown there. */
  readonly page: string;
  /** Of its rows, as the input says it; empty where it says nothing. */
  readonly stamp: string;
  /** Of its own facts, without those of its server and its neighbours. */
  readonly body: string;
  /** Of what policies are made of. */
  readonly judged: string;
  /** Tokens of its input schema. */
  readonly schemaTokens: number;
}

/** One server of a finished tree. */
export interface ServerState extends ServerHead {
  readonly rows: readonly ToolRow[];
  /** In the order of `rows`. */
  readonly prints: readonly ToolPrints[];
  /** Where a record says all this, where it was read from one. */
  readonly kept?: KeptState;
}

/** The line of a server in a record, and what the record says of its tools. */
export interface KeptState {
  readonly line: Buffer;
  readonly log: ToolLog;
  readonly place: LogPlace;
}

/** What is read of every server; its tools are read when they are asked for, since most of them are not. */
export interface ServerHead {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Fingerprint of the server's own page. */
  readonly print: string;
  /** Fingerprint of that page without its slots, see `SLOTS`. */
  readonly frame: string;
  /** Fingerprint of the pages with its policies. */
  readonly policyPrint: string;
  /** Of the rows of its tools and changes, as the input says it; empty where it says nothing. */
  readonly stamp: string;
  /** Fingerprint of the server's own facts. */
  readonly own: string;
  /** Fingerprint of what the pages of its tools show of the server. */
  readonly facts: string;
  /** Fingerprint of what relates its tools to each other. */
  readonly relating: string;
  /** Fingerprint of all pages of its tools. */
  readonly content: string;
  /** Fingerprint of the addresses of its tools. */
  readonly addresses: string;
  /** Tools by severity, in the order of `SEVERITIES`. */
  readonly bySeverity: readonly number[];
  readonly tokens: number;
  readonly sources: readonly string[];
  /** Slugs of tombstones with the instant on them. */
  readonly gone: readonly (readonly [string, string, number])[];
}

/** A record of a build that cannot be read: it is as good as none. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/** Raise it whenever the shape below changes: an old state is then no state. */
export const STATE_VERSION = 10;

/** Counts tools by severity, in the order of `SEVERITIES`. */
export function countBySeverity(rows: readonly ToolRow[]): readonly number[] {
  const counts = SEVERITIES.map(() => 0);
  for (const { severity } of rows) {
    const rank = SEVERITIES.indexOf(severity);
    counts[rank] = (counts[rank] ?? 0) + 1;
  }
  return counts;
}

/** Number of tools of a server. */
export function toolsIn({ bySeverity }: ServerHead): number {
  return bySeverity.reduce((sum, n) => sum + n, 0);
}

/** The tools of a server as the log holds them. */
export function encodeTools(state: ServerState): string {
  const tools = state.rows.map((row, i): ToolLine => {
    const { page, stamp, body, judged, schemaTokens } = state.prints[i] ?? NO_PRINTS;
    const { name, slug, category, severity, confidence, tokens, capabilities, rules, threats, firstSeen } = row;
    const { method, schemaComplete } = row;
    const lists: [string[], string[]] = [[...capabilities], [...rules]];
    return [
      name,
      slug,
      category,
      severity,
      confidence,
      tokens,
      ...lists,
      threats,
      firstSeen,
      method,
      schemaComplete,
      page,
      stamp,
      body,
      judged,
      schemaTokens,
    ];
  });
  return JSON.stringify(tools);
}

/** The line of a server, whose tools stand at a place of the log. */
export function encodeServer(state: ServerState, { at, length, sum }: LogPlace): string {
  const { id, slug, name, print, frame, policyPrint, stamp, own, facts, relating, content, addresses } = state;
  const { bySeverity, tokens, sources, gone } = state;
  const prints = [print, frame, policyPrint, stamp, own, facts, relating, content, addresses];
  return JSON.stringify([id, slug, name, ...prints, bySeverity, tokens, sources, gone, at, length, sum]);
}

const NO_PRINTS: ToolPrints = { page: '', stamp: '', body: '', judged: '', schemaTokens: 0 };

type HeadLine = [
  ...facts: [id: string, slug: string, name: string],
  ...prints: [print: string, frame: string, policies: string, stamp: string, own: string],
  ...more: [facts: string, relating: string, content: string, addresses: string],
  bySeverity: number[],
  tokens: number,
  sources: string[],
  gone: [string, string, number][],
  ...tools: [at: number, length: number, sum: string],
];
const HEAD_FIELDS = 19;
const TOOL_FIELDS = 17;

/** Reads one line. Throws `StateError` where it is none, also when its tools are asked for. */
export function decodeServer(line: Buffer, log: ToolLog): ServerState {
  return new ServerLine(line, log);
}

/** A server as a line says it. The file is our own: to parse it with a schema would cost more than a page. */
class ServerLine implements ServerState {
  readonly kept: KeptState;
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly print: string;
  readonly frame: string;
  readonly policyPrint: string;
  readonly stamp: string;
  readonly own: string;
  readonly facts: string;
  readonly relating: string;
  readonly content: string;
  readonly addresses: string;
  readonly bySeverity: readonly number[];
  readonly tokens: number;
  readonly sources: readonly string[];
  readonly gone: HeadLine[15];
  #tools: readonly ToolLine[] | undefined;
  #rows: readonly ToolRow[] | undefined;
  #prints: readonly ToolPrints[] | undefined;

  constructor(line: Buffer, log: ToolLog) {
    const head = parseList<HeadLine>(line.toString('utf8'), HEAD_FIELDS);
    this.id = head[0];
    this.slug = head[1];
    this.name = head[2];
    this.print = head[3];
    this.frame = head[4];
    this.policyPrint = head[5];
    this.stamp = head[6];
    this.own = head[7];
    this.facts = head[8];
    this.relating = head[9];
    this.content = head[10];
    this.addresses = head[11];
    this.bySeverity = head[12];
    this.tokens = head[13];
    this.sources = head[14];
    this.gone = head[15];
    this.kept = { line, log, place: { at: head[16], length: head[17], sum: head[18] } };
  }

  get rows(): readonly ToolRow[] {
    this.#rows ??= this.#parsed().map(rowOf);
    return this.#rows;
  }

  get prints(): readonly ToolPrints[] {
    this.#prints ??= this.#parsed().map(([, , , , , , , , , , , , page, stamp, body, judged, schemaTokens]) => {
      return { page, stamp, body, judged, schemaTokens };
    });
    return this.#prints;
  }

  #parsed(): readonly ToolLine[] {
    this.#tools ??= parseList<ToolLine[]>(this.kept.log.read(this.kept.place), undefined);
    return this.#tools;
  }
}

function rowOf(tool: ToolLine): ToolRow {
  if (tool.length !== TOOL_FIELDS) throw new StateError('a tool in the record of the last build is not whole');
  const [name, slug, category, severity, confidence, tokens, capabilities, rules, threats, ...more] = tool;
  const [firstSeen, method, schemaComplete] = more;
  return {
    ...{ name, slug, category, severity, confidence, tokens, capabilities, rules, threats },
    ...{ firstSeen, method, schemaComplete },
  };
}

/** A JSON list of our own. */
export function parseList<List extends readonly unknown[]>(text: string, length: number | undefined): List {
  try {
    const list: List = JSON.parse(text);
    if (Array.isArray(list) && (length === undefined || list.length === length)) return list;
  } catch {
    // Told below.
  }
  throw new StateError('a line of the record of the last build cannot be read');
}

import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Category, Severity } from '../model/verdict.ts';
import type { ToolRow } from './view.ts';

/**
 * What a finished tree holds, beside it in a file of its own: which input each page was made of. JSON Lines, servers
 * ascending by id, so that two builds can be compared without holding either.
 */
type ToolState = [
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
  /** Fingerprint of its page. */
  print: string,
];

/** One server of a finished tree. */
export interface ServerState {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Fingerprint of the server's own pages. */
  readonly print: string;
  /** Fingerprint of the pages with its policies. */
  readonly policyPrint: string;
  /** Fingerprint of the server's own facts and of the row stamp that the input gave; empty where it gives none. */
  readonly stamp: string;
  readonly sources: readonly string[];
  readonly outcomes: readonly string[];
  readonly rows: readonly ToolRow[];
  /** Fingerprints of the tools' pages, in the order of `rows`. */
  readonly prints: readonly string[];
  /** Slugs of tombstones with the instant on them. */
  readonly gone: readonly (readonly [string, string, number])[];
  /** The line of the file that says all this, where it was read from one. */
  readonly line?: string;
}

/** The first line of a state file. */
export interface StateHead {
  readonly v: number;
  /** Fingerprint of everything that all pages share. */
  readonly generation: string;
}

/** Raise it whenever the shape below changes: an old state is then no state. */
export const STATE_VERSION = 3;
const CHUNK_BYTES = 1 << 20;

/** One line: the server, a tab, which JSON never holds, and its tools. */
export function encodeServer(state: ServerState): string {
  if (state.line !== undefined) return state.line;
  const tools = state.rows.map(
    (row, i): ToolState => [
      row.name,
      row.slug,
      row.category,
      row.severity,
      row.confidence,
      row.tokens,
      [...row.capabilities],
      [...row.rules],
      row.threats,
      row.firstSeen,
      state.prints[i] ?? '',
    ],
  );
  const { id, slug, name, print, policyPrint, stamp, sources, outcomes, gone } = state;
  return `${JSON.stringify([id, slug, name, print, policyPrint, stamp, sources, outcomes, gone])}\t${JSON.stringify(tools)}`;
}

type Encoded = [string, string, string, string, string, string, string[], string[], [string, string, number][]];

/** Reads one line. Its tools are read when they are asked for, since most of them are not. */
export function decodeServer(line: string): ServerState {
  // The file is our own and its version was compared: it is not parsed with a schema, which would cost more than a page.
  const tab = line.indexOf('\t');
  const [id, slug, name, print, policyPrint, stamp, sources, outcomes, gone]: Encoded = JSON.parse(line.slice(0, tab));
  let tools: readonly ToolState[] | undefined;
  const parsed = (): readonly ToolState[] => {
    tools ??= JSON.parse(line.slice(tab + 1));
    return tools ?? [];
  };
  let rows: readonly ToolRow[] | undefined;
  let prints: readonly string[] | undefined;
  return {
    ...{ id, slug, name, print, policyPrint, stamp, sources, outcomes, gone, line },
    get rows() {
      rows ??= parsed().map(rowOf);
      return rows;
    },
    get prints() {
      prints ??= parsed().map((tool) => tool[10]);
      return prints;
    },
  };
}

function rowOf(tool: ToolState): ToolRow {
  const [name, slug, category, severity, confidence, tokens, capabilities, rules, threats, firstSeen] = tool;
  return { name, slug, category, severity, confidence, tokens, capabilities, rules, threats, firstSeen };
}

/** The lines of a text file, read in pieces. */
export function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let rest = '';
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const parts = (rest + decoder.write(chunk.subarray(0, read))).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}

/** Writes lines in pieces. */
export class LineWriter {
  readonly #file: number;
  #waiting = '';
  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }
  write(line: string): void {
    this.#waiting += `${line}\n`;
    if (this.#waiting.length > CHUNK_BYTES) this.#flush();
  }
  close(): void {
    this.#flush();
    closeSync(this.#file);
  }
  #flush(): void {
    writeSync(this.#file, this.#waiting);
    this.#waiting = '';
  }
}

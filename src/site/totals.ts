import { CATEGORIES, type Category, SEVERITIES, type Severity } from '../model/verdict.ts';
import type { ServerState } from './state.ts';
import type { ToolRow } from './view.ts';

/** Tools that a list page names at most; the search has all of them. */
export const LISTED = 100;
/** Tools that a rule's page names at most. */
export const LISTED_BY_RULE = 30;
/** Tools and servers on the page of token costs. */
export const HEAVIEST = 50;

/** A tool in a list over several servers. */
export interface ListedTool {
  readonly server: string;
  readonly serverName: string;
  readonly row: ToolRow;
}

/** A server in a list. */
export interface ListedServer {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Tools by severity, in the order of `SEVERITIES`. */
  readonly bySeverity: readonly number[];
  readonly tokens: number;
}

/** A count by severity with the worst tools, at most so many of each severity. */
export class Tally {
  total = 0;
  readonly bySeverity = new Map<Severity, number>(SEVERITIES.map((severity) => [severity, 0]));
  readonly #lists = new Map<Severity, ListedTool[]>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(tool: ListedTool): void {
    const { severity } = tool.row;
    this.total++;
    this.bySeverity.set(severity, (this.bySeverity.get(severity) ?? 0) + 1);
    const list = this.#lists.get(severity);
    if (list === undefined) this.#lists.set(severity, [tool]);
    else if (list.length < this.#most) list.push(tool);
  }

  /** The worst tools, then by server and name. */
  worst(): readonly ListedTool[] {
    const sorted = [...SEVERITIES].reverse().flatMap((severity) => this.#lists.get(severity) ?? []);
    return sorted.slice(0, this.#most);
  }
}

/**
 * Totals over the catalogue and the lists of its pages. Everything but one small entry per server is bounded, so that
 * it stays the same size for any number of tools.
 */
export class Totals {
  tools = 0;
  tokens = 0;
  threats = 0;
  readonly servers: ListedServer[] = [];
  readonly matrix = new Map<Category, Map<Severity, number>>(
    CATEGORIES.map((category) => [category, new Map(SEVERITIES.map((severity) => [severity, 0]))]),
  );
  readonly byCategory = new Map<Category, Tally>(CATEGORIES.map((category) => [category, new Tally(LISTED)]));
  readonly bySeverity = new Map<Severity, Tally>(SEVERITIES.map((severity) => [severity, new Tally(LISTED)]));
  readonly byCapability = new Map<string, Tally>();
  readonly byRule = new Map<string, Tally>();
  readonly bySource = new Map<string, number>();
  readonly byOutcome = new Map<string, number>();
  /** Current tools by the day on which they were first observed, days since 1970. */
  readonly byDay = new Map<number, number>();
  readonly #heavy: ListedTool[] = [];
  /** Tokens of the last tool of that list; what has fewer never comes onto it. */
  #lightest = 0;

  add(server: ServerState): void {
    const bySeverity = SEVERITIES.map(() => 0);
    let tokens = 0;
    for (const row of server.rows) {
      tokens += row.tokens;
      const rank = SEVERITIES.indexOf(row.severity);
      bySeverity[rank] = (bySeverity[rank] ?? 0) + 1;
      this.#addTool({ server: server.slug, serverName: server.name, row });
    }
    this.tools += server.rows.length;
    this.tokens += tokens;
    this.servers.push({ id: server.id, slug: server.slug, name: server.name, bySeverity, tokens });
    for (const source of server.sources) this.bySource.set(source, (this.bySource.get(source) ?? 0) + 1);
    for (const outcome of server.outcomes) this.byOutcome.set(outcome, (this.byOutcome.get(outcome) ?? 0) + 1);
  }

  #addTool(tool: ListedTool): void {
    const { row } = tool;
    const line = this.matrix.get(row.category);
    line?.set(row.severity, (line.get(row.severity) ?? 0) + 1);
    this.byCategory.get(row.category)?.add(tool);
    this.bySeverity.get(row.severity)?.add(tool);
    for (const id of row.capabilities) tally(this.byCapability, id, LISTED).add(tool);
    for (const id of row.rules) tally(this.byRule, id, LISTED_BY_RULE).add(tool);
    if (row.threats !== 'none') this.threats++;
    const day = Math.floor(row.firstSeen / DAY_MS);
    this.byDay.set(day, (this.byDay.get(day) ?? 0) + 1);
    if (row.tokens < this.#lightest) return;
    this.#heavy.push(tool);
    if (this.#heavy.length > SLACK * HEAVIEST) this.#trim();
  }

  /** The tools with the longest definitions. */
  heaviestTools(): readonly ListedTool[] {
    this.#trim();
    return this.#heavy;
  }

  #trim(): void {
    this.#heavy.sort((a, b) => b.row.tokens - a.row.tokens || order(a, b));
    if (this.#heavy.length < HEAVIEST) return;
    this.#heavy.length = HEAVIEST;
    this.#lightest = this.#heavy.at(-1)?.row.tokens ?? 0;
  }
}

export const DAY_MS = 86_400_000;

/** The list of heavy tools is cut when it is so many times too long, so that it is sorted rarely. */
const SLACK = 40;

function order(a: ListedTool, b: ListedTool): number {
  if (a.server !== b.server) return a.server < b.server ? -1 : 1;
  return a.row.slug < b.row.slug ? -1 : 1;
}

function tally(map: Map<string, Tally>, id: string, most: number): Tally {
  const known = map.get(id);
  if (known !== undefined) return known;
  const made = new Tally(most);
  map.set(id, made);
  return made;
}

import type { Method } from '../model/tool.ts';
import { CATEGORIES, type Category, SEVERITIES, type Severity } from '../model/verdict.ts';
import { type HeavyLine, HeavyTools } from './heavy.ts';
import { type ServerHead, type ServerState, toolsIn } from './state.ts';
import { type ListedTool, Tally, type TallyLine } from './tally.ts';
import type { ToolRow } from './view.ts';

/** Tools that a list page names at most; the search has all of them. */
export const LISTED = 100;
/** Tools that a rule's page names at most. */
export const LISTED_BY_RULE = 30;

/** A server in a list. */
export interface ListedServer {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Tools by severity, in the order of `SEVERITIES`. */
  readonly bySeverity: readonly number[];
  readonly tokens: number;
}

/** Totals as the record of a build keeps them: everything but the list of servers. */
export interface TotalsLine {
  readonly threats: number;
  readonly strong: number;
  readonly matrix: readonly (readonly [Category, Severity, number])[];
  readonly days: readonly (readonly [number, number])[];
  readonly methods: readonly (readonly [Method, number])[];
  readonly incomplete: readonly (readonly [Method, number])[];
  readonly tallies: readonly (readonly [kind: Kind, id: string, tally: TallyLine])[];
  readonly heavy: HeavyLine;
}

type Kind = 'category' | 'severity' | 'capability' | 'rule';

/**
 * Totals over the catalogue and the lists of its pages. Everything but one small entry per server is bounded, so that
 * it stays the same size for any number of tools. A build that knows the last one's reads only the tools of servers
 * that changed.
 */
export class Totals {
  tools = 0;
  tokens = 0;
  /** Tools with any sign of an attack, and those of them with a strong one. */
  threats: number;
  strong: number;
  readonly servers: ListedServer[] = [];
  readonly matrix = new Map<Category, Map<Severity, number>>(
    CATEGORIES.map((category) => [category, new Map(SEVERITIES.map((severity) => [severity, 0]))]),
  );
  readonly byCategory: Map<Category, Tally> = new Map(CATEGORIES.map((category) => [category, new Tally(LISTED)]));
  readonly bySeverity: Map<Severity, Tally> = new Map(SEVERITIES.map((severity) => [severity, new Tally(LISTED)]));
  readonly byCapability = new Map<string, Tally>();
  readonly byRule = new Map<string, Tally>();
  readonly bySource = new Map<string, number>();
  /** Current tools by how their definition was obtained, and those of them with an incomplete schema. */
  readonly byMethod: Map<Method, number>;
  readonly incomplete: Map<Method, number>;
  /** Current tools by the day on which they were first observed, days since 1970. */
  readonly byDay: Map<number, number>;
  readonly #heavy: HeavyTools;
  readonly #groups: Readonly<Record<Kind, { readonly tallies: Map<string, Tally>; readonly most: number }>>;

  constructor(kept?: TotalsLine) {
    this.#groups = {
      category: { tallies: this.byCategory, most: LISTED },
      severity: { tallies: this.bySeverity, most: LISTED },
      capability: { tallies: this.byCapability, most: LISTED },
      rule: { tallies: this.byRule, most: LISTED_BY_RULE },
    };
    this.threats = kept?.threats ?? 0;
    this.strong = kept?.strong ?? 0;
    this.byDay = new Map(kept?.days);
    this.byMethod = new Map(kept?.methods);
    this.incomplete = new Map(kept?.incomplete);
    this.#heavy = new HeavyTools(kept?.heavy);
    for (const [category, severity, n] of kept?.matrix ?? []) this.matrix.get(category)?.set(severity, n);
    for (const [kind, id, tally] of kept?.tallies ?? []) {
      const { tallies, most } = this.#groups[kind];
      tallies.set(id, new Tally(most, tally));
    }
  }

  /** Lists a server, in the order of ids. */
  list(server: ServerHead): void {
    const { id, slug, name, bySeverity, tokens } = server;
    this.servers.push({ id, slug, name, bySeverity, tokens });
    this.tools += toolsIn(server);
    this.tokens += tokens;
    for (const source of server.sources) count(this.bySource, source, 1);
  }

  /** Counts the tools of a server that comes after all others. */
  add(server: ServerState): void {
    for (const row of server.rows) {
      const tool = listed(server, row);
      this.#count(row, 1);
      for (const [kind, id] of groupsOf(row)) this.#tally(kind, id).add(tool);
      this.#heavy.add({ ...tool, tokens: row.tokens });
    }
  }

  /** Counts the tools of a server in place of what was counted of it before. */
  replace(before: ServerState | undefined, after: ServerState | undefined): void {
    const server = after ?? before;
    if (server === undefined) return;
    if (before === undefined || after === undefined || !isListedAlike(before, after)) {
      for (const row of before?.rows ?? []) this.#count(row, -1);
      for (const row of after?.rows ?? []) this.#count(row, 1);
      const old = grouped(before);
      const now = grouped(after);
      for (const [key, { kind, id, tools }] of new Map([...old, ...now])) {
        this.#tally(kind, id).replace(server.id, old.get(key)?.tools ?? [], now.has(key) ? tools : []);
      }
    }
    this.#heavy.replace(server.id, before?.rows.length ?? 0, after?.rows ?? [], (row) => listed(server, row));
  }

  /** Whether a list lost so much that it has to be made anew from all servers. */
  get isShort(): boolean {
    return this.#heavy.isShort || this.#tallies().some(([, , tally]) => tally.isShort);
  }

  /** The tools with the longest definitions. */
  heaviestTools() {
    return this.#heavy.heaviest();
  }

  encode(): TotalsLine {
    return {
      threats: this.threats,
      strong: this.strong,
      matrix: [...this.matrix].flatMap(([category, line]) =>
        [...line].map(([severity, n]): [Category, Severity, number] => [category, severity, n]),
      ),
      days: [...this.byDay],
      methods: [...this.byMethod],
      incomplete: [...this.incomplete],
      tallies: this.#tallies().map(([kind, id, tally]): [Kind, string, TallyLine] => [kind, id, tally.encode()]),
      heavy: this.#heavy.encode(),
    };
  }

  /** Forgets the groups that have no tools any more, as if they had never had any. */
  prune(): void {
    for (const { tallies } of [this.#groups.capability, this.#groups.rule])
      for (const [id, tally] of tallies) if (tally.total === 0) tallies.delete(id);
  }

  #count(row: ToolRow, n: number): void {
    const line = this.matrix.get(row.category);
    line?.set(row.severity, (line.get(row.severity) ?? 0) + n);
    if (row.threats !== 'none') this.threats += n;
    if (row.threats === 'strong') this.strong += n;
    count(this.byDay, Math.floor(row.firstSeen / DAY_MS), n);
    count(this.byMethod, row.method, n);
    if (!row.schemaComplete) count(this.incomplete, row.method, n);
  }

  #tally(kind: Kind, id: string): Tally {
    const { tallies, most } = this.#groups[kind];
    const known = tallies.get(id);
    if (known !== undefined) return known;
    const made = new Tally(most);
    tallies.set(id, made);
    return made;
  }

  #tallies(): readonly (readonly [Kind, string, Tally])[] {
    return KINDS.flatMap((kind) =>
      [...this.#groups[kind].tallies].map(([id, tally]): [Kind, string, Tally] => [kind, id, tally]),
    );
  }
}

export const DAY_MS = 86_400_000;
const KINDS: readonly Kind[] = ['category', 'severity', 'capability', 'rule'];

function count<Key>(map: Map<Key, number>, key: Key, n: number): void {
  const sum = (map.get(key) ?? 0) + n;
  if (sum === 0) map.delete(key);
  else map.set(key, sum);
}

function listed(server: ServerState, row: ToolRow): ListedTool {
  return { id: server.id, server: server.slug, serverName: server.name, row };
}

function groupsOf({ category, severity, capabilities, rules }: ToolRow): readonly (readonly [Kind, string])[] {
  const groups: (readonly [Kind, string])[] = [
    ['category', category],
    ['severity', severity],
  ];
  for (const id of capabilities) groups.push(['capability', id]);
  for (const id of rules) groups.push(['rule', id]);
  return groups;
}

interface Grouped {
  readonly kind: Kind;
  readonly id: string;
  readonly tools: ListedTool[];
}

function grouped(server: ServerState | undefined): ReadonlyMap<string, Grouped> {
  const groups = new Map<string, Grouped>();
  if (server === undefined) return groups;
  for (const row of server.rows) {
    for (const [kind, id] of groupsOf(row)) {
      const key = `${kind} ${id}`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { kind, id, tools: [listed(server, row)] });
      else known.tools.push(listed(server, row));
    }
  }
  return groups;
}

/** Whether lists and counts say the same of a server, whatever its definitions weigh. */
function isListedAlike(before: ServerState, after: ServerState): boolean {
  if (before.name !== after.name || before.slug !== after.slug || before.rows.length !== after.rows.length)
    return false;
  return after.rows.every((row, i) => {
    const old = before.rows[i];
    if (old === undefined || old === row) return old === row;
    return SHOWN.every((field) => String(old[field]) === String(row[field]));
  });
}

const READ = ['firstSeen', 'method', 'schemaComplete'] as const;
const SHOWN = ['name', 'category', 'severity', 'threats', 'capabilities', 'rules', ...READ] as const;

/** Servers of which at least one tool is known. */
export function serversWithTools({ servers }: Totals): number {
  return servers.filter(({ bySeverity }) => bySeverity.some((n) => n > 0)).length;
}

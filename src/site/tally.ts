import { hash } from 'node:crypto';
import { type Category, SEVERITIES, type Severity } from '../model/verdict.ts';
import { compareIds } from './ids.ts';
import { parseList } from './state.ts';
import type { ToolRow } from './view.ts';
import { WORST_FIRST } from './words.ts';

/** A tool in a list over several servers. */
export interface ListedTool {
  /** Id of its server, by which lists are sorted. */
  readonly id: string;
  readonly server: string;
  readonly serverName: string;
  readonly row: ListedRow;
}

/** What a list says of a tool. */
export type ListedRow = Pick<ToolRow, 'name' | 'slug' | 'category' | 'severity'>;

/** A tally as the record of a build keeps it: the lists as a text, since few of them are read again. */
export type TallyLine = [counts: number[], print: string, lists: string];
type ListedLine = [id: string, server: string, serverName: string, name: string, slug: string, category: Category];

/**
 * A count by severity with the worst tools. Each list holds the first tools of one severity, by server and name, and
 * stays right when the tools of one server are replaced; whether it is still long enough, `isShort` says.
 */
export class Tally {
  readonly bySeverity: Map<Severity, number>;
  readonly #most: number;
  #lists: Map<Severity, ListedTool[]> | undefined;
  #kept: TallyLine | undefined;

  constructor(most: number, kept?: TallyLine) {
    this.#most = most;
    this.#kept = kept;
    this.bySeverity = new Map(SEVERITIES.map((severity, i) => [severity, kept?.[0][i] ?? 0]));
  }

  get total(): number {
    let sum = 0;
    for (const n of this.bySeverity.values()) sum += n;
    return sum;
  }

  /** Adds a tool that comes after all others. */
  add(tool: ListedTool): void {
    const { severity } = tool.row;
    const list = this.#list(severity);
    this.#kept = undefined;
    this.bySeverity.set(severity, (this.bySeverity.get(severity) ?? 0) + 1);
    if (list.length < this.#most) list.push(tool);
  }

  /** Puts the tools of one server, in order, where other tools of it were. */
  replace(id: string, before: readonly ListedTool[], after: readonly ListedTool[]): void {
    for (const severity of SEVERITIES) {
      const own = after.filter(({ row }) => row.severity === severity);
      const old = before.filter(({ row }) => row.severity === severity).length;
      if (own.length === 0 && old === 0) continue;
      const list = this.#list(severity);
      this.#kept = undefined;
      const count = this.bySeverity.get(severity) ?? 0;
      const last = list.at(-1);
      // Past the end of a list that is not whole nothing is known of its order.
      if (list.length === count || (last !== undefined && compareIds(id, last.id) <= 0)) {
        const others = list.filter((tool) => tool.id !== id);
        const at = others.findIndex((tool) => compareIds(tool.id, id) > 0);
        others.splice(at < 0 ? others.length : at, 0, ...own);
        this.#lists?.set(severity, others.slice(0, this.#most));
      }
      this.bySeverity.set(severity, count + own.length - old);
    }
  }

  /** Whether so many tools went that the next worst ones are not known. */
  get isShort(): boolean {
    if (this.#lists === undefined) return false;
    let listed = 0;
    for (const severity of WORST_FIRST) {
      const { length } = this.#list(severity);
      listed += length;
      if (listed >= this.#most) return false;
      if (length < (this.bySeverity.get(severity) ?? 0)) return true;
    }
    return false;
  }

  /** The worst tools, then by server and name. */
  worst(): readonly ListedTool[] {
    return WORST_FIRST.flatMap((severity) => this.#list(severity)).slice(0, this.#most);
  }

  /** A fingerprint of all that pages show of it. */
  print(): string {
    if (this.#kept !== undefined) return this.#kept[1];
    const shown = this.worst().map(({ row, server, serverName }) => [server, serverName, row.name, row.severity]);
    const categories = this.worst().map(({ row }) => row.category);
    return hash('sha256', JSON.stringify([...this.bySeverity.values(), shown, categories]), 'base64url');
  }

  encode(): TallyLine {
    if (this.#kept !== undefined) return this.#kept;
    let room = SLACK * this.#most;
    const lists = WORST_FIRST.map((severity): ListedLine[] => {
      const kept = this.#list(severity).slice(0, room);
      room -= kept.length;
      return kept.map(({ id, server, serverName, row }) => [id, server, serverName, row.name, row.slug, row.category]);
    });
    return [[...this.bySeverity.values()], this.print(), JSON.stringify(lists)];
  }

  #list(severity: Severity): ListedTool[] {
    this.#lists ??= this.#kept === undefined ? new Map() : listsOf(this.#kept);
    const known = this.#lists.get(severity);
    if (known !== undefined) return known;
    const made: ListedTool[] = [];
    this.#lists.set(severity, made);
    return made;
  }
}

/** So many times what a page shows is kept for the next build, so that lists run short rarely. */
const SLACK = 2;

function listsOf([, , text]: TallyLine): Map<Severity, ListedTool[]> {
  const lists = parseList<ListedLine[][]>(text, WORST_FIRST.length);
  return new Map(
    WORST_FIRST.map((severity, i) => [
      severity,
      (lists[i] ?? []).map(([id, server, serverName, name, slug, category]) => ({
        ...{ id, server, serverName },
        row: { name, slug, category, severity },
      })),
    ]),
  );
}

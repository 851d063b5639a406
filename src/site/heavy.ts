import type { ListedTool } from './tally.ts';
import type { ToolRow } from './view.ts';

/** Tools and servers on the page of token costs. */
export const HEAVIEST = 50;

/** A tool with the tokens of its definition. */
export interface HeavyTool extends ListedTool {
  readonly tokens: number;
}

/** The list as the record of a build keeps it, and how many tools there are. */
export type HeavyLine = readonly [tools: number, list: readonly HeavyTool[]];

/** The tools with the longest definitions: always the first ones of all. `isShort` says whether they are enough. */
export class HeavyTools {
  #tools: number;
  #list: HeavyTool[];
  /** What has fewer tokens never comes onto the list. */
  #lightest = 0;
  /** Servers that were replaced since the list was brought up to date, and what came of them. */
  readonly #replaced = new Set<string>();
  #fresh: HeavyTool[] = [];
  /** Whether the list held all tools before they were. */
  #isWhole = false;

  constructor(kept?: HeavyLine) {
    this.#tools = kept?.[0] ?? 0;
    this.#list = [...(kept?.[1] ?? [])];
  }

  /** Adds a tool of a server that was not counted yet. */
  add(tool: HeavyTool): void {
    this.#tools++;
    if (tool.tokens < this.#lightest) return;
    this.#list.push(tool);
    if (this.#list.length > SLACK * KEPT) this.#trim();
  }

  /** Puts the tools of one server where so many other tools of it were. No tool may be added afterwards. */
  replace(id: string, before: number, after: readonly ToolRow[], listed: (row: ToolRow) => ListedTool): void {
    if (this.#replaced.has(id)) this.#settle();
    const last = this.#list.at(-1);
    const isWhole = this.#replaced.size === 0 ? this.#list.length === this.#tools : this.#isWhole;
    this.#isWhole = isWhole;
    this.#tools += after.length - before;
    this.#replaced.add(id);
    // Past the last one nothing is known of the order.
    for (const row of after) {
      if (!isWhole && (last === undefined || row.tokens < last.tokens)) continue;
      const tool = { ...listed(row), tokens: row.tokens };
      if (isWhole || (last !== undefined && order(tool, last) <= 0)) this.#fresh.push(tool);
    }
    if (this.#fresh.length > SLACK * KEPT) this.#settle();
  }

  /** Brings the list up to date with what was replaced: once for many servers, since it is sorted each time. */
  #settle(): void {
    if (this.#replaced.size === 0) return;
    const others = this.#list.filter((tool) => !this.#replaced.has(tool.id));
    this.#list = [...others, ...this.#fresh].sort(order).slice(0, KEPT);
    this.#replaced.clear();
    this.#fresh = [];
  }

  get isShort(): boolean {
    this.#settle();
    return this.#list.length < Math.min(HEAVIEST, this.#tools);
  }

  heaviest(): readonly HeavyTool[] {
    this.#trim();
    return this.#list.slice(0, HEAVIEST);
  }

  encode(): HeavyLine {
    this.#trim();
    const plain = ({ id, server, serverName, row: { name, slug, category, severity }, tokens }: HeavyTool) => ({
      ...{ id, server, serverName, tokens },
      row: { name, slug, category, severity },
    });
    return [this.#tools, this.#list.map(plain)];
  }

  #trim(): void {
    this.#settle();
    this.#list.sort(order);
    if (this.#list.length < KEPT) return;
    this.#list.length = KEPT;
    this.#lightest = this.#list.at(-1)?.tokens ?? 0;
  }
}

/** Tools that the next build is told of, so that the list runs short rarely. */
const KEPT = 4 * HEAVIEST;
/** The list is cut when it is so many times too long, so that it is sorted rarely. */
const SLACK = 10;

function order(a: HeavyTool, b: HeavyTool): number {
  if (a.tokens !== b.tokens) return b.tokens - a.tokens;
  if (a.server !== b.server) return a.server < b.server ? -1 : 1;
  return a.row.slug < b.row.slug ? -1 : a.row.slug > b.row.slug ? 1 : 0;
}

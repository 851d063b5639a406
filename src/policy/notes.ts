import { count, list, quoted } from './wording.ts';

/** Names that are spelled out in one note; the others are counted. */
const NAMED = 6;

/** Collects what a format cannot say, one sentence per reason. */
export class Notes {
  readonly #tightened = new Map<string, Set<string>>();
  readonly #left = new Map<string, Set<string>>();
  readonly #servers: string[] = [];
  readonly #leftServers = new Set<string>();

  /** A tool got a tighter rule than the policy's. */
  tighten(tool: string, what: string): void {
    add(this.#tightened, what, tool);
  }

  /** A part of a tool's rule is not enforced by this format. */
  leave(tool: string, what: string): void {
    add(this.#left, what, tool);
  }

  /** All tools of a server got a tighter rule. */
  tightenServer(server: string, what: string): void {
    this.#servers.push(`${quoted(server)}: ${what}.`);
  }

  /** Something about the whole server is not enforced. A sentence. */
  leaveServer(sentence: string): void {
    this.#leftServers.add(sentence);
  }

  get tightened(): readonly string[] {
    return [...this.#servers, ...sentences(this.#tightened)];
  }

  get unenforced(): readonly string[] {
    return [...this.#leftServers, ...sentences(this.#left)];
  }
}

function add(map: Map<string, Set<string>>, what: string, tool: string): void {
  const tools = map.get(what);
  if (tools === undefined) map.set(what, new Set([tool]));
  else tools.add(tool);
}

function sentences(map: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const found: string[] = [];
  for (const [what, tools] of map) found.push(`${someOf(tools)}: ${what}.`);
  return found;
}

/** The first names, and how many more there are. */
function someOf(tools: ReadonlySet<string>): string {
  const shown: string[] = [];
  for (const tool of tools) {
    if (shown.length === NAMED) break;
    shown.push(quoted(tool));
  }
  const more = tools.size - shown.length;
  return list(more > 0 ? [...shown, count(more, 'other tool')] : shown);
}

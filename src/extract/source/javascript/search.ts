import type { DroppedTool, ObservedTool } from '../../../model/tool.ts';
import type { Engine } from './engine.ts';
import { Gates } from './gates.ts';
import { type Found, GATED_NOTE, type Locate } from './tool.ts';
import type { FunctionValue } from './values.ts';

/** What was found in one package, in the order of its files. */
export interface Findings {
  /** Registrations whose tool could not be named: something else defines it. */
  readonly unresolved: number;
  readonly tools: readonly ObservedTool[];
  readonly dropped: readonly DroppedTool[];
}

/** One search through a package: what was found so far, one tool of each name. */
export class Search {
  readonly engine: Engine;
  readonly locate: Locate;
  readonly gates: Gates;
  readonly tools = new Map<string, ObservedTool>();
  readonly dropped: DroppedTool[] = [];
  /** Registrations whose tool could not be named. */
  unresolved = 0;
  /** Whether a condition that others of the same place fulfil holds for what is being read, and the tools that had one. */
  isApart = false;
  readonly apart = new Set<string>();
  /** Whether an answer to `tools/list` is known whole: what is only written like a tool is then not served. */
  isListed = false;
  /** What the answer to `tools/list` makes of each definition of a list that is not known: `tools.map((tool) => …)`. */
  dress: FunctionValue | undefined;

  constructor(engine: Engine, locate: Locate) {
    this.engine = engine;
    this.locate = locate;
    this.gates = new Gates(engine);
  }

  /** Evaluation is recursive, and what a package nests too deeply is one definition that is not known. */
  attempt(work: () => void): void {
    this.engine.siteSteps = 0;
    try {
      work();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.unresolved += 1;
    }
  }

  result(): Findings {
    const tools = [...this.tools.values()];
    // A condition on every tool is one on the server, and tells none of them apart; its own, in one of many turns, does.
    const all = tools.length > 1 && tools.every(({ gated }) => gated);
    const isOwn = (tool: ObservedTool) => this.apart.size < tools.length && this.apart.has(tool.definition.name);
    return {
      tools: all ? tools.map((tool) => (isOwn(tool) ? tool : ungated(tool))) : tools,
      dropped: this.dropped,
      unresolved: this.unresolved,
    };
  }

  add(found: Found | undefined): void {
    if (found === undefined) {
      this.unresolved += 1;
      return;
    }
    if (found.kind === 'dropped') {
      this.dropped.push(found.dropped);
      return;
    }
    const { tool } = found;
    if (this.isApart) this.apart.add(tool.definition.name);
    const known = this.tools.get(tool.definition.name);
    if (known === undefined) {
      this.tools.set(tool.definition.name, tool);
      return;
    }
    if (known.provenance === tool.provenance) {
      if (richness(tool) > richness(known)) this.tools.set(tool.definition.name, tool);
      return;
    }
    // The same tool, seen at its definition and at its registration: the one that says more stays.
    const [more, less] = richness(tool) > richness(known) ? [tool, known] : [known, tool];
    // A library's own list, read with its server, has no description, and says nothing of conditions.
    const isFree = more.gated && !less.gated && less.definition.description !== undefined;
    this.tools.set(tool.definition.name, isFree ? ungated(more) : more);
  }

  /** Marks a tool as registered only under a condition. */
  gate(tool: ObservedTool): void {
    const { name } = tool.definition;
    this.tools.set(name, { ...tool, gated: true, notes: [...new Set([...tool.notes, GATED_NOTE])].sort() });
  }
}

function ungated(tool: ObservedTool): ObservedTool {
  return { ...tool, gated: false, notes: tool.notes.filter((note) => note !== GATED_NOTE) };
}

/** How much a definition says. */
function richness({ definition, schemaComplete, dynamic }: ObservedTool): number {
  return (
    (definition.description === undefined ? 0 : 4) +
    (definition.inputSchema === undefined ? 0 : 4) +
    (schemaComplete ? 1 : 0) +
    (dynamic ? 0 : 1) +
    (definition.annotations === undefined ? 0 : 1) +
    Math.min(3, Object.keys(definition.inputSchema ?? {}).length)
  );
}

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
    // A condition on every tool is one on the server, and tells none of them apart.
    const all = tools.length > 1 && tools.every(({ gated }) => gated);
    return { tools: all ? tools.map(ungated) : tools, dropped: this.dropped, unresolved: this.unresolved };
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
    if (richness(tool) > richness(known))
      this.tools.set(tool.definition.name, { ...tool, gated: tool.gated && known.gated });
    else if (known.gated && !tool.gated)
      this.tools.set(tool.definition.name, {
        ...known,
        gated: false,
        notes: known.notes.filter((note) => note !== GATED_NOTE),
      });
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

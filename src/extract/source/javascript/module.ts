import type { CallNode, ClassNode, NewNode, Node } from './ast.ts';
import type { ItemWrite, Scope, Site } from './scope.ts';

/** What a module gives to others under one name. */
export type Export =
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'value'; readonly site: Site }
  | { readonly kind: 'from'; readonly from: string; readonly imported: string };

/** One parsed source file, indexed in a single walk. */
export interface Module {
  readonly path: string;
  /** Start offset of each line, for provenance. */
  readonly lines: readonly number[];
  root: Scope;
  readonly scopes: Map<Node, Scope>;
  readonly exports: Map<string, Export>;
  /** `export * from`. */
  readonly stars: string[];
  /** `module.exports = …`. */
  whole: Site | undefined;
  /** Calls and `new` by the last name of what is called. */
  readonly calls: Map<string, Site<CallNode | NewNode>[]>;
  /** Object literals that look like a definition of something with a name and a description. */
  readonly literals: Site[];
  /** The property that a candidate literal, or the call around it, stands under. */
  readonly keys: Map<Node, string>;
  /** The variables that are initialised with a call, by the name of what is called. */
  readonly results: Map<string, Set<string>>;
  /** The name of the function that a candidate literal is handed to. */
  readonly wrappers: Map<Node, string>;
  /** What a loop over a list writes to each of its items, by the literal that stands in the list. */
  readonly itemWrites: Map<Node, ItemWrite[]>;
  readonly classes: { readonly node: ClassNode; readonly scope: Scope }[];
}

/** The line, from 1, of an offset in UTF-16 code units. */
export function lineOf(module: Module, offset: number): number {
  let low = 0;
  let high = module.lines.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((module.lines[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** Start offsets of all lines of a text. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

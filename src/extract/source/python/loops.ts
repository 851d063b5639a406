import { type Located, type Module, type Package, resolveDotted } from './package.ts';
import { children, type Node, part } from './syntax.ts';

/** What the variables of a loop stand for in one turn. */
export type Turn = ReadonlyMap<string, Node>;

/** A loop over more than this is no list of tools that somebody wrote down. */
const MAX_TURNS = 500;

/**
 * The turns of the loop around a node: `for fn, name in TOOLS:` over a list that is written down gives the nodes of each
 * item. Outside of a loop there is one turn without variables; a loop over anything else has none to give.
 */
export function turnsOf(
  node: Node,
  module: Module,
  all: Package,
): { readonly turns: readonly Turn[]; readonly module: Module } {
  const loop = loopAround(node);
  const left = loop === undefined ? undefined : part(loop, 'left');
  const right = loop === undefined ? undefined : part(loop, 'right');
  if (left === undefined || right === undefined) return { turns: [new Map()], module };
  const list = listOf(right, module, all);
  if (list === undefined) return { turns: [new Map()], module };
  const names = left.type === 'identifier' ? [left.text] : children(left).map((one) => one.text);
  const turns = children(list.node)
    .slice(0, MAX_TURNS)
    .map((item): Turn => {
      const values = left.type === 'identifier' ? [item] : children(item);
      return new Map(names.flatMap((name, index) => (values[index] === undefined ? [] : [[name, values[index]]])));
    });
  return { turns, module: list.module };
}

function loopAround(node: Node): Node | undefined {
  for (let up = node.parent; up !== null; up = up.parent) {
    if (up.type === 'for_statement') return up;
    if (up.type === 'function_definition' || up.type === 'class_definition') return undefined;
  }
  return undefined;
}

function listOf(node: Node, module: Module, all: Package): Located | undefined {
  if (node.type === 'list' || node.type === 'tuple') return { node, module };
  const located = resolveDotted(node, module, all);
  const right = located?.node.type === 'assignment' ? part(located.node, 'right') : undefined;
  const isList = right?.type === 'list' || right?.type === 'tuple';
  return located !== undefined && right !== undefined && isList ? { node: right, module: located.module } : undefined;
}

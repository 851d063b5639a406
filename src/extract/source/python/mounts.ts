import { type Located, type Module, type Package, resolveDotted } from './package.ts';
import { argumentsOf, calleeName, type Node } from './syntax.ts';
import { evaluate } from './values.ts';

/** Prefixes that servers get when they are mounted into another one, by the place where the server is made. */
export type Mounts = ReadonlyMap<string, string>;

const MOUNTING = new Set(['mount', 'import_server']);

/** Finds `main.mount("jira", jira_mcp)`, `main.mount(jira_mcp, prefix="jira")` and `import_server` in a package. */
export function mountsOf(all: Package): Mounts {
  const mounts = new Map<string, string>();
  for (const module of all.values()) {
    for (const call of module.root.descendantsOfType('call')) {
      if (call !== null && MOUNTING.has(calleeName(call) ?? '')) addMount(call, module, all, mounts);
    }
  }
  return mounts;
}

function addMount(call: Node, module: Module, all: Package, mounts: Map<string, string>): void {
  const { positional, keyword } = argumentsOf(call);
  const named = keyword.get('prefix') ?? keyword.get('namespace');
  const texts = [...(named === undefined ? [] : [named]), ...positional].map(
    (node) => evaluate(node, module, all).json,
  );
  const prefix = texts.find((text) => typeof text === 'string');
  const server =
    keyword.get('server') ?? positional.find((node) => resolveDotted(node, module, all)?.node.type === 'assignment');
  const located = server === undefined ? undefined : resolveDotted(server, module, all);
  if (typeof prefix === 'string' && prefix !== '' && located !== undefined) mounts.set(placeOf(located), prefix);
}

/** The name of a tool as clients see it: with the prefix of the server that it is registered on. */
export function mountedName(
  name: string,
  owner: Node | undefined,
  module: Module,
  all: Package,
  mounts: Mounts,
): string {
  const located = owner === undefined ? undefined : resolveDotted(owner, module, all);
  const prefix = located === undefined ? undefined : mounts.get(placeOf(located));
  return prefix === undefined ? name : `${prefix}_${name}`;
}

function placeOf({ node, module }: Located): string {
  return `${module.path}:${node.startIndex}`;
}

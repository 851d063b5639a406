import { assignmentOf, children, dotted, type Node, part, statements } from './syntax.ts';

/** One parsed file. */
export interface Module {
  readonly path: string;
  readonly root: Node;
  /** Top-level names: functions, classes, assigned values. The last definition counts. */
  readonly symbols: ReadonlyMap<string, Node>;
  readonly imports: ReadonlyMap<string, Imported>;
  /** Modules whose every name is imported. */
  readonly stars: readonly string[];
}

/** Where an imported name comes from: `from MODULE import NAME`, or `import MODULE`. */
interface Imported {
  readonly module: string;
  readonly name?: string;
}

/** A node with the module that it stands in. */
export interface Located {
  readonly node: Node;
  readonly module: Module;
}

/** The parsed files of one package, by path. */
export type Package = ReadonlyMap<string, Module>;

/** Re-exports are followed so far. */
const MAX_HOPS = 8;

/** Reads the names that a file defines and imports. */
export function moduleOf(path: string, root: Node): Module {
  const symbols = new Map<string, Node>();
  const imports = new Map<string, Imported>();
  const stars: string[] = [];
  for (const statement of topLevel(root)) {
    const name = part(statement, 'name')?.text;
    if (statement.type === 'function_definition' || statement.type === 'class_definition') {
      if (name !== undefined) symbols.set(name, statement);
    } else if (statement.type === 'decorated_definition') {
      const definition = part(statement, 'definition');
      const defined = definition === undefined ? undefined : part(definition, 'name')?.text;
      if (definition !== undefined && defined !== undefined) symbols.set(defined, definition);
    } else if (statement.type === 'import_from_statement') {
      readFrom(statement, path, imports, stars);
    } else if (statement.type === 'import_statement') {
      for (const child of children(statement)) {
        const module = child.type === 'aliased_import' ? part(child, 'name')?.text : child.text;
        const alias = part(child, 'alias')?.text ?? module?.split('.')[0];
        if (module !== undefined && alias !== undefined) imports.set(alias, { module });
      }
    } else {
      const assignment = assignmentOf(statement);
      const left = assignment === undefined ? undefined : part(assignment, 'left');
      if (assignment !== undefined && left?.type === 'identifier') symbols.set(left.text, assignment);
    }
  }
  return { path, root, symbols, imports, stars };
}

/** Statements at the top, also those inside `if`, `try` and `with`: they define names of the module all the same. */
function topLevel(node: Node): readonly Node[] {
  return statements(node).flatMap((statement) => {
    if (!/^(?:if|try|with)_statement$/u.test(statement.type)) return [statement];
    return children(statement).flatMap((child) =>
      child.type === 'block'
        ? topLevel(child)
        : /_clause$/u.test(child.type)
          ? children(child).flatMap((one) => (one.type === 'block' ? topLevel(one) : []))
          : [],
    );
  });
}

function readFrom(statement: Node, path: string, imports: Map<string, Imported>, stars: string[]): void {
  const from = part(statement, 'module_name');
  if (from === undefined) return;
  const module = from.type === 'relative_import' ? absolute(from.text, path) : from.text;
  for (const child of children(statement)) {
    if (child.type === 'wildcard_import') stars.push(module);
    if (child.id === from.id) continue;
    const name =
      child.type === 'aliased_import'
        ? part(child, 'name')?.text
        : child.type === 'dotted_name'
          ? child.text
          : undefined;
    if (name !== undefined) imports.set(part(child, 'alias')?.text ?? name, { module, name });
  }
}

/** `..a.b` seen from `x/y/z.py` is `x.a.b`; the leading slash of the result marks that it is whole. */
function absolute(text: string, path: string): string {
  const dots = /^\.*/u.exec(text)?.[0].length ?? 0;
  const folders = path.split('/').slice(0, -1);
  const base = folders.slice(0, Math.max(0, folders.length - dots + 1));
  const rest = text.slice(dots).trim();
  return `/${[...base, ...(rest === '' ? [] : rest.split('.'))].join('/')}`;
}

/** Finds what a name of a module stands for, through imports; undefined when it is defined elsewhere. */
export function resolve(name: string, module: Module, all: Package, hops = 0): Located | undefined {
  const symbol = module.symbols.get(name);
  if (symbol !== undefined) return { node: symbol, module };
  if (hops >= MAX_HOPS) return undefined;
  const imported = module.imports.get(name);
  if (imported?.name !== undefined) {
    const target = findModule(imported.module, all);
    return target === undefined ? undefined : resolve(imported.name, target, all, hops + 1);
  }
  for (const star of module.stars) {
    const target = findModule(star, all);
    const found = target === undefined ? undefined : resolve(name, target, all, hops + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Finds what `module.name` or `name` stands for. */
export function resolveDotted(node: Node, module: Module, all: Package): Located | undefined {
  const names = dotted(node);
  const [first, second] = names ?? [];
  if (first === undefined) return undefined;
  if (names?.length === 1) return resolve(first, module, all);
  if (names?.length !== 2 || second === undefined) return undefined;
  const imported = module.imports.get(first);
  if (imported === undefined) return undefined;
  const path = imported.name === undefined ? imported.module : `${imported.module}.${imported.name}`;
  const target = findModule(path, all) ?? findModule(`${imported.module}/${imported.name ?? ''}`, all);
  return target === undefined ? undefined : resolve(second, target, all);
}

/** The file of a dotted module; a relative import names its path from the root, an absolute one the end of a path. */
function findModule(module: string, all: Package): Module | undefined {
  const whole = module.startsWith('/');
  const base = module.replace(/^\//u, '').replaceAll('.', '/');
  const wanted = [`${base}.py`, `${base}/__init__.py`];
  const exact = wanted.map((path) => all.get(path)).find((found) => found !== undefined);
  if (exact !== undefined || whole) return exact;
  for (const [path, found] of all) {
    if (wanted.some((one) => path.endsWith(`/${one}`))) return found;
  }
  return undefined;
}

/** The function or class that a node stands in, nearest first. */
export function* enclosing(node: Node): Generator<Node> {
  for (let up = node.parent; up !== null; up = up.parent) {
    if (up.type === 'function_definition' || up.type === 'class_definition') yield up;
  }
}

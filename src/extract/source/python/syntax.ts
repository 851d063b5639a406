import { createRequire } from 'node:module';
import treeSitter from '@vscode/tree-sitter-wasm';

/** A node of the syntax tree. */
export type Node = treeSitter.Node;

/** Parses one Python file. The tree lives in WebAssembly memory until `free` is called. */
export interface PythonParser {
  parse(text: string): { readonly root: Node; free(): void } | undefined;
}

/** Loads the Python grammar, once per process that parses. */
export async function loadPython(): Promise<PythonParser> {
  await treeSitter.Parser.init();
  const grammar = createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm');
  const language = await treeSitter.Language.load(grammar);
  const parser = new treeSitter.Parser();
  parser.setLanguage(language);
  return {
    parse(text) {
      const tree = parser.parse(text);
      return tree === null ? undefined : { root: tree.rootNode, free: () => tree.delete() };
    },
  };
}

/** The named children, comments left out. */
export function children(node: Node): readonly Node[] {
  return node.namedChildren.filter((child) => child !== null).filter((child) => child.type !== 'comment');
}

/** The child under a field's name. */
export function part(node: Node, name: string): Node | undefined {
  return node.childForFieldName(name) ?? undefined;
}

/** Arguments of a call: by position, and by keyword. Splats are told apart, since they hide keywords. */
export interface Arguments {
  readonly positional: readonly Node[];
  readonly keyword: ReadonlyMap<string, Node>;
  readonly splat: boolean;
}

/** Reads the arguments of a call or the bases of a class. */
export function argumentsOf(node: Node): Arguments {
  const list = part(node, 'arguments') ?? part(node, 'superclasses');
  const positional: Node[] = [];
  const keyword = new Map<string, Node>();
  let splat = false;
  for (const child of list === undefined ? [] : children(list)) {
    const name = child.type === 'keyword_argument' ? part(child, 'name')?.text : undefined;
    const value = part(child, 'value');
    if (name !== undefined && value !== undefined) keyword.set(name, value);
    else if (child.type === 'list_splat' || child.type === 'dictionary_splat') splat = true;
    else positional.push(child);
  }
  return { positional, keyword, splat };
}

/** `a.b.c` as its parts; undefined for anything else than names and attributes. */
export function dotted(node: Node | undefined): readonly string[] | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'identifier') return [node.text];
  if (node.type !== 'attribute') return undefined;
  const object = dotted(part(node, 'object'));
  const attribute = part(node, 'attribute')?.text;
  return object === undefined || attribute === undefined ? undefined : [...object, attribute];
}

/** The last name of what a call calls: `Tool` of `types.Tool(…)`. */
export function calleeName(call: Node): string | undefined {
  const callee = part(call, 'function');
  if (callee?.type === 'identifier') return callee.text;
  return callee?.type === 'attribute' ? part(callee, 'attribute')?.text : undefined;
}

/** The statements of a function's or class's body. */
export function statements(node: Node): readonly Node[] {
  const body = node.type === 'module' || node.type === 'block' ? node : part(node, 'body');
  return body === undefined ? [] : children(body);
}

/** The assignment of a statement: `name = …`, `name: T = …`, `name: T`. */
export function assignmentOf(statement: Node): Node | undefined {
  if (statement.type !== 'expression_statement') return undefined;
  const [first] = children(statement);
  return first?.type === 'assignment' ? first : undefined;
}

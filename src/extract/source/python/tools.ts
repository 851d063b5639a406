import {
  type Annotations,
  type DroppedTool,
  type Json,
  type ObservedTool,
  OPEN_HINTS_NOTE,
} from '../../../model/tool.ts';
import { hintsOf } from '../../edge/annotations.ts';
import { objectOf } from '../../edge/value.ts';
import { docOf } from './classes.ts';
import { turnsOf } from './loops.ts';
import { type Mounts, mountedName } from './mounts.ts';
import { enclosing, type Located, type Module, type Package, resolve, resolveDotted } from './package.ts';
import { signatureOf } from './signature.ts';
import { argumentsOf, calleeName, children, dotted, type Node, part } from './syntax.ts';
import { evaluate, type Value } from './values.ts';

/** What one file registers. */
export interface Found {
  readonly tools: readonly ObservedTool[];
  readonly dropped: readonly DroppedTool[];
  readonly instructions?: string;
}

/** A registration, before it is made a tool. */
interface Registration {
  /** Where it stands, for the line. */
  readonly node: Node;
  readonly module: Module;
  /** Keyword arguments of the registering call. */
  readonly keyword: ReadonlyMap<string, Node>;
  readonly name: Node | undefined;
  /** The server that it is registered on, when the code names it. */
  readonly owner: Node | undefined;
  /** The function that answers, whose name, docstring and signature count where nothing else is said. */
  readonly handler: Located | undefined;
}

/** Constructors of servers, their subclasses included; their `instructions` go to the model. */
const SERVERS = /MCP|Server/u;

/** Frameworks whose `.tool` gives a tool to an agent of their own and serves none. */
const AGENTS = /^(?:agent|.*_agent|crew|assistant|toolkit|llm|chain)$/iu;

/** Finds the tools that one file registers. */
export function toolsOf(module: Module, all: Package, location: string, mounts: Mounts): Found {
  const found = registrations(module, all);
  const tools: ObservedTool[] = [];
  const dropped: DroppedTool[] = [];
  for (const registration of found) {
    const tool = observe(registration, all, location, mounts);
    if ('reason' in tool) dropped.push(tool);
    else tools.push(tool);
  }
  const instructions = instructionsOf(module, all);
  return instructions === undefined ? { tools, dropped } : { tools, dropped, instructions };
}

function registrations(module: Module, all: Package): readonly Registration[] {
  const decorated = nodes(module.root, 'decorated_definition').flatMap((node) => byDecorator(node, module, all));
  const called = nodes(module.root, 'call').flatMap((node) => byCall(node, module, all));
  const literal = nodes(module.root, 'dictionary').flatMap((node) => byDictionary(node, module));
  return [...decorated, ...called, ...literal].sort((a, b) => a.node.startIndex - b.node.startIndex);
}

function nodes(root: Node, type: string): readonly Node[] {
  return root.descendantsOfType(type).filter((node) => node !== null);
}

/** `@mcp.tool`, `@mcp.tool()`, `@mcp.tool("name", description=…)`. */
function byDecorator(node: Node, module: Module, all: Package): readonly Registration[] {
  const definition = part(node, 'definition');
  if (definition?.type !== 'function_definition') return [];
  for (const decorator of children(node).filter((child) => child.type === 'decorator')) {
    const [expression] = children(decorator);
    const call = expression?.type === 'call' ? expression : undefined;
    const callee = call === undefined ? expression : part(call, 'function');
    if (!isToolDecorator(callee, module, all)) continue;
    const { positional, keyword } =
      call === undefined ? { positional: [], keyword: new Map<string, Node>() } : argumentsOf(call);
    const name = keyword.get('name') ?? positional[0];
    return [{ node, module, keyword, name, owner: ownerOf(callee), handler: { node: definition, module } }];
  }
  return [];
}

function isToolDecorator(callee: Node | undefined, module: Module, all: Package): boolean {
  const names = dotted(callee);
  if (names === undefined || callee === undefined) return false;
  if (names.length === 1) {
    // A bare `@tool` belongs to whoever it was imported from.
    const from = module.imports.get(names[0] ?? '')?.module ?? '';
    return names[0] === 'tool' && /mcp/iu.test(from);
  }
  const owner = names.at(-2) ?? '';
  return names.at(-1) === 'tool' && !AGENTS.test(owner) && !isAgent(callee, module, all);
}

/** `agent.tool` of frameworks that build agents: the object was made by a class whose name says so. */
function isAgent(callee: Node, module: Module, all: Package): boolean {
  const object = part(callee, 'object');
  const located = object === undefined ? undefined : resolveDotted(object, module, all);
  const right = located?.node.type === 'assignment' ? part(located.node, 'right') : undefined;
  return right !== undefined && /Agent$/u.test(calleeName(right) ?? '');
}

/** `Tool(name=…, inputSchema=…)`, `mcp.add_tool(fn)`, `mcp.tool(…)(fn)`, `mcp.tool(fn)`, `Tool.from_function(fn)`; in a loop once for each turn. */
function byCall(node: Node, module: Module, all: Package): readonly Registration[] {
  const { positional, keyword } = argumentsOf(node);
  if (calleeName(node) === 'Tool' && keyword.has('name') && !keyword.has('func') && !keyword.has('fn')) {
    const isMcp = keyword.has('inputSchema') || keyword.has('input_schema') || keyword.has('description');
    return isMcp ? [{ node, module, keyword, name: keyword.get('name'), owner: undefined, handler: undefined }] : [];
  }
  const call = handedOver(node, module, all);
  const given = keyword.get('fn') ?? positional[0];
  if (call === undefined || given === undefined) return [];
  const loop = turnsOf(node, module, all);
  return loop.turns.flatMap((turn): readonly Registration[] => {
    const fill = (one: Node | undefined) => (one === undefined ? undefined : (turn.get(one.text) ?? one));
    const fn = fill(given);
    const handler = handlerOf(fn, fn === given ? module : loop.module, all);
    if (handler === undefined) return [];
    const filled = new Map([...call.keyword].map(([key, value]) => [key, fill(value) ?? value]));
    const where = turn.size === 0 ? module : loop.module;
    return [{ node, module: where, keyword: filled, name: fill(call.name), owner: call.owner, handler }];
  });
}

/** How a call hands a function over: the keywords and the name that go with it, and on which server. */
function handedOver(node: Node, module: Module, all: Package) {
  const callee = part(node, 'function');
  const { positional, keyword } = argumentsOf(node);
  const name = calleeName(node);
  if (name === 'add_tool') return { keyword, name: keyword.get('name'), owner: ownerOf(callee) };
  if (name === 'from_function' && /Tool/u.test(callee?.text ?? '')) {
    const outer = node.parent?.parent?.type === 'call' ? part(node.parent.parent, 'function') : undefined;
    return { keyword, name: keyword.get('name') ?? positional[1], owner: ownerOf(outer) };
  }
  if (callee?.type === 'call' && isToolDecorator(part(callee, 'function'), module, all)) {
    const outer = argumentsOf(callee);
    const named = outer.keyword.get('name') ?? outer.positional[0];
    return { keyword: outer.keyword, name: named, owner: ownerOf(part(callee, 'function')) };
  }
  return isToolDecorator(callee, module, all)
    ? { keyword, name: keyword.get('name'), owner: ownerOf(callee) }
    : undefined;
}

/** `mcp` of `mcp.tool`. */
function ownerOf(callee: Node | undefined): Node | undefined {
  return callee?.type === 'attribute' ? part(callee, 'object') : undefined;
}

/** `{"name": …, "description": …, "inputSchema": …}`: the wire form, written by hand. */
function byDictionary(node: Node, module: Module): readonly Registration[] {
  const entries = new Map<string, Node>();
  for (const pair of children(node)) {
    const key = part(pair, 'key');
    const value = part(pair, 'value');
    if (key?.type === 'string' && value !== undefined) entries.set(key.text.replace(/^\w*["']|["']$/gu, ''), value);
  }
  const schema = entries.get('inputSchema') ?? entries.get('input_schema');
  if (schema === undefined || !entries.has('name') || !entries.has('description')) return [];
  return [{ node, module, keyword: entries, name: entries.get('name'), owner: undefined, handler: undefined }];
}

/** The function that an argument names: of this file, imported, or a method of the class around it. */
function handlerOf(node: Node | undefined, module: Module, all: Package): Located | undefined {
  if (node === undefined) return undefined;
  const names = dotted(node) ?? [];
  if (names.length === 1) {
    const found = resolve(names[0] ?? '', module, all) ?? nested(module, names[0] ?? '', node, all);
    return found?.node.type === 'function_definition' ? found : undefined;
  }
  const imported = resolveDotted(node, module, all);
  if (imported?.node.type === 'function_definition') return imported;
  return names.length > 1 ? nested(module, names.at(-1) ?? '', node, all) : undefined;
}

/** A function of that name inside the scopes around the node, else the only one of the file, else of the package. */
function nested(module: Module, name: string, node: Node, all: Package): Located | undefined {
  const named = (scope: Node) => nodes(scope, 'function_definition').filter((one) => part(one, 'name')?.text === name);
  for (const scope of enclosing(node)) {
    const [found] = named(scope);
    if (found !== undefined) return { node: found, module };
  }
  const here = named(module.root).map((found) => ({ node: found, module }));
  const found =
    here.length > 0 ? here : [...all.values()].flatMap((one) => named(one.root).map((f) => ({ node: f, module: one })));
  return found.length === 1 ? found[0] : undefined;
}

function observe(
  registration: Registration,
  all: Package,
  location: string,
  mounts: Mounts,
): ObservedTool | DroppedTool {
  const { node, module, keyword, handler } = registration;
  const provenance = `${location}!${module.path}:${node.startPosition.row + 1}`;
  const value = (key: string): Value | undefined => {
    const found = keyword.get(key);
    return found === undefined ? undefined : evaluate(found, module, all);
  };
  const given = registration.name === undefined ? undefined : evaluate(registration.name, module, all);
  const own = registration.name === undefined ? handlerName(handler) : given?.json;
  if (typeof own !== 'string' || own === '') {
    const shown = registration.name?.text.slice(0, 80);
    return { reason: 'no-name', message: `the name ${shown ?? ''} is not known without running the code`, provenance };
  }
  const name = mountedName(own, registration.owner, module, all, mounts);
  const title = value('title');
  const described = value('description');
  const description =
    typeof described?.json === 'string' ? described.json : handler === undefined ? undefined : docOf(handler.node);
  const input = inputOf(registration, all);
  const hints = value('annotations');
  const annotations = annotationsOf(hints);
  const dynamic = [given, described, input].some((one) => one?.dynamic === true);
  const notes = [
    ...(input.complete ? [] : ['a part of the schema is not known without running the code']),
    ...(dynamic ? ['a text holds values that only a run knows'] : []),
    ...(keyword.has('description') && description === undefined
      ? ['the description is not known without running the code']
      : []),
    ...(keyword.has('annotations') && hints?.complete !== true ? [OPEN_HINTS_NOTE] : []),
    ...conditionOf(node),
  ];
  return {
    definition: {
      name,
      ...(typeof title?.json === 'string' ? { title: title.json } : {}),
      ...(description === undefined ? {} : { description }),
      ...(input.schema === undefined ? {} : { inputSchema: input.schema }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    method: 'static',
    provenance,
    schemaComplete: input.complete,
    dynamic,
    gated: conditionOf(node).length > 0,
    notes: notes.sort(),
  };
}

function handlerName(handler: Located | undefined): string | undefined {
  return handler === undefined ? undefined : part(handler.node, 'name')?.text;
}

interface Input {
  readonly schema?: Json;
  readonly complete: boolean;
  /** A text in it holds values that only a run knows. */
  readonly dynamic?: boolean;
}

function inputOf({ keyword, handler, module }: Registration, all: Package): Input {
  if (handler !== undefined) {
    const excluded = keyword.get('exclude_args');
    const names = excluded === undefined ? [] : evaluate(excluded, module, all).json;
    return signatureOf(handler, all, Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []);
  }
  const node = keyword.get('inputSchema') ?? keyword.get('input_schema');
  if (node === undefined) return { complete: false };
  const { json, complete, dynamic } = evaluate(node, module, all);
  return json === undefined ? { complete: false } : { schema: json, complete, dynamic };
}

/** Version 2 of the Python SDK spells the hints in snake case; on the wire they are camel case. */
function annotationsOf(value: Value | undefined): Annotations | undefined {
  const given = objectOf(value?.json);
  if (given === undefined) return undefined;
  const camel = Object.entries(given).map(([key, hint]): [string, Json] => [
    key.replace(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase()),
    hint,
  ]);
  return hintsOf({ annotations: Object.fromEntries(camel) }).annotations;
}

/** A registration inside `if` happens only then; `if __name__` and `if TYPE_CHECKING` are no such conditions. */
function conditionOf(node: Node): readonly string[] {
  for (let up = node.parent; up !== null; up = up.parent) {
    if (up.type !== 'if_statement' && up.type !== 'elif_clause') continue;
    const condition = part(up, 'condition')?.text ?? '';
    if (!/__name__|TYPE_CHECKING/u.test(condition))
      return [`registered only if ${condition.replace(/\s+/gu, ' ').slice(0, 120)}`];
  }
  return [];
}

function instructionsOf(module: Module, all: Package): string | undefined {
  for (const call of nodes(module.root, 'call')) {
    if (!SERVERS.test(calleeName(call) ?? '')) continue;
    const node = argumentsOf(call).keyword.get('instructions');
    const json = node === undefined ? undefined : evaluate(node, module, all).json;
    if (typeof json === 'string' && json.trim() !== '') return json;
  }
  return undefined;
}

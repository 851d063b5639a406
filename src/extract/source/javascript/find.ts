import type { DroppedTool, ObservedTool } from '../../../model/tool.ts';
import { bare, type CallNode, calleeName, isFunction, keyName, type NewNode, type Node } from './ast.ts';
import { argsOf } from './calls.ts';
import { callSites, expandWith, nameOfClass } from './contexts.ts';
import type { Engine } from './engine.ts';
import type { Module } from './module.ts';
import { objectSchema } from './schema.ts';
import type { Scope, Site } from './scope.ts';
import { configOf, type Found, GATED_NOTE, isAnnotations, type Locate, type Parts, partsOf, toolOf } from './tool.ts';
import { type Env, type ObjectValue, type Place, textOf, UNKNOWN, type Value } from './values.ts';

/** Methods that register one or several tools. */
const REGISTERS = /^(?:tools?|registerExtension|(?:register|add|define|expose|declare|create|mount)\w*Tools?\w*)$/u;
/** Names that the SDKs and the common frameworks have; of any other, a call must also look like a registration. */
const USUAL = /^(?:tools?|registerTools?|addTools?|registerAppTool|defineTool)$/u;
/** Wrappers with names of their own: `registerOnce('name', 'description', schema, handler)`. */
const LOOSE = /^(?:register|add|define|expose)[A-Z]?\w*$/u;
/** What else is registered with a name, a text and a function. */
const OTHERS = /prompt|resource|template|route|command|event|listener|middleware|plugin|hook|component|option|locale/iu;
/** What makes a server of options that hold its tools. */
const SERVERS = /^\w*(?:mcp|server)\w*$/iu;
/** Functions that make a definition. */
const DEFINES = /^(?:define|create|make|build|register|add|new)?\w*Tool(?:Definition)?$|^tool$/u;
/** How deep conditions are followed to the callers of a function. */
const MAX_GUARD_LEVELS = 3;

/** What was found in one package, in the order of its files. */
export interface Findings {
  /** Registrations whose tool could not be named: something else defines it. */
  readonly unresolved: number;
  readonly tools: readonly ObservedTool[];
  readonly dropped: readonly DroppedTool[];
}

/** Finds the tools that the modules register; then, where that leaves something open, what is only written like one. */
export function findTools(
  engine: Engine,
  modules: readonly Module[],
  locate: Locate,
  before: (module: Module) => void,
): Findings {
  const finder = new Finder(engine, locate);
  for (const module of modules) {
    before(module);
    finder.registrations(module);
  }
  const registered = finder.tools.size;
  for (const module of modules) {
    before(module);
    finder.definitions(module);
  }
  if (finder.tools.size === 0) {
    for (const module of modules) {
      before(module);
      finder.looseRegistrations(module);
    }
  } else if (registered === 0) {
    for (const module of modules) finder.filters(module);
  }
  return finder.result();
}

class Finder {
  readonly engine: Engine;
  readonly locate: Locate;
  readonly tools = new Map<string, ObservedTool>();
  readonly dropped: DroppedTool[] = [];
  /** Registrations whose tool could not be named. */
  unresolved = 0;
  readonly gates = new Map<Scope, boolean>();

  constructor(engine: Engine, locate: Locate) {
    this.engine = engine;
    this.locate = locate;
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
        notes: known.notes.filter((note) => note !== 'registered only under a condition'),
      });
  }

  registrations(module: Module): void {
    for (const [name, sites] of module.calls) {
      for (const site of sites) {
        if (name === 'setRequestHandler') this.attempt(() => this.listHandler(site));
        else if (REGISTERS.test(name)) this.attempt(() => this.registration(name, site));
        else if (SERVERS.test(name)) this.attempt(() => this.serverOptions(site));
      }
    }
  }

  /** Registrations under names of the package's own. */
  looseRegistrations(module: Module): void {
    for (const [name, sites] of module.calls) {
      if (!LOOSE.test(name) || REGISTERS.test(name) || OTHERS.test(name)) continue;
      for (const site of sites) this.attempt(() => this.registration(name, site));
    }
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

  /** `new MCPServer({ tools: { name: {…} } })`, for libraries that take all tools at once. */
  serverOptions(site: Site<CallNode | NewNode>): void {
    const { engine } = this;
    const options = site.node.arguments.map(bare).find((arg) => arg.type === 'ObjectExpression');
    if (
      options === undefined ||
      !options.properties.some((one) => one.type === 'Property' && keyName(one.key, one.computed) === 'tools')
    )
      return;
    engine.siteSteps = 0;
    const place = { module: site.scope.module, offset: site.node.start };
    const tools = engine.get(engine.evaluate(options, site.scope, undefined), 'tools');
    const gated = this.isGated(site, 0);
    if (tools.kind === 'list' || tools.kind === 'choice') {
      this.list(tools, place, gated);
      return;
    }
    for (const [key, lazy] of tools.kind === 'object' || tools.kind === 'namespace'
      ? (engine.propsOf(tools)?.props ?? [])
      : []) {
      const value = engine.read(lazy);
      if (value.kind !== 'object' && value.kind !== 'instance') continue;
      const own = textOf(engine.get(value, 'name'));
      const name: Value = { kind: 'literal', value: own?.text ?? key, dynamic: false };
      const found = toolOf(
        engine,
        { name, ...configOf(engine, value) },
        this.locate(value.kind === 'object' ? (value.at ?? place) : place),
        gated,
      );
      if (found?.kind === 'tool' && found.tool.definition.description !== undefined) this.add(found);
    }
  }

  /** `setRequestHandler(ListToolsRequestSchema, async () => ({ tools: […] }))` */
  listHandler(site: Site<CallNode | NewNode>): void {
    const { engine } = this;
    const [subject, handler] = site.node.arguments;
    if (subject === undefined || handler === undefined || !this.isListTools(subject, site)) return;
    engine.siteSteps = 0;
    const gated = this.isGated(site, 0);
    const found = expandWith(
      engine,
      (env) => {
        const fn = engine.evaluate(handler, site.scope, env);
        if (fn.kind === 'unknown') return fn;
        return engine.get(engine.call(fn, []), 'tools');
      },
      undefined,
    );
    for (const { value, env, gated: byCaller } of found) {
      engine.within(env, () =>
        this.list(value, { module: site.scope.module, offset: site.node.start }, gated || byCaller),
      );
    }
  }

  isListTools(node: Node, site: Site): boolean {
    const name =
      node.type === 'Identifier'
        ? node.name
        : node.type === 'MemberExpression' && node.property.type === 'Identifier'
          ? node.property.name
          : '';
    if (/list_?tools/iu.test(name)) return true;
    const value = this.engine.evaluate(node, site.scope, undefined);
    if (textOf(value)?.text === 'tools/list') return true;
    if (value.kind === 'external') return /list_?tools/iu.test(value.path.at(-1) ?? '');
    const method = value.kind === 'schema' ? value.shape?.get('method') : undefined;
    return method?.json.const === 'tools/list';
  }

  /** Every item of a list of definitions. */
  list(value: Value, at: Place, gated: boolean): void {
    if (value.kind === 'external') this.engine.missing.add(value.from);
    const { items, open } = this.engine.itemsOf(value);
    if (open || (items.length === 0 && value.kind !== 'list')) this.unresolved += 1;
    for (const item of items) {
      this.engine.siteSteps = 0;
      this.definition(item.value, at, gated || item.gated, 0);
    }
  }

  /** One definition: an object, an instance, a function that makes one, or one of several. */
  definition(value: Value, at: Place, gated: boolean, depth: number): void {
    if (depth > 4) return;
    switch (value.kind) {
      case 'choice':
        for (const option of value.options) this.definition(option, at, gated, depth + 1);
        return;
      case 'function': {
        this.definition(this.engine.call(value, []), at, gated, depth + 1);
        return;
      }
      case 'list': {
        this.list(value, at, gated);
        return;
      }
      case 'class': {
        this.definition({ kind: 'instance', of: value, args: [] }, at, gated, depth + 1);
        return;
      }
      case 'external':
        this.engine.missing.add(value.from);
        this.unresolved += 1;
        return;
      case 'object':
      case 'instance': {
        const parts = partsOf(this.engine, value);
        const place =
          value.kind === 'object' ? (value.at ?? at) : { module: value.of.scope.module, offset: value.of.node.start };
        this.add(parts === undefined ? undefined : toolOf(this.engine, parts, this.locate(place), gated));
        return;
      }
      default:
        this.unresolved += 1;
    }
  }

  /** `server.registerTool('name', {…}, fn)`, `server.tool(…)` with two to six arguments, `addTool({…})`. */
  registration(name: string, site: Site<CallNode | NewNode>): void {
    const { engine } = this;
    const args = site.node.arguments;
    const [first] = args;
    if (first === undefined || site.node.type === 'NewExpression') return;
    const isMember = bare(site.node.callee).type === 'MemberExpression';
    // `tool({…})` without a receiver makes a definition, and does not register it.
    if (!isMember && (name === 'tool' || name === 'tools' || args.length < 2)) return;
    if ((name === 'tool' || name === 'tools') && (args.length < 2 || !mayBeFunction(args.at(-1)))) return;
    if (!REGISTERS.test(name) && (args.length < 3 || !mayBeFunction(args.at(-1)))) return;
    engine.siteSteps = 0;
    const gated = this.isGated(site, 0);
    const found = expandWith(
      engine,
      (env) => {
        const value = engine.evaluate(first, site.scope, env);
        if (value.kind === 'unknown' || value.kind === 'object' || value.kind === 'instance')
          return nameHole(engine, value) ?? value;
        return value;
      },
      undefined,
    );
    for (const { value, env, gated: byCaller } of found) {
      engine.siteSteps = 0;
      engine.within(env, () => this.registered(value, site, env, gated || byCaller));
    }
  }

  /** One registration in one call or turn, by what its first argument is. */
  registered(value: Value, site: Site<CallNode | NewNode>, env: Env | undefined, gated: boolean): void {
    const place = { module: site.scope.module, offset: site.node.start };
    const isMember = bare(site.node.callee).type === 'MemberExpression';
    if (textOf(value) !== undefined) this.addNamed(this.named(value, site, env, place, gated), site);
    else if (!USUAL.test(calleeName(site.node) ?? '')) this.lookalike(value, site, place, gated);
    else if (value.kind === 'unknown' && !isMember) this.withReceiver(site, env, place, gated);
    else if (value.kind === 'literal' || value.kind === 'schema') this.unresolved += 1;
    else this.definition(value, place, gated, 0);
  }

  /** A registration under a name of the package's own counts when it says what a registration says. */
  addNamed(found: Found | undefined, site: Site<CallNode | NewNode>): void {
    const usual = USUAL.test(calleeName(site.node) ?? '');
    if (
      usual ||
      (found?.kind === 'tool' &&
        found.tool.definition.description !== undefined &&
        isToolName(found.tool.definition.name) &&
        (found.tool.definition.inputSchema !== undefined || REGISTERS.test(calleeName(site.node) ?? '')))
    )
      this.add(found);
  }

  /** A definition that is handed to a method of the package's own, as in `registry.addToolOnce({…})`. */
  lookalike(value: Value, site: Site<CallNode | NewNode>, place: Place, gated: boolean): void {
    if (value.kind === 'list') {
      for (const item of value.items) this.lookalike(item.value, site, place, gated || item.gated);
      return;
    }
    if (value.kind === 'external') this.engine.missing.add(value.from);
    if (value.kind === 'unknown' || value.kind === 'external') this.unresolved += 1;
    if (value.kind !== 'object' && value.kind !== 'instance') return;
    const parts = partsOf(this.engine, value);
    const at = value.kind === 'object' ? (value.at ?? place) : place;
    if (parts !== undefined) this.addNamed(toolOf(this.engine, parts, this.locate(at), gated), site);
  }

  /** `registerTool(server, 'name', {…})`: a function that takes the server first. */
  withReceiver(site: Site<CallNode | NewNode>, env: Env | undefined, place: Place, gated: boolean): void {
    const [, second] = argsOf(this.engine, site.node, site.scope, env);
    if (second === undefined) return;
    if (textOf(second) !== undefined) this.add(this.named(second, site, env, place, gated, 2));
    else this.definition(second, place, gated, 0);
  }

  /** The other arguments of a registration by name: a description, a config or a shape, annotations. */
  named(
    name: Value,
    site: Site<CallNode | NewNode>,
    env: Env | undefined,
    place: Place,
    gated: boolean,
    from = 1,
  ): Found | undefined {
    const { engine } = this;
    let parts: Parts = { name };
    const args = withoutHandler(argsOf(engine, site.node, site.scope, env)).slice(from);
    for (const arg of args) {
      if (textOf(arg) !== undefined) parts = parts.description === undefined ? { ...parts, description: arg } : parts;
      else if (arg.kind === 'schema') parts = { ...parts, input: parts.input ?? arg };
      else if (arg.kind === 'object' || arg.kind === 'choice' || arg.kind === 'instance')
        parts = this.withObject(parts, arg);
      else if (arg.kind === 'unknown' && parts.input === undefined && parts.description !== undefined)
        parts = { ...parts, input: arg };
    }
    // The SDK lists a tool that is registered without a schema as one without parameters.
    const bySdk = /^(?:registerTool|tool)$/u.test(calleeName(site.node) ?? '');
    const whole = args.every(
      (arg) => arg.kind === 'literal' || arg.kind === 'schema' || (arg.kind === 'object' && !arg.open),
    );
    if (bySdk && whole && parts.input === undefined) parts = { ...parts, input: objectSchema(new Map()) };
    return toolOf(engine, parts, this.locate(place), gated);
  }

  withObject(parts: Parts, value: Value): Parts {
    const { engine } = this;
    if (value.kind === 'choice') {
      const best = value.options.find((option) => option.kind === 'object');
      return best === undefined ? parts : this.withObject(parts, best);
    }
    if (value.kind === 'object') {
      if (isAnnotations(engine, value)) return { ...parts, annotations: value };
      if (!isConfig(engine, value)) {
        return value.props.size === 0 && parts.input !== undefined ? parts : { ...parts, input: parts.input ?? value };
      }
    }
    const config = configOf(engine, value);
    return {
      name: parts.name,
      title: config.title,
      description: config.description ?? parts.description,
      input: config.input ?? parts.input,
      output: config.output,
      annotations: config.annotations ?? parts.annotations,
    };
  }

  /** Whether a place is only reached under a condition: in its function, or at every call of that function. */
  isGated(site: Site, level: number): boolean {
    if (site.guards.some((guard) => this.engine.passes(guard, undefined) !== true)) return true;
    const inner = site.scope.nearest('function');
    return inner !== undefined && level < MAX_GUARD_LEVELS && this.isGatedFunction(inner, level);
  }

  isGatedFunction(scope: Scope, level: number): boolean {
    const known = this.gates.get(scope);
    if (known !== undefined) return known;
    this.gates.set(scope, false);
    const sites = scope.handedTo === undefined ? callSites(this.engine, scope) : [scope.handedTo];
    const gated = sites.length > 0 && sites.every((site) => this.isGated(site, level + 1));
    this.gates.set(scope, gated);
    return gated;
  }

  /** Definitions that no registration reached: literals, wrapped objects, classes. */
  definitions(module: Module): void {
    const open = this.tools.size === 0 || this.unresolved > 0;
    for (const site of module.literals) {
      this.attempt(() => this.literal(module, site, open));
    }
    if (!open) return;
    for (const { scope } of module.classes) {
      this.attempt(() => this.class(scope));
    }
  }

  /** `tools.filter(…)` says which of the definitions that were found by their form are always there. */
  filters(module: Module): void {
    for (const site of module.calls.get('filter') ?? []) {
      const callee = bare(site.node.callee);
      if (callee.type !== 'MemberExpression' || bare(callee.object).type !== 'Identifier') continue;
      this.attempt(() => {
        const whole = this.engine.evaluate(callee.object, site.scope, undefined);
        if (whole.kind !== 'list' || !whole.items.some(({ value }) => this.known(value) !== undefined)) return;
        for (const { value, gated } of this.engine.itemsOf(this.engine.at(site, undefined)).items) {
          const tool = gated ? this.known(value) : undefined;
          if (tool !== undefined) this.tools.set(tool.definition.name, withGate(tool));
        }
      });
    }
  }

  /** The tool that was found of a definition. */
  known(value: Value): ObservedTool | undefined {
    if (value.kind === 'choice')
      return value.options.map((option) => this.known(option)).find((tool) => tool !== undefined);
    if (value.kind !== 'object') return undefined;
    const parts = partsOf(this.engine, value);
    const name = parts === undefined ? undefined : textOf(parts.name)?.text;
    return name === undefined ? undefined : this.tools.get(name);
  }

  literal(module: Module, site: Site, open: boolean): void {
    const { engine } = this;
    const value = engine.evaluate(site.node, site.scope, undefined);
    if (value.kind !== 'object' || value.at === undefined) return;
    const has = (key: string) => value.props.has(key);
    const typical = has('inputSchema') || has('input_schema');
    const callable = ['handler', 'execute', 'callback', 'run', 'handle', 'call', 'func', 'invoke', 'annotations'].some(
      has,
    );
    const defined = DEFINES.test(module.wrappers.get(site.node) ?? '');
    const key = module.keys.get(site.node);
    const schemaLike =
      typical ||
      ['parameters', 'schema', 'params', 'args', 'zodSchema', 'argsSchema', 'paramsSchema', 'inputs'].some(
        (name) => has(name) && engine.get(value, name).kind !== 'literal',
      );
    if (!typical && !(open && schemaLike && (callable || defined))) return;
    // A prompt has arguments, a resource an address; neither is a tool.
    if (has('uri') || has('uriTemplate') || (has('arguments') && !schemaLike)) return;
    const named = partsOf(engine, value);
    const parts =
      named ??
      (key === undefined || !(open || typical)
        ? undefined
        : { name: { kind: 'literal', value: key, dynamic: false } as Value, ...configOf(engine, value) });
    if (parts === undefined || textOf(parts.name) === undefined) return;
    const text = textOf(parts.name)?.text ?? '';
    if (this.tools.has(text) || !/^[\w./:-]+$/u.test(text)) return;
    if (parts.description === undefined) return;
    const found = toolOf(engine, parts, this.locate(value.at), this.isGated(site, 0));
    // A definition of nothing but a name and a text may be anything.
    if (
      found?.kind === 'tool' &&
      found.tool.definition.inputSchema === undefined &&
      found.tool.definition.annotations === undefined
    )
      return;
    if (found !== undefined) this.add(found);
  }

  /** A class whose instances have a name, a description and a schema. */
  class(scope: Scope): void {
    const { engine } = this;
    const name = nameOfClass(scope) ?? '';
    const of = engine.classOf(scope);
    if (of === undefined || of.node.superClass === null ? !/tool/iu.test(name) : false) return;
    if (of === undefined) return;
    const self: Value = { kind: 'instance', of, args: undefined };
    const parts = partsOf(engine, self);
    if (parts?.description === undefined || parts.input === undefined) return;
    const text = textOf(parts.name)?.text;
    if (text === undefined || textOf(parts.description) === undefined || this.tools.has(text)) return;
    if (!/tool/iu.test(`${name} ${superName(scope)}`)) return;
    this.add(toolOf(engine, parts, this.locate({ module: scope.module, offset: scope.node.start }), false));
  }
}

function withGate(tool: ObservedTool): ObservedTool {
  return { ...tool, gated: true, notes: [...new Set([...tool.notes, GATED_NOTE])].sort() };
}

function ungated(tool: ObservedTool): ObservedTool {
  return { ...tool, gated: false, notes: tool.notes.filter((note) => note !== GATED_NOTE) };
}

function superName(scope: Scope): string {
  const { node } = scope;
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return '';
  if (node.superClass === null) return '';
  const above = bare(node.superClass);
  return above.type === 'Identifier'
    ? above.name
    : above.type === 'CallExpression'
      ? (calleeName(above) ?? '')
      : above.type === 'MemberExpression' && above.property.type === 'Identifier'
        ? above.property.name
        : '';
}

/** What a config calls its schemas. */
const CONFIG_SCHEMAS = new Set(['inputSchema', 'outputSchema', 'input_schema', 'parameters', 'schema', 'paramsSchema']);

/** Whether an argument is `{ description, inputSchema, … }`, and not `{ query: z.string(), … }`. */
function isConfig(engine: Engine, value: ObjectValue): boolean {
  let known = false;
  for (const name of value.props.keys()) {
    const part = engine.get(value, name);
    if (CONFIG_SCHEMAS.has(name)) known = true;
    else if (part.kind === 'schema') return false;
    else if (['description', 'title', 'annotations', 'input', 'args', '_meta', 'name'].includes(name)) known = true;
  }
  return known;
}

/** A definition whose name is not known yet, but will be in some call. */
function nameHole(engine: Engine, value: Value): Value | undefined {
  if (value.kind === 'unknown') return value;
  const parts = partsOf(engine, value);
  return parts?.name.kind === 'unknown' && parts.name.hole !== undefined ? parts.name : undefined;
}

/** Names of tools have no white space; a text that has some is a title or a sentence. */
function isToolName(name: string): boolean {
  return /^[^\s/]{1,128}$/u.test(name);
}

function mayBeFunction(node: Node | undefined): boolean {
  if (node === undefined) return false;
  const inner = bare(node);
  return (
    isFunction(inner) ||
    inner.type === 'Identifier' ||
    inner.type === 'MemberExpression' ||
    inner.type === 'CallExpression' ||
    inner.type === 'SpreadElement' ||
    inner.type === 'ConditionalExpression'
  );
}

/** The arguments without the function at their end, which may come from elsewhere and not be known. */
function withoutHandler(args: readonly Value[]): readonly Value[] {
  const last = args.at(-1);
  const says = last !== undefined && (textOf(last) !== undefined || last.kind === 'object' || last.kind === 'schema');
  return says || args.length < 2 ? args : args.slice(0, -1);
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

export { UNKNOWN };

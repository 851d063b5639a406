import { bare, type CallNode, calleeName, isFunction, keyName, type NewNode, type Node } from './ast.ts';
import { argsOf } from './calls.ts';
import { expandWith } from './contexts.ts';
import { Definitions } from './definitions.ts';
import type { Engine } from './engine.ts';
import type { Module } from './module.ts';
import { namedParts } from './named.ts';
import type { Site } from './scope.ts';
import { type Findings, Search } from './search.ts';
import { configOf, type Found, type Locate, partsOf, toolOf } from './tool.ts';
import { type Env, type Place, textOf, type Value } from './values.ts';

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

/** Finds the tools that the modules register; then, where that leaves something open, what is only written like one. */
export function findTools(
  engine: Engine,
  modules: readonly Module[],
  locate: Locate,
  before: (module: Module) => void,
): Findings {
  const search = new Search(engine, locate);
  const registrations = new Registrations(search);
  const definitions = new Definitions(search);
  for (const module of modules) {
    before(module);
    registrations.usual(module);
  }
  const registered = search.tools.size;
  for (const module of modules) {
    before(module);
    definitions.all(module);
  }
  if (search.tools.size === 0) {
    for (const module of modules) {
      before(module);
      registrations.loose(module);
    }
  } else if (registered === 0) {
    for (const module of modules) definitions.filters(module);
  }
  return search.result();
}

/** Finds tools by the calls that register them. */
class Registrations {
  readonly search: Search;
  readonly engine: Engine;

  constructor(search: Search) {
    this.search = search;
    this.engine = search.engine;
  }

  /** Registrations under the names that the SDKs and the common frameworks have. */
  usual(module: Module): void {
    for (const [name, sites] of module.calls) {
      for (const site of sites) {
        if (name === 'setRequestHandler') this.search.attempt(() => this.listHandler(site));
        else if (REGISTERS.test(name)) this.search.attempt(() => this.registration(name, site));
        else if (SERVERS.test(name)) this.search.attempt(() => this.serverOptions(site));
      }
    }
  }

  /** Registrations under names of the package's own. */
  loose(module: Module): void {
    for (const [name, sites] of module.calls) {
      if (!LOOSE.test(name) || REGISTERS.test(name) || OTHERS.test(name)) continue;
      for (const site of sites) this.search.attempt(() => this.registration(name, site));
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
    const gated = this.search.gates.isGated(site);
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
        this.search.locate(value.kind === 'object' ? (value.at ?? place) : place),
        gated,
      );
      if (found?.kind === 'tool' && found.tool.definition.description !== undefined) this.search.add(found);
    }
  }

  /** `setRequestHandler(ListToolsRequestSchema, async () => ({ tools: […] }))` */
  listHandler(site: Site<CallNode | NewNode>): void {
    const { engine } = this;
    const [subject, handler] = site.node.arguments;
    if (subject === undefined || handler === undefined || !this.isListTools(subject, site)) return;
    engine.siteSteps = 0;
    const gated = this.search.gates.isGated(site);
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
    if (open || (items.length === 0 && value.kind !== 'list')) this.search.unresolved += 1;
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
        this.search.unresolved += 1;
        return;
      case 'object':
      case 'instance': {
        const parts = partsOf(this.engine, value);
        const place =
          value.kind === 'object' ? (value.at ?? at) : { module: value.of.scope.module, offset: value.of.node.start };
        this.search.add(parts === undefined ? undefined : toolOf(this.engine, parts, this.search.locate(place), gated));
        return;
      }
      default:
        this.search.unresolved += 1;
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
    const gated = this.search.gates.isGated(site);
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
    else if (value.kind === 'literal' || value.kind === 'schema') this.search.unresolved += 1;
    else this.definition(value, place, gated, 0);
  }

  /** A registration by name, from its other arguments. */
  named(
    name: Value,
    site: Site<CallNode | NewNode>,
    env: Env | undefined,
    place: Place,
    gated: boolean,
    from = 1,
  ): Found | undefined {
    return toolOf(this.engine, namedParts(this.engine, name, site, env, from), this.search.locate(place), gated);
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
      this.search.add(found);
  }

  /** A definition that is handed to a method of the package's own, as in `registry.addToolOnce({…})`. */
  lookalike(value: Value, site: Site<CallNode | NewNode>, place: Place, gated: boolean): void {
    if (value.kind === 'list') {
      for (const item of value.items) this.lookalike(item.value, site, place, gated || item.gated);
      return;
    }
    if (value.kind === 'external') this.engine.missing.add(value.from);
    if (value.kind === 'unknown' || value.kind === 'external') this.search.unresolved += 1;
    if (value.kind !== 'object' && value.kind !== 'instance') return;
    const parts = partsOf(this.engine, value);
    const at = value.kind === 'object' ? (value.at ?? place) : place;
    if (parts !== undefined) this.addNamed(toolOf(this.engine, parts, this.search.locate(at), gated), site);
  }

  /** `registerTool(server, 'name', {…})`: a function that takes the server first. */
  withReceiver(site: Site<CallNode | NewNode>, env: Env | undefined, place: Place, gated: boolean): void {
    const [, second] = argsOf(this.engine, site.node, site.scope, env);
    if (second === undefined) return;
    if (textOf(second) !== undefined) this.search.add(this.named(second, site, env, place, gated, 2));
    else this.definition(second, place, gated, 0);
  }
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

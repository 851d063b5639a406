import { bare, type CallNode, calleeName, isFunction, type NewNode, type Node } from './ast.ts';
import { argsOf } from './calls.ts';
import { expandWith } from './contexts.ts';
import type { Engine } from './engine.ts';
import { gatedTurns } from './guards.ts';
import { Lists } from './lists.ts';
import type { Module } from './module.ts';
import { namedParts } from './named.ts';
import type { Site } from './scope.ts';
import type { Search } from './search.ts';
import { type Found, partsOf, toolOf } from './tool.ts';
import { type Env, type Place, textOf, type Value } from './values.ts';

/** Methods that register one or several tools. */
const REGISTERS = /^(?:tools?|registerExtension|(?:register|add|define|expose|declare|create|mount)\w*Tools?\w*)$/u;
/** What is made when a tool was called, as a log or an answer. */
const OUTCOMES = /Tools?\w*(?:Failure|Error|Event|Result|Response|Message|Log|Metric|Span|Call|Usage|Request)/u;
/** Names that the SDKs and the common frameworks have; of any other, a call must also look like a registration. */
const USUAL = /^(?:tools?|registerTools?|addTools?|registerAppTool|defineTool)$/u;
/** Wrappers with names of their own: `registerOnce('name', 'description', schema, handler)`. */
const LOOSE = /^(?:register|add|define|expose)[A-Z]?\w*$/u;
/** What else is registered with a name, a text and a function. */
const OTHERS = /prompt|resource|template|route|command|event|listener|middleware|plugin|hook|component|option|locale/iu;
/** What makes a server of options that hold its tools. */
const SERVERS = /^\w*(?:mcp|server)\w*$/iu;

/** Finds tools by the calls that register them. */
export class Registrations {
  readonly search: Search;
  readonly engine: Engine;
  readonly lists: Lists;

  constructor(search: Search) {
    this.search = search;
    this.engine = search.engine;
    this.lists = new Lists(search);
  }

  /** Registrations under the names that the SDKs and the common frameworks have. */
  usual(module: Module): void {
    for (const [name, sites] of module.calls) {
      for (const site of sites) {
        if (name === 'setRequestHandler') this.search.attempt(() => this.lists.listHandler(site));
        else if (REGISTERS.test(name)) this.search.attempt(() => this.registration(name, site));
        else if (SERVERS.test(name)) this.search.attempt(() => this.lists.serverOptions(site));
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

  /** `server.registerTool('name', {…}, fn)`, `server.tool(…)` with two to six arguments, `addTool({…})`. */
  registration(name: string, site: Site<CallNode | NewNode>): void {
    const { engine } = this;
    const args = site.node.arguments;
    const [first] = args;
    if (first === undefined || site.node.type === 'NewExpression' || OUTCOMES.test(name)) return;
    const isMember = bare(site.node.callee).type === 'MemberExpression';
    // `tool({…})` without a receiver makes a definition, and does not register it.
    if (!isMember && (name === 'tool' || name === 'tools' || args.length < 2)) return;
    if ((name === 'tool' || name === 'tools') && (args.length < 2 || !mayBeFunction(args.at(-1)))) return;
    if (!REGISTERS.test(name) && (args.length < 3 || !mayBeFunction(args.at(-1)))) return;
    engine.siteSteps = 0;
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
    const turns = gatedTurns(
      engine,
      site.guards,
      found.map(({ env }) => env),
    );
    const gated = this.search.gates.isGatedAround(site);
    for (const [index, { value, env, gated: byCaller }] of found.entries()) {
      engine.siteSteps = 0;
      this.search.isApart = turns[index] === true && turns.includes(false);
      engine.within(env, () => this.registered(value, site, env, gated || byCaller || turns[index] === true));
      this.search.isApart = false;
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
    else this.lists.definition(value, place, gated, 0);
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
    else this.lists.definition(second, place, gated, 0);
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

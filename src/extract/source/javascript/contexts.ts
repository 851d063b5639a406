import { bare, type CallNode, calleeName, isFunction, keyName, type NewNode, type Node } from './ast.ts';
import { argsOf } from './calls.ts';
import type { Engine } from './engine.ts';
import type { Scope, Site } from './scope.ts';
import { type Env, type Hole, UNKNOWN, type Value } from './values.ts';

/** How far a value is followed to callers of callers, and how many values one expression may have. */
const MAX_LEVELS = 7;
const MAX_VALUES = 1_500;
/** How many expansions are nested in each other: callers of callers, whose arguments depend on callers. */
const MAX_NESTED = 4;
/** Calls of one name that are looked at; minified code calls everything by one letter. */
const MAX_CALLS = 400;

/** One value of an expression, with the environment that gave it. */
export interface Expanded {
  readonly value: Value;
  readonly env: Env | undefined;
  readonly gated: boolean;
}

/**
 * Every value that an expression can have: where it depends on a parameter, a loop or `this`, the calls of the
 * function, the items of the list and the instances of the class are filled in.
 */
export function expand(engine: Engine, node: Node, scope: Scope, env: Env | undefined): readonly Expanded[] {
  return expandWith(engine, (at) => engine.evaluate(node, scope, at), env);
}

/** As `expand`, for anything that is evaluated in an environment. */
export function expandWith(
  engine: Engine,
  evaluate: (env: Env | undefined) => Value,
  env: Env | undefined,
): readonly Expanded[] {
  const found: Expanded[] = [];
  if (engine.expansions >= MAX_NESTED) return found;
  engine.expansions += 1;
  try {
    follow(engine, evaluate, { env, gated: false }, 0, found);
  } finally {
    engine.expansions -= 1;
  }
  return found;
}

interface Context {
  readonly env: Env | undefined;
  readonly gated: boolean;
}

function follow(
  engine: Engine,
  evaluate: (env: Env | undefined) => Value,
  context: Context,
  level: number,
  found: Expanded[],
): void {
  if (found.length >= MAX_VALUES) return;
  const value = engine.within(context.env, () => evaluate(context.env));
  if (value.kind !== 'unknown' || value.hole === undefined || level >= MAX_LEVELS) {
    found.push({ value: value.kind === 'unknown' ? UNKNOWN : value, ...context });
    return;
  }
  const contexts = contextsOf(engine, value.hole, level);
  for (const next of contexts) {
    follow(
      engine,
      evaluate,
      { env: { ...next.env, parent: joined(next.env.parent, context.env) }, gated: context.gated || next.gated },
      level + 1,
      found,
    );
  }
}

/** The longest chain of environments; deeper nesting of calls is not followed. */
const MAX_CHAIN = 24;

/** Puts one chain of environments before another. */
export function joined(first: Env | undefined, second: Env | undefined): Env | undefined {
  if (first === undefined || first === second) return second;
  if (second === undefined || holds(second, first)) return second ?? first;
  if (holds(first, second)) return first;
  const chain: Env[] = [];
  for (let at: Env | undefined = first; at !== undefined && chain.length < MAX_CHAIN; at = at.parent) chain.push(at);
  let rest: Env | undefined = lengthOf(second) + chain.length > MAX_CHAIN ? undefined : second;
  for (const env of chain.reverse()) rest = { ...env, parent: rest };
  return rest;
}

function holds(chain: Env, wanted: Env): boolean {
  for (let at: Env | undefined = chain; at !== undefined; at = at.parent) if (at === wanted) return true;
  return false;
}

function lengthOf(chain: Env): number {
  let length = 0;
  for (let at: Env | undefined = chain; at !== undefined && length <= MAX_CHAIN; at = at.parent) length += 1;
  return length;
}

/** The environments that fill a hole: calls of the function, items of the loop, instances of the class. */
function contextsOf(
  engine: Engine,
  hole: Hole,
  level: number,
): readonly { readonly env: Env; readonly gated: boolean }[] {
  const { scope } = hole;
  const contexts =
    scope.kind === 'loop'
      ? loopTurns(engine, hole)
      : scope.kind === 'class'
        ? instancesOf(engine, scope)
        : callsOf(engine, scope, level);
  if (contexts.length > 0) return contexts.slice(0, MAX_VALUES);
  // Nobody is seen to call it: defaults count, the rest is unknown.
  if (scope.kind !== 'function')
    return [{ env: { scope, parent: undefined, item: UNKNOWN, self: UNKNOWN }, gated: false }];
  return [{ env: { scope, parent: undefined, args: parametersOf(scope).map(() => UNKNOWN) }, gated: false }];
}

function parametersOf(scope: Scope): readonly Node[] {
  return isFunction(scope.node) ? scope.node.params : [];
}

function loopTurns(engine: Engine, { scope, env }: Hole): readonly { readonly env: Env; readonly gated: boolean }[] {
  const { over } = scope;
  if (over === undefined) return [];
  return expand(engine, over.node, over.scope, env).flatMap((found) => {
    const items = over.keys
      ? [...(engine.propsOf(found.value)?.props.keys() ?? [])].map((key): { value: Value; gated: boolean } => ({
          value: { kind: 'literal', value: key, dynamic: false },
          gated: false,
        }))
      : engine.itemsOf(found.value).items;
    return items.map((item) => ({
      env: { scope, parent: found.env, item: item.value },
      gated: found.gated || item.gated,
    }));
  });
}

/** Methods that hand each item of a list to a function. */
const EACH = new Set(['forEach', 'map', 'flatMap', 'filter', 'find', 'some', 'every']);

function callsOf(
  engine: Engine,
  scope: Scope,
  level: number,
): readonly { readonly env: Env; readonly gated: boolean }[] {
  const given = handedItems(engine, scope);
  if (given !== undefined) return given;
  if (level >= MAX_LEVELS - 1) return [];
  const contexts: { env: Env; gated: boolean }[] = [];
  for (const site of callSites(engine, scope)) {
    const gated = site.guards.some((guard) => engine.passes(guard, undefined) !== true);
    for (const turn of turnsOf(engine, site)) {
      const args = engine.within(turn.env, () => argsOf(engine, site.node, site.scope, turn.env));
      contexts.push({ env: { scope, parent: turn.env, args }, gated: gated || turn.gated });
    }
    if (contexts.length >= MAX_VALUES) break;
  }
  return contexts;
}

/** The environments in which a call happens, where its arguments depend on a call or a turn themselves. */
function turnsOf(engine: Engine, site: Site<CallNode | NewNode>): readonly Context[] {
  for (const arg of site.node.arguments) {
    const node = arg.type === 'SpreadElement' ? arg.argument : arg;
    const value = engine.evaluate(node, site.scope, undefined);
    if (value.kind === 'unknown' && value.hole !== undefined) return expand(engine, node, site.scope, undefined);
  }
  return [{ env: undefined, gated: false }];
}

/** The items of `list` in `list.forEach(f)`, or of the map. Undefined when the function is not used like that. */
function handedItems(
  engine: Engine,
  scope: Scope,
): readonly { readonly env: Env; readonly gated: boolean }[] | undefined {
  const call = scope.handedTo?.node;
  if (scope.handedTo === undefined || call?.type !== 'CallExpression') return undefined;
  const callee = bare(call.callee);
  const name = calleeName(call);
  if (callee.type !== 'MemberExpression' || name === undefined || !EACH.has(name)) return undefined;
  return expand(engine, callee.object, scope.handedTo.scope, undefined).flatMap(
    (found): { env: Env; gated: boolean }[] => {
      if (found.value.kind === 'map') {
        return found.value.entries.map((entry) => ({
          env: { scope, parent: found.env, args: [entry.value, entry.key] },
          gated: found.gated || entry.gated,
        }));
      }
      return engine.itemsOf(found.value).items.map((item, index) => ({
        env: { scope, parent: found.env, args: [item.value, { kind: 'literal', value: index, dynamic: false }] },
        gated: found.gated || item.gated,
      }));
    },
  );
}

/** The calls, anywhere in the package, that can be calls of a function: by its names, confirmed by evaluation where possible. */
export function callSites(engine: Engine, scope: Scope): readonly Site<CallNode | NewNode>[] {
  const parsed = engine.sources.parsed.size;
  const known = engine.callers.get(scope);
  if (known?.parsed === parsed) return known.sites;
  const sites = engine.within(undefined, () => findCallSites(engine, scope));
  engine.callers.set(scope, { parsed, sites });
  return sites;
}

function findCallSites(engine: Engine, scope: Scope): readonly Site<CallNode | NewNode>[] {
  const names = new Set(engine.namesFor(scope, () => namesOf(engine, scope)));
  const sites: Site<CallNode | NewNode>[] = [];
  const method = scope.parent?.kind === 'class' ? scope.parent : undefined;
  const isConstructor = method !== undefined && names.has('constructor');
  if (isConstructor) {
    const className = nameOfClass(method);
    if (className !== undefined) names.add(className);
  }
  for (const name of names) {
    for (const module of engine.sources.modules()) {
      for (const site of (module.calls.get(name) ?? []).slice(0, MAX_CALLS)) {
        if (isConstructor) {
          if (site.node.type === 'NewExpression') sites.push(site);
        } else if (method !== undefined || calls(engine, site, scope)) sites.push(site);
      }
    }
  }
  return sites;
}

function calls(engine: Engine, site: Site<CallNode | NewNode>, scope: Scope): boolean {
  const target = engine.evaluate(site.node.callee, site.scope, undefined);
  if (target.kind === 'function') return target.node === scope.node;
  if (target.kind === 'choice')
    return target.options.some((option) => option.kind === 'function' && option.node === scope.node);
  return target.kind === 'unknown' && bare(site.node.callee).type === 'MemberExpression';
}

function namesOf(engine: Engine, scope: Scope): Set<string> {
  const names = new Set<string>();
  const { node } = scope;
  if (isFunction(node) && node.id !== null) names.add(node.id.name);
  const outer = scope.parent;
  const key = scope.module.keys.get(node);
  if (key !== undefined) names.add(key);
  for (const name of resultNames(engine, scope)) names.add(name);
  for (const [name, binding] of outer?.names ?? []) {
    if (binding.source.kind === 'variable' && binding.source.init !== undefined && bare(binding.source.init) === node)
      names.add(name);
    if (binding.writes.some((write) => write.kind === 'assign' && bare(write.site.node) === node)) names.add(name);
  }
  if (outer?.kind === 'class' && (outer.node.type === 'ClassDeclaration' || outer.node.type === 'ClassExpression')) {
    for (const member of outer.node.body.body) {
      if ((member.type === 'MethodDefinition' || member.type === 'PropertyDefinition') && member.value === node) {
        const name = keyName(member.key, member.computed);
        if (name !== undefined) names.add(name);
      }
    }
  }
  for (const [name, exported] of scope.module.exports) {
    if (
      exported.kind === 'local'
        ? names.has(exported.name)
        : exported.kind === 'value' && bare(exported.site.node) === node
    )
      names.add(name);
  }
  for (const name of [...names]) for (const alias of engine.sources.aliasesOf(scope.module, name)) names.add(alias);
  names.delete('default');
  return names;
}

/** The names of variables that hold what the function around this one gives back, when that is this one. */
function resultNames(engine: Engine, scope: Scope): readonly string[] {
  const maker = scope.parent?.nearest('function');
  if (maker === undefined || !maker.returns.some((site) => isOrHolds(maker, bare(site.node), scope.node))) return [];
  const makers = [...engine.namesFor(maker, () => namesOf(engine, maker))];
  return makers.flatMap((name) => engine.sources.modules().flatMap((module) => [...(module.results.get(name) ?? [])]));
}

function isOrHolds(maker: Scope, returned: Node, wanted: Node): boolean {
  if (returned === wanted) return true;
  if (returned.type !== 'Identifier') return false;
  const source = maker.lookup(returned.name)?.source;
  return source?.kind === 'function'
    ? source.node === wanted
    : source?.kind === 'variable' && source.init !== undefined && bare(source.init) === wanted;
}

/** The name that a class goes by. */
export function nameOfClass(scope: Scope): string | undefined {
  scope.className ??= { name: findClassName(scope) };
  return scope.className.name;
}

function findClassName(scope: Scope): string | undefined {
  const { node } = scope;
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return undefined;
  if (node.id !== null) return node.id.name;
  for (const [name, { source, writes }] of scope.parent?.names ?? []) {
    if (source.kind === 'variable' && source.init !== undefined && bare(source.init) === node) return name;
    if (writes.some((write) => write.kind === 'assign' && bare(write.site.node) === node)) return name;
  }
  return undefined;
}

/** The classes that extend a class, directly or not, and the class itself when nothing extends it. */
function instancesOf(engine: Engine, scope: Scope): readonly { readonly env: Env; readonly gated: boolean }[] {
  return engine.subclasses(scope).map((of) => ({
    env: { scope, parent: undefined, self: { kind: 'instance', of, args: undefined } },
    gated: false,
  }));
}

import { bare, type CallNode, calleeName, isFunction, type NewNode, type Node } from './ast.ts';
import { callSites } from './callers.ts';
import { argsOf } from './calls.ts';
import { subclasses } from './classes.ts';
import type { Engine } from './engine.ts';
import { joined } from './environments.ts';
import { gatedTurns } from './guards.ts';
import type { Scope, Site } from './scope.ts';
import { type Env, type Hole, holeOf, UNKNOWN, type Value } from './values.ts';
import { itemsOf, propsOf } from './walk.ts';

/** How far a value is followed to callers of callers, and how many values one expression may have. */
const MAX_LEVELS = 7;
const MAX_VALUES = 1_500;
/** How many expansions are nested in each other: callers of callers, whose arguments depend on callers. */
const MAX_NESTED = 4;

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
  const hole = holeOf(value);
  if (hole === undefined || level >= MAX_LEVELS) {
    found.push({ value: value.kind === 'unknown' ? UNKNOWN : value, ...context });
    return;
  }
  const contexts = contextsOf(engine, hole, level);
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
        : callsOf(engine, hole, level);
  if (contexts === undefined) return [];
  if (contexts.length > 0) return contexts.slice(0, MAX_VALUES);
  // Nobody is seen to call it: defaults count, the rest is unknown.
  if (scope.kind !== 'function')
    return [{ env: { scope, parent: undefined, item: UNKNOWN, self: UNKNOWN }, gated: false }];
  return [{ env: { scope, parent: undefined, args: parametersOf(scope).map(() => UNKNOWN) }, gated: false }];
}

function parametersOf(scope: Scope): readonly Node[] {
  return isFunction(scope.node) ? scope.node.params : [];
}

/** The turns of a loop. Undefined: it goes through nothing, and has none. */
function loopTurns(
  engine: Engine,
  { scope, env }: Hole,
): readonly { readonly env: Env; readonly gated: boolean }[] | undefined {
  const { over } = scope;
  if (over === undefined) return [];
  const lists = expand(engine, over.node, over.scope, env);
  if (lists.length > 0 && lists.every(({ value }) => isEmptyList(value))) return undefined;
  return lists.flatMap((found) => {
    const items = over.keys
      ? [...(propsOf(engine, found.value)?.props.keys() ?? [])].map((key): { value: Value; gated: boolean } => ({
          value: { kind: 'literal', value: key, dynamic: false },
          gated: false,
        }))
      : itemsOf(found.value).items;
    return items.map((item) => ({
      env: { scope, parent: found.env, item: item.value },
      gated: found.gated || item.gated,
    }));
  });
}

function isEmptyList(value: Value): boolean {
  return value.kind === 'list' && !value.open && value.items.length === 0;
}

/** Methods that hand each item of a list to a function. */
const EACH = new Set(['forEach', 'map', 'flatMap', 'filter', 'find', 'some', 'every']);

function callsOf(engine: Engine, hole: Hole, level: number): readonly { readonly env: Env; readonly gated: boolean }[] {
  const { scope } = hole;
  const given = handedItems(engine, scope);
  if (given !== undefined) return given;
  if (level >= MAX_LEVELS - 1) return [];
  const contexts: { env: Env; gated: boolean }[] = [];
  for (const site of callSites(engine, scope)) {
    const turns = turnsOf(engine, site, hole);
    const gated = gatedTurns(
      engine,
      site.guards,
      turns.map(({ env }) => env),
    );
    for (const [index, turn] of turns.entries()) {
      const args = engine.within(turn.env, () => argsOf(engine, site.node, site.scope, turn.env));
      contexts.push({ env: { scope, parent: turn.env, args }, gated: turn.gated || gated[index] === true });
    }
    if (contexts.length >= MAX_VALUES) break;
  }
  return contexts;
}

/**
 * The environments in which a call happens, where the argument that is asked for depends on a call or a turn itself.
 * Others are then read in the same environments: to follow each of them multiplies, and most come from the same place.
 */
function turnsOf(engine: Engine, site: Site<CallNode | NewNode>, { binding }: Hole): readonly Context[] {
  const args = site.node.arguments;
  const wanted = binding?.source.kind === 'parameter' ? binding.source.index : undefined;
  const isPlain = wanted !== undefined && !args.some((arg) => arg.type === 'SpreadElement');
  for (const arg of isPlain ? args.slice(wanted, wanted + 1) : args) {
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
      return itemsOf(found.value).items.map((item, index) => ({
        env: { scope, parent: found.env, args: [item.value, { kind: 'literal', value: index, dynamic: false }] },
        gated: found.gated || item.gated,
      }));
    },
  );
}

/** The classes that extend a class, directly or not, and the class itself when nothing extends it. */
function instancesOf(engine: Engine, scope: Scope): readonly { readonly env: Env; readonly gated: boolean }[] {
  return subclasses(engine, scope).map((of) => ({
    env: { scope, parent: undefined, self: { kind: 'instance', of, args: undefined } },
    gated: false,
  }));
}

import { bare, type CallNode, memberName, type NewNode, type Node } from './ast.ts';
import { readBinding, withItemWrites } from './bindings.ts';
import { callValue, construct } from './calls.ts';
import { joined } from './environments.ts';
import { arrayLiteral, literalOf, objectLiteral, tagged, template } from './literals.ts';
import { readMember } from './members.ts';
import { assignment, binary, logical, unary } from './operators.ts';
import { metaMember, moduleVariable } from './package-files.ts';
import type { Guard, Scope, Site } from './scope.ts';
import type { Sources } from './sources.ts';
import {
  choice,
  type Env,
  isAbsent,
  isSame,
  keyText,
  type Lazy,
  likelyTruth,
  textOf,
  truth,
  UNDEFINED,
  UNKNOWN,
  type Value,
} from './values.ts';
import { anyOf } from './walk.ts';

/** Bounds of one package: they end an evaluation with `unknown`, and what depends on it is marked incomplete. */
const MAX_STEPS = 10_000_000;
/** Steps of one definition. */
const MAX_SITE_STEPS = 400_000;
const MAX_DEPTH = 90;

const GLOBALS = new Set([
  'Object',
  'Array',
  'JSON',
  'Math',
  'String',
  'Number',
  'Boolean',
  'Map',
  'Set',
  'Promise',
  'process',
  'Symbol',
  'console',
  'globalThis',
  'Reflect',
  'Date',
  'URL',
]);

/** Folds constants over the modules of one package. Nothing of the package is run: each step is one of ours, and counted. */
export class Engine {
  readonly sources: Sources;
  steps = 0;
  siteSteps = 0;
  depth = 0;
  readonly root = new Map<object, Value>();
  readonly byEnv = new WeakMap<Env, Map<object, Value>>();
  /** The call, turn or instance that is looked at: it fills the holes of values that were made outside of it. */
  ambient: Env | undefined;
  /** How many expansions are nested: each follows callers, and they multiply. */
  expansions = 0;
  /** Properties that are being read: one that needs itself is what it was before. */
  readonly reading = new Set<Lazy>();
  readonly names = new Map<Scope, { readonly parsed: number; readonly names: ReadonlySet<string> }>();
  readonly callers = new Map<Scope, { readonly parsed: number; readonly sites: readonly Site<CallNode | NewNode>[] }>();
  /** Packages whose exports the tools depend on. */
  readonly missing = new Set<string>();

  constructor(sources: Sources) {
    this.sources = sources;
  }

  /** The names that a function goes by, kept as long as no further file is parsed. */
  namesFor(scope: Scope, make: () => ReadonlySet<string>): ReadonlySet<string> {
    const parsed = this.sources.parsed.size;
    const known = this.names.get(scope);
    if (known?.parsed === parsed) return known.names;
    const names = make();
    this.names.set(scope, { parsed, names });
    return names;
  }

  /** Whether a bound was reached, so that results may lack something. */
  get exhausted(): boolean {
    return this.steps > MAX_STEPS;
  }

  /** The value of an expression at a place. */
  at(site: Site, env: Env | undefined): Value {
    return this.evaluate(site.node, site.scope, env);
  }

  evaluate(wrapped: Node, scope: Scope, env: Env | undefined): Value {
    const node = bare(wrapped);
    this.steps += 1;
    this.siteSteps += 1;
    if (this.siteSteps > MAX_SITE_STEPS || this.steps > MAX_STEPS || this.depth > MAX_DEPTH) return UNKNOWN;
    this.depth += 1;
    try {
      return this.expression(node, scope, env);
    } finally {
      this.depth -= 1;
    }
  }

  expression(node: Node, scope: Scope, env: Env | undefined): Value {
    switch (node.type) {
      case 'Literal':
        return 'regex' in node ? { kind: 'pattern', source: node.regex.pattern } : literalOf(node.value);
      case 'TemplateLiteral':
        return template(this, node, scope, env);
      case 'TaggedTemplateExpression':
        return tagged(this, node, scope, env);
      case 'Identifier':
        return this.identifier(node.name, scope, env);
      case 'ThisExpression':
        return this.self(scope, env);
      case 'ObjectExpression':
        return withItemWrites(this, objectLiteral(this, node, scope, env), scope.module.itemWrites.get(node), env);
      case 'ArrayExpression':
        return arrayLiteral(this, node, scope, env);
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
      case 'FunctionDeclaration':
        return { kind: 'function', node, scope, env: this.here(env) };
      case 'ClassExpression':
      case 'ClassDeclaration': {
        const own = scope.module.scopes.get(node);
        return own === undefined ? UNKNOWN : { kind: 'class', node, scope: own, env };
      }
      case 'MemberExpression': {
        const key = memberName(node) ?? keyText(this.evaluate(node.property, scope, env));
        if (node.object.type === 'Super')
          return key === undefined ? UNKNOWN : readMember(this, this.self(scope, env), key);
        const meta = metaMember(scope.module, node, key);
        if (meta !== undefined) return meta;
        const target = this.evaluate(node.object, scope, env);
        if (key === undefined) return target.kind === 'unknown' ? target : anyOf(this, target);
        if (node.optional && isAbsent(target)) return UNDEFINED;
        return readMember(this, target, key);
      }
      case 'CallExpression':
        return callValue(this, node, scope, env);
      case 'NewExpression':
        return construct(this, node, scope, env);
      case 'ConditionalExpression': {
        const test = this.evaluate(node.test, scope, env);
        const answer = truth(test);
        if (answer !== undefined) return this.evaluate(answer ? node.consequent : node.alternate, scope, env);
        const likely = likelyTruth(test);
        const both = [this.evaluate(node.alternate, scope, env), this.evaluate(node.consequent, scope, env)];
        return choice(likely === true ? both.reverse() : both, likely !== undefined);
      }
      case 'LogicalExpression':
        return logical(this, node, scope, env);
      case 'BinaryExpression':
        return binary(this, node, scope, env);
      case 'UnaryExpression':
        return unary(this, node, scope, env);
      case 'AssignmentExpression':
        return assignment(this, node, scope, env);
      case 'ImportExpression': {
        const from = textOf(this.evaluate(node.source, scope, env));
        return from === undefined ? UNKNOWN : this.sources.importValue(scope.module, from.text, '*', this);
      }
      default:
        return UNKNOWN;
    }
  }

  identifier(name: string, scope: Scope, env: Env | undefined): Value {
    if (name === 'undefined') return UNDEFINED;
    const binding = scope.lookup(name);
    if (binding !== undefined) return readBinding(this, binding, env);
    if (name === 'exports') return { kind: 'namespace', module: scope.module };
    return GLOBALS.has(name) ? { kind: 'global', path: name } : (moduleVariable(scope.module, name) ?? UNKNOWN);
  }

  /** The `this` of a place: the instance that the environment names, else a hole that the class's users fill. */
  self(scope: Scope, env: Env | undefined): Value {
    const home = scope.thisClass();
    if (home === undefined) return UNKNOWN;
    for (const chain of [env, this.ambient]) {
      for (let at = chain; at !== undefined; at = at.parent) {
        if (at.scope === home && at.self !== undefined) return at.self;
      }
    }
    return { kind: 'unknown', hole: { scope: home, env } };
  }

  /** The value of a lazy property. */
  read(lazy: Lazy): Value {
    switch (lazy.kind) {
      case 'value':
        return lazy.value;
      case 'node': {
        const before = () => (lazy.before === undefined ? UNKNOWN : this.read(lazy.before));
        if (this.reading.has(lazy)) return before();
        this.reading.add(lazy);
        const value = this.evaluate(lazy.node, lazy.scope, lazy.env);
        this.reading.delete(lazy);
        return value.kind === 'unknown' && value.hole === undefined && lazy.before !== undefined ? before() : value;
      }
      case 'getter':
        return this.call({ kind: 'function', node: lazy.node, scope: lazy.scope, env: lazy.env }, []);
    }
  }

  /** A property of an object, list, instance, module, … */
  get(value: Value, name: string): Value {
    return readMember(this, value, name);
  }

  /** What a function gives back for these arguments: every `return`, without running anything in between. */
  call(value: Value, args: readonly Value[], self?: Value): Value {
    if (value.kind === 'choice') return choice(value.options.map((option) => this.call(option, args, self)));
    if (value.kind !== 'function') return UNKNOWN;
    const inner = value.scope.module.scopes.get(value.node);
    if (inner === undefined || this.depth > MAX_DEPTH) return UNKNOWN;
    let env: Env | undefined = value.env;
    const home = inner.thisClass();
    if (self !== undefined && home !== undefined) env = { scope: home, parent: env, self };
    env = { scope: inner, parent: env, args };
    const usual: Value[] = [];
    const other: Value[] = [];
    for (const site of inner.returns.slice(0, 32)) {
      if (site.guards.some((guard) => this.excludes(guard, env))) continue;
      const passes = site.guards.map((guard) => this.passes(guard, env));
      const value = this.at(site, env);
      (passes.every((one) => one === true) ? usual : other).push(value);
      // What stands behind it is not reached. Where it is not known, it may be a `try` that fails.
      if (value.kind !== 'unknown' && site.guards.every((guard) => this.answer(guard, env, truth) === guard.passes))
        break;
    }
    return usual.length + other.length === 0 ? UNDEFINED : choice([...usual, ...other], usual.length > 0);
  }

  /** Whether a guard most likely lets pass. Undefined: not known. */
  passes(guard: Guard, env: Env | undefined): boolean | undefined {
    const answer = this.answer(guard, env, likelyTruth);
    if (answer === undefined) return guard.early;
    return answer === guard.passes;
  }

  /** Whether a guard never lets pass, whatever is set. */
  excludes(guard: Guard, env: Env | undefined): boolean {
    return this.answer(guard, env, truth) === !guard.passes;
  }

  private answer(
    { test, scope, labels }: Guard,
    env: Env | undefined,
    isTrue: (value: Value) => boolean | undefined,
  ): boolean | undefined {
    const value = this.evaluate(test, scope, env);
    if (labels === undefined) return isTrue(value);
    const equal = labels.map((label) => isSame(value, this.evaluate(label, scope, env)));
    return equal.includes(true) ? true : equal.includes(undefined) ? undefined : false;
  }

  /** Evaluates once per environment; a value that needs itself is unknown, or what `make` says that it is so far. */
  once(key: object, env: Env | undefined, make: (soFar: (value: Value) => void) => Value): Value {
    let memo = this.root;
    if (env !== undefined) {
      memo = this.byEnv.get(env) ?? new Map();
      this.byEnv.set(env, memo);
    }
    const known = memo.get(key);
    if (known !== undefined) return known;
    const soFar = (value: Value) => memo.set(key, value);
    soFar(UNKNOWN);
    const value = env === undefined ? this.within(undefined, () => make(soFar)) : make(soFar);
    // What a bound cut short is no answer for the next definition.
    if (this.siteSteps > MAX_SITE_STEPS || this.depth > MAX_DEPTH - 10) memo.delete(key);
    else memo.set(key, value);
    return value;
  }

  /** Evaluates in the light of a call, a turn or an instance. */
  within<T>(env: Env | undefined, work: () => T): T {
    const before = this.ambient;
    this.ambient = env;
    try {
      return work();
    } finally {
      this.ambient = before;
    }
  }

  /** The environment that a value made here keeps: its own, and what is looked at now. */
  here(env: Env | undefined): Env | undefined {
    return this.ambient === undefined ? env : joined(env, this.ambient);
  }
}

import { bare, type CallNode, keyName, type NewNode, type Node } from './ast.ts';
import { expandWith } from './contexts.ts';
import type { Engine } from './engine.ts';
import type { Site } from './scope.ts';
import type { Search } from './search.ts';
import { configOf, partsOf, toolOf } from './tool.ts';
import { type FunctionValue, type Place, textOf, type Value } from './values.ts';
import { itemsOf, propsOf } from './walk.ts';

/** Finds tools where a server tells all of them at once, and reads any value that holds definitions. */
export class Lists {
  readonly search: Search;
  readonly engine: Engine;

  constructor(search: Search) {
    this.search = search;
    this.engine = search.engine;
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
      this.items(tools, place, gated);
      return;
    }
    for (const [key, lazy] of tools.kind === 'object' || tools.kind === 'namespace'
      ? (propsOf(engine, tools)?.props ?? [])
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
    const before = this.search.unresolved;
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
        this.items(value, { module: site.scope.module, offset: site.node.start }, gated || byCaller),
      );
    }
    const isWhole = this.search.unresolved === before && found.some(({ value }) => itemsOf(value).items.length > 0);
    if (isWhole) this.search.isListed = true;
    if (this.search.unresolved > 0) this.search.dress ??= this.dressIn(handler, site);
  }

  /** The function that a handler gives to `map`. */
  dressIn(handler: Node, site: Site): FunctionValue | undefined {
    for (const { node, scope } of site.scope.module.calls.get('map') ?? []) {
      const [given] = node.arguments;
      if (given === undefined || node.start < handler.start || node.end > handler.end) continue;
      this.engine.siteSteps = 0;
      const value = this.engine.evaluate(given, scope, undefined);
      if (value.kind === 'function') return value;
    }
    return undefined;
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
  items(value: Value, at: Place, gated: boolean): void {
    if (value.kind === 'external') this.engine.missing.add(value.from);
    const { items, open } = itemsOf(value);
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
        this.items(value, at, gated);
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
}

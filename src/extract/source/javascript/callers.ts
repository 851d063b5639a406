import { bare, type CallNode, isFunction, keyName, type NewNode, type Node } from './ast.ts';
import { nameOfClass } from './classes.ts';
import type { Engine } from './engine.ts';
import type { Scope, Site } from './scope.ts';

/** Calls of one name that are looked at; minified code calls everything by one letter. */
const MAX_CALLS = 400;

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

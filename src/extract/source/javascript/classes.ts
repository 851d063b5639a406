import { bare, isClass } from './ast.ts';
import type { Engine } from './engine.ts';
import type { Scope } from './scope.ts';
import type { ClassValue } from './values.ts';

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

/** The class that a class scope belongs to. */
export function classOf(scope: Scope): ClassValue | undefined {
  const { node } = scope;
  return isClass(node) ? { kind: 'class', node, scope, env: undefined } : undefined;
}

/** The classes that extend a class, directly or not; the class itself when nothing extends it. */
export function subclasses(engine: Engine, scope: Scope): readonly ClassValue[] {
  const below: ClassValue[] = [];
  for (const module of engine.sources.modules()) {
    for (const one of module.classes) {
      const of = classOf(one.scope);
      if (of !== undefined && one.scope !== scope && descends(engine, of, scope)) below.push(of);
    }
  }
  const leaves = below.filter((of) => !below.some((other) => other !== of && descends(engine, other, of.scope)));
  const own = classOf(scope);
  return leaves.length > 0 || own === undefined ? leaves : [own];
}

/** Whether a class extends the class of a scope, directly or not. */
function descends(engine: Engine, of: ClassValue, above: Scope): boolean {
  let at: ClassValue = of;
  for (let level = 0; level < 12; level += 1) {
    if (at.node.superClass === null || at.scope.parent === undefined) return false;
    const next = engine.evaluate(at.node.superClass, at.scope.parent, at.env);
    if (next.kind !== 'class') return false;
    if (next.scope === above) return true;
    at = next;
  }
  return false;
}

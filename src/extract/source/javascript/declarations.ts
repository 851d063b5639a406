import { keyName, type Node } from './ast.ts';
import type { Binding, Scope, Step } from './scope.ts';

/** Binds every name of a destructuring pattern to the part of the source that it takes. */
export function declare(
  pattern: Node,
  scope: Scope,
  steps: readonly Step[],
  source: (steps: readonly Step[]) => Binding['source'],
  redeclareFrom?: Scope,
): void {
  switch (pattern.type) {
    case 'Identifier': {
      const made = source(steps);
      const known = scope.names.get(pattern.name);
      // `var x` twice, or after a parameter of the same name: the later one is a further assignment.
      if (known !== undefined && made.kind === 'variable') {
        if (made.init !== undefined && redeclareFrom !== undefined && steps.length === 0) {
          known.writes.push({ kind: 'assign', site: { node: made.init, scope: redeclareFrom, guards: [] } });
        }
        return;
      }
      bind(pattern.name, scope, made);
      return;
    }
    case 'AssignmentPattern':
      declare(pattern.left, scope, [...steps, { kind: 'default', value: pattern.right }], source);
      return;
    case 'ArrayPattern':
      pattern.elements.forEach((element, index) => {
        if (element === null) return;
        if (element.type === 'RestElement')
          declare(element.argument, scope, [...steps, { kind: 'rest-from', index }], source);
        else declare(element, scope, [...steps, { kind: 'index', index }], source);
      });
      return;
    case 'ObjectPattern': {
      const taken: string[] = [];
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') {
          declare(property.argument, scope, [...steps, { kind: 'rest-of', taken: [...taken] }], source);
          continue;
        }
        const name = keyName(property.key, property.computed);
        if (name === undefined) continue;
        taken.push(name);
        declare(property.value, scope, [...steps, { kind: 'property', name }], source);
      }
      return;
    }
    default:
      return;
  }
}

/** Binds a name in a scope. */
export function bind(name: string, scope: Scope, source: Binding['source']): void {
  scope.names.set(name, { name, scope, source, writes: [] });
}

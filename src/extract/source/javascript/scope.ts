import type { ClassNode, FunctionNode, Node } from './ast.ts';
import type { Module } from './module.ts';

/** One step from a value to a part of it, as a destructuring pattern takes it. */
export type Step =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'rest-of'; readonly taken: readonly string[] }
  | { readonly kind: 'rest-from'; readonly index: number }
  | { readonly kind: 'default'; readonly value: Node };

/** A test that decides whether a place is reached, and which answer lets it pass. */
export interface Guard {
  readonly test: Node;
  readonly passes: boolean;
  readonly scope: Scope;
  /** Of a `switch`: the answer is whether the value is one of these. */
  readonly labels?: readonly Node[];
  /** Of what stands behind `if (test) return;`: most such tests are of faults, so one that is not known lets pass. */
  readonly early?: true;
}

/** Code at a place: what is needed to evaluate it there. */
export interface Site<T extends Node = Node> {
  readonly node: T;
  readonly scope: Scope;
  readonly guards: readonly Guard[];
}

/** A change of a variable or of `this.NAME` after its declaration. */
export type Write =
  | { readonly kind: 'assign'; readonly site: Site }
  /** `name += …`: the site is what is added. */
  | { readonly kind: 'grow'; readonly site: Site }
  | { readonly kind: 'member'; readonly key: string | Node; readonly site: Site }
  | { readonly kind: 'push' | 'set' | 'merge' | 'getters'; readonly args: readonly Node[]; readonly site: Site };

/** `for (const item of list) item.key = …`: a change of each item, and the scope in which the item has a name. */
export interface ItemWrite {
  readonly write: Extract<Write, { kind: 'member' }>;
  readonly scope: Scope;
}

/** What a name stands for. */
export interface Binding {
  readonly name: string;
  readonly scope: Scope;
  readonly source:
    | { readonly kind: 'variable'; readonly init: Node | undefined; readonly at: Scope; readonly path: readonly Step[] }
    | { readonly kind: 'function'; readonly node: FunctionNode }
    | { readonly kind: 'class'; readonly node: ClassNode }
    | { readonly kind: 'parameter'; readonly index: number; readonly rest: boolean; readonly path: readonly Step[] }
    | { readonly kind: 'loop'; readonly path: readonly Step[] }
    | { readonly kind: 'import'; readonly from: string; readonly imported: string }
    | { readonly kind: 'enum'; readonly node: Node }
    | { readonly kind: 'caught' };
  readonly writes: Write[];
}

/** A region of names. `function` and `loop` scopes have a value per call or turn; `class` scopes have a `this`. */
export class Scope {
  readonly kind: 'module' | 'function' | 'class' | 'loop' | 'block';
  readonly node: Node;
  readonly parent: Scope | undefined;
  readonly module: Module;
  readonly names = new Map<string, Binding>();
  /** What the function gives back, each with its scope; of functions only. */
  readonly returns: Site[] = [];
  /** Changes of `this.NAME` anywhere in the class; of classes only. */
  readonly thisWrites = new Map<string, Write[]>();
  /** The name that the class goes by, once it has been looked for. */
  className: { readonly name: string | undefined } | undefined;
  /** The iterable of a loop, and whether its keys are meant (`for in`). */
  over: { readonly node: Node; readonly keys: boolean; readonly scope: Scope } | undefined;
  /** The call that a function is handed to, as in `list.map(f)`. */
  handedTo: Site | undefined;
  /** The test around the place of a function that stands inside an expression or a declaration. */
  guards: readonly Guard[] = [];

  constructor(kind: Scope['kind'], node: Node, parent: Scope | undefined, module: Module) {
    this.kind = kind;
    this.node = node;
    this.parent = parent;
    this.module = module;
  }

  lookup(name: string): Binding | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const found = scope.names.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether this scope is `inner` or around it. */
  holds(inner: Scope): boolean {
    for (let scope: Scope | undefined = inner; scope !== undefined; scope = scope.parent)
      if (scope === this) return true;
    return false;
  }

  /** The nearest scope of one of these kinds, this one included. */
  nearest(...kinds: readonly Scope['kind'][]): Scope | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (kinds.includes(scope.kind)) return scope;
    }
    return undefined;
  }

  /** The class whose instance `this` is here, when it is one. */
  thisClass(): Scope | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.kind === 'class') return scope;
      if (scope.kind === 'function' && scope.node.type !== 'ArrowFunctionExpression' && scope.parent?.kind !== 'class')
        return undefined;
    }
    return undefined;
  }
}

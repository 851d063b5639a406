import { bare, type CallNode, isFunction, keyName, memberName, type Node } from './ast.ts';
import { isExportsObject, isVoid, requiredPath } from './forms.ts';
import type { Module } from './module.ts';
import type { Binding, Guard, Scope, Site, Write } from './scope.ts';

/** Names of methods that add to a list or a map. */
const PUSHES = new Set(['push', 'unshift', 'add']);

type AssignmentNode = Extract<Node, { type: 'AssignmentExpression' }>;

function kindOf({ operator }: AssignmentNode): 'assign' | 'grow' {
  return operator === '+=' ? 'grow' : 'assign';
}

/** What a property is after `object.key += …`: the engine reads the whole expression, and the key as it was before. */
function memberSite(node: AssignmentNode, site: Site): Site {
  return node.operator === '+=' ? { ...site, node } : site;
}

interface PendingWrite {
  readonly name: string;
  readonly scope: Scope;
  readonly write: Write;
}

/** The changes that a module makes to its names, to `this` and to what it exports. */
export class Writes {
  readonly module: Module;
  /** Writes are joined to their names at the end, since a name may be declared after it is used. */
  readonly pending: PendingWrite[] = [];

  constructor(module: Module) {
    this.module = module;
  }

  /** Joins the changes to the names that they are of. */
  resolve(): void {
    for (const { name, scope, write } of this.pending) {
      const binding = scope.lookup(name);
      binding?.writes.push(write);
      if (binding === undefined || write.kind !== 'member') continue;
      for (const item of itemsWritten(binding)) push(this.module.itemWrites, item, { write, scope: binding.scope });
    }
  }

  /** Notes `name = …`, `name += …`, `name.key = …`, `this.name = …`, `exports.name = …`. */
  assignment(node: AssignmentNode, scope: Scope, guards: readonly Guard[]): void {
    const target = bare(node.left);
    const site = { node: node.right, scope, guards };
    if (target.type === 'Identifier') {
      this.pending.push({ name: target.name, scope, write: { kind: kindOf(node), site } });
      return;
    }
    if (target.type !== 'MemberExpression') return;
    const key = keyName(target.property, target.computed);
    const object = bare(target.object);
    // `server.registerOnce = (name) => …` is called by that name.
    if (key !== undefined && isFunction(bare(node.right))) this.module.keys.set(bare(node.right), key);
    if (
      object.type === 'Identifier' &&
      object.name === 'module' &&
      key === 'exports' &&
      scope.lookup('module') === undefined
    ) {
      this.module.whole = site;
    } else if (isExportsObject(object, scope)) {
      if (key !== undefined && !isVoid(node.right)) this.module.exports.set(key, { kind: 'value', site });
    } else {
      this.add(
        object,
        key ?? target.property,
        scope,
        (member) => (member === undefined ? undefined : { kind: 'member', key: member, site: memberSite(node, site) }),
        site,
        kindOf(node),
      );
    }
  }

  /** Notes a change of `name`, or of `this.name` when the object is that; `key` is what is assigned below it. */
  add(
    object: Node,
    key: string | Node | undefined,
    scope: Scope,
    make: (key: string | Node | undefined) => Write | undefined,
    site: Write['site'],
    kind: 'assign' | 'grow' = 'assign',
  ): void {
    if (object.type === 'Identifier') {
      const write = make(key);
      if (write !== undefined) this.pending.push({ name: object.name, scope, write });
      return;
    }
    const home = scope.thisClass();
    if (home === undefined) return;
    if (object.type === 'ThisExpression') {
      if (typeof key === 'string') push(home.thisWrites, key, { kind, site });
      return;
    }
    const name =
      object.type === 'MemberExpression' && object.object.type === 'ThisExpression' ? memberName(object) : undefined;
    const write = name === undefined ? undefined : make(key);
    if (name !== undefined && write !== undefined) push(home.thisWrites, name, write);
  }

  /** Notes `list.push(…)`, `map.set(…)`, `Object.assign(name, …)` and what compilers make of exports and fields. */
  mutation(node: CallNode, name: string | undefined, scope: Scope, guards: readonly Guard[]): void {
    const args: readonly Node[] = node.arguments;
    const [first, second, third] = args;
    const callee = bare(node.callee);
    const site = { node, scope, guards };
    if (callee.type === 'MemberExpression' && name !== undefined) {
      const object = bare(callee.object);
      if (PUSHES.has(name)) this.add(object, undefined, scope, () => ({ kind: 'push', args, site }), site);
      else if (name === 'set' && args.length === 2)
        this.add(object, undefined, scope, () => ({ kind: 'set', args, site }), site);
      else if (name === 'assign' && first !== undefined) {
        this.add(bare(first), undefined, scope, () => ({ kind: 'merge', args: args.slice(1), site }), site);
      }
    }
    if (first === undefined || second === undefined) return;
    // Object.defineProperty(exports, 'x', { get }) and __publicField(this, 'x', value)
    const key = second.type === 'Literal' && typeof second.value === 'string' ? second.value : undefined;
    if (key !== undefined && third !== undefined) {
      if (isExportsObject(bare(first), scope)) {
        if (key !== '__esModule') this.module.exports.set(key, { kind: 'value', site: { node: third, scope, guards } });
      } else if (first.type === 'ThisExpression') {
        const home = scope.thisClass();
        if (home !== undefined) push(home.thisWrites, key, { kind: 'assign', site: { node: third, scope, guards } });
      }
    }
    if (second.type === 'Identifier' && isExportsObject(second, scope)) {
      const from = requiredPath(bare(first));
      if (from !== undefined) this.module.stars.push(from);
    }
    if (first.type === 'Identifier' && second.type === 'ObjectExpression' && callee.type === 'Identifier') {
      this.pending.push({ name: first.name, scope, write: { kind: 'getters', args: [second], site } });
    }
  }
}

/** The literals of the list that a name goes through: that of a `for … of`, or the parameter of what `forEach` is given. */
function itemsWritten({ source, scope }: Binding): readonly Node[] {
  const isItem =
    (source.kind === 'loop' || (source.kind === 'parameter' && source.index === 0)) && source.path.length === 0;
  const list = isItem ? listOf(scope) : undefined;
  const known = list?.node.type === 'Identifier' ? list.scope.lookup(list.node.name)?.source : undefined;
  const init = known?.kind === 'variable' && known.init !== undefined ? bare(known.init) : list?.node;
  return init?.type === 'ArrayExpression' ? init.elements.flatMap((one) => (one === null ? [] : [bare(one)])) : [];
}

function listOf({ over, handedTo }: Scope): { readonly node: Node; readonly scope: Scope } | undefined {
  if (over !== undefined) return over.keys ? undefined : { node: bare(over.node), scope: over.scope };
  const callee = handedTo?.node.type === 'CallExpression' ? bare(handedTo.node.callee) : undefined;
  if (handedTo === undefined || callee?.type !== 'MemberExpression' || memberName(callee) !== 'forEach')
    return undefined;
  return { node: bare(callee.object), scope: handedTo.scope };
}

/** Adds to the list under a key. */
export function push<Key, T>(lists: Map<Key, T[]>, key: Key, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

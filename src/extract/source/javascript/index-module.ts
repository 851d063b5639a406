import {
  bare,
  type CallNode,
  type ClassNode,
  calleeName,
  childrenOf,
  type FunctionNode,
  isFunction,
  keyName,
  leaves,
  type NewNode,
  type Node,
  type Program,
} from './ast.ts';
import { bind, declare } from './declarations.ts';
import { literalsIn, looksLikeDefinition } from './forms.ts';
import { guardsBehind } from './guards.ts';
import { type Export, lineStarts, type Module } from './module.ts';
import { type Guard, Scope } from './scope.ts';
import { push, Writes } from './writes.ts';

/** Walks a program once and indexes its names, calls, exports and candidate literals. */
export function indexModule(path: string, text: string, program: Program): Module {
  const module: Omit<Module, 'root'> & { root?: Scope } = {
    path,
    lines: lineStarts(text),
    scopes: new Map(),
    exports: new Map(),
    stars: [],
    whole: undefined,
    calls: new Map(),
    literals: [],
    keys: new Map(),
    results: new Map(),
    wrappers: new Map(),
    itemWrites: new Map(),
    classes: [],
  };
  const whole = module as Module;
  whole.root = new Scope('module', program, undefined, whole);
  const indexer = new Indexer(whole);
  indexer.children(program, whole.root, []);
  indexer.writes.resolve();
  return whole;
}

class Indexer {
  readonly module: Module;
  readonly writes: Writes;

  constructor(module: Module) {
    this.module = module;
    this.writes = new Writes(module);
  }

  children(node: Node, scope: Scope, guards: readonly Guard[]): void {
    for (const child of childrenOf(node)) this.visit(child, scope, guards);
  }

  /** Statements, one behind the other. */
  statements(body: readonly Node[], scope: Scope, guards: readonly Guard[]): void {
    let reached = guards;
    for (const statement of body) {
      this.visit(statement, scope, reached);
      reached = guardsBehind(statement, scope, reached, guards);
    }
  }

  visit(node: Node, scope: Scope, guards: readonly Guard[]): void {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.visitFunction(node, scope, guards, undefined);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.visitClass(node, scope, guards);
        return;
      case 'BlockStatement':
      case 'CatchClause':
      case 'ForStatement':
      case 'StaticBlock': {
        const block = new Scope('block', node, scope, this.module);
        if (node.type === 'CatchClause' && node.param !== null)
          declare(node.param, block, [], () => ({ kind: 'caught' }));
        if (node.type === 'BlockStatement') this.statements(node.body, block, guards);
        else this.children(node, block, guards);
        return;
      }
      case 'SwitchStatement':
        this.visitSwitch(node, scope, guards);
        return;
      case 'ForOfStatement':
      case 'ForInStatement':
        this.visitLoop(node, scope, guards);
        return;
      case 'VariableDeclaration':
        for (const declarator of node.declarations) {
          const home = node.kind === 'var' ? (scope.nearest('function', 'module') ?? scope) : scope;
          const init = declarator.init ?? undefined;
          this.noteResult(declarator.id, init);
          declare(
            declarator.id,
            home,
            [],
            (steps) => ({ kind: 'variable', init, at: scope, path: steps }),
            init === undefined ? undefined : scope,
          );
        }
        this.children(node, scope, guards);
        return;
      case 'IfStatement':
      case 'ConditionalExpression':
        this.visit(node.test, scope, guards);
        this.visit(node.consequent, scope, [...guards, { test: node.test, passes: true, scope }]);
        if (node.alternate !== null)
          this.visit(node.alternate, scope, [...guards, { test: node.test, passes: false, scope }]);
        return;
      case 'LogicalExpression':
        this.visit(node.left, scope, guards);
        this.visit(
          node.right,
          scope,
          node.operator === '&&' ? [...guards, { test: node.left, passes: true, scope }] : guards,
        );
        return;
      case 'ReturnStatement':
        if (node.argument !== null) {
          scope.nearest('function')?.returns.push({ node: node.argument, scope, guards });
          this.visit(node.argument, scope, guards);
        }
        return;
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) {
          const imported =
            specifier.type === 'ImportDefaultSpecifier'
              ? 'default'
              : specifier.type === 'ImportNamespaceSpecifier'
                ? '*'
                : (keyName(specifier.imported, false) ?? '');
          bind(specifier.local.name, scope, { kind: 'import', from: node.source.value, imported });
        }
        return;
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
      case 'ExportAllDeclaration':
        this.visitExport(node, scope, guards);
        return;
      case 'AssignmentExpression':
        this.writes.assignment(node, scope, guards);
        this.children(node, scope, guards);
        return;
      case 'CallExpression':
      case 'NewExpression':
        this.visitCall(node, scope, guards);
        return;
      case 'ObjectExpression':
        if (looksLikeDefinition(node)) this.module.literals.push({ node, scope, guards });
        this.children(node, scope, guards);
        return;
      case 'Property': {
        const key = keyName(node.key, node.computed);
        if (key !== undefined) {
          for (const literal of literalsIn(node.value)) this.module.keys.set(literal, key);
          if (isFunction(bare(node.value))) this.module.keys.set(bare(node.value), key);
        }
        this.children(node, scope, guards);
        return;
      }
      case 'TSEnumDeclaration':
        bind(node.id.name, scope, { kind: 'enum', node });
        this.children(node, scope, guards);
        return;
      default:
        this.children(node, scope, guards);
        return;
    }
  }

  /** Notes `const name = make(…)`, so that calls of what `make` gives back can be found by name. */
  noteResult(target: Node, init: Node | undefined): void {
    const call = init === undefined ? undefined : bare(init);
    if (target.type !== 'Identifier' || call?.type !== 'CallExpression') return;
    const name = calleeName(call);
    if (name === undefined) return;
    const names = this.module.results.get(name) ?? new Set();
    this.module.results.set(name, names.add(target.name));
  }

  visitFunction(node: FunctionNode, outer: Scope, guards: readonly Guard[], handedTo: Scope['handedTo']): void {
    if (node.type === 'FunctionDeclaration' && node.id !== null) {
      bind(node.id.name, outer, { kind: 'function', node });
    }
    const scope = new Scope('function', node, outer, this.module);
    scope.handedTo = handedTo;
    scope.guards = guards;
    this.module.scopes.set(node, scope);
    if (node.type === 'FunctionExpression' && node.id !== null) bind(node.id.name, scope, { kind: 'function', node });
    node.params.forEach((param, index) => {
      const pattern = param.type === 'TSParameterProperty' ? param.parameter : param;
      const rest = pattern.type === 'RestElement';
      declare(rest ? pattern.argument : pattern, scope, [], (path) => ({ kind: 'parameter', index, rest, path }));
      this.visit(pattern, scope, []);
    });
    if (node.body === null) return;
    if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'BlockStatement') {
      scope.returns.push({ node: node.body, scope, guards: [] });
      this.visit(node.body, scope, []);
      return;
    }
    if (node.body.type === 'BlockStatement') this.statements(node.body.body, scope, []);
  }

  visitClass(node: ClassNode, outer: Scope, guards: readonly Guard[]): void {
    if (node.id !== null) bind(node.id.name, outer, { kind: 'class', node });
    if (node.superClass !== null) this.visit(node.superClass, outer, guards);
    const scope = new Scope('class', node, outer, this.module);
    scope.guards = guards;
    this.module.scopes.set(node, scope);
    if (node.type === 'ClassExpression' && node.id !== null) bind(node.id.name, scope, { kind: 'class', node });
    this.module.classes.push({ node, scope });
    for (const decorator of node.decorators ?? []) this.visit(decorator, outer, guards);
    for (const member of node.body.body) this.visit(member, scope, []);
  }

  visitLoop(
    node: Extract<Node, { type: 'ForOfStatement' | 'ForInStatement' }>,
    outer: Scope,
    guards: readonly Guard[],
  ): void {
    const scope = new Scope('loop', node, outer, this.module);
    scope.over = { node: node.right, keys: node.type === 'ForInStatement', scope: outer };
    if (node.left.type === 'VariableDeclaration') {
      for (const { id } of node.left.declarations) declare(id, scope, [], (path) => ({ kind: 'loop', path }));
    }
    this.visit(node.right, outer, guards);
    this.visit(node.body, scope, guards);
  }

  visitSwitch(node: Extract<Node, { type: 'SwitchStatement' }>, outer: Scope, guards: readonly Guard[]): void {
    const { discriminant, cases } = node;
    const scope = new Scope('block', node, outer, this.module);
    this.visit(discriminant, outer, guards);
    const all = cases.flatMap(({ test }) => (test === null ? [] : [test]));
    // Labels from which a case is reached; `default` is reached by what is none of all labels.
    let labels: readonly Node[] = [];
    let isDefault = false;
    for (const { test, consequent } of cases) {
      if (test === null) isDefault = true;
      else labels = [...labels, test];
      if (test !== null) this.visit(test, scope, guards);
      const others = isDefault ? all.filter((label) => !labels.includes(label)) : labels;
      const guard: Guard = { test: discriminant, passes: !isDefault, scope: outer, labels: others };
      for (const statement of consequent) this.visit(statement, scope, [...guards, guard]);
      if (!consequent.some(leaves)) continue;
      labels = [];
      isDefault = false;
    }
  }

  visitExport(
    node: Extract<Node, { type: 'ExportNamedDeclaration' | 'ExportDefaultDeclaration' | 'ExportAllDeclaration' }>,
    scope: Scope,
    guards: readonly Guard[],
  ): void {
    const { exports } = this.module;
    if (node.type === 'ExportAllDeclaration') {
      if (node.exported === null) this.module.stars.push(node.source.value);
      else exports.set(keyName(node.exported, false) ?? '', { kind: 'from', from: node.source.value, imported: '*' });
      return;
    }
    if (node.type === 'ExportDefaultDeclaration') {
      exports.set('default', { kind: 'value', site: { node: node.declaration, scope, guards } });
      this.visit(node.declaration, scope, guards);
      return;
    }
    for (const specifier of node.specifiers) {
      const local = keyName(specifier.local, false) ?? '';
      const target: Export =
        node.source === null
          ? { kind: 'local', name: local }
          : { kind: 'from', from: node.source.value, imported: local };
      exports.set(keyName(specifier.exported, false) ?? '', target);
    }
    if (node.declaration === null) return;
    const before = new Set(scope.names.keys());
    this.visit(node.declaration, scope, guards);
    for (const name of scope.names.keys()) if (!before.has(name)) exports.set(name, { kind: 'local', name });
  }

  visitCall(node: CallNode | NewNode, scope: Scope, guards: readonly Guard[]): void {
    const name = calleeName(node);
    const site = { node, scope, guards };
    if (name !== undefined) {
      push(this.module.calls, name, site);
      for (const literal of literalsIn(node)) this.module.wrappers.set(literal, name);
    }
    if (node.type === 'CallExpression') this.writes.mutation(node, name, scope, guards);
    this.visit(node.callee, scope, guards);
    for (const arg of node.arguments) {
      const inner = bare(arg);
      if (isFunction(inner)) this.visitFunction(inner, scope, guards, site);
      else this.visit(arg, scope, guards);
    }
  }
}

import type { ObservedTool } from '../../../model/tool.ts';
import { bare, calleeName, type Node } from './ast.ts';
import { classOf, nameOfClass } from './classes.ts';
import type { Engine } from './engine.ts';
import type { Module } from './module.ts';
import type { Scope, Site } from './scope.ts';
import type { Search } from './search.ts';
import { configOf, type Parts, partsOf, toolOf } from './tool.ts';
import { textOf, type Value } from './values.ts';
import { itemsOf } from './walk.ts';

/** Functions that make a definition. */
const DEFINES = /^(?:define|create|make|build|register|add|new)?\w*Tool(?:Definition)?$|^tool$/u;
/** Finds tools by the form of their definitions. */
export class Definitions {
  readonly search: Search;
  readonly engine: Engine;

  constructor(search: Search) {
    this.search = search;
    this.engine = search.engine;
  }

  /** Definitions that no registration reached: literals, wrapped objects, classes. */
  all(module: Module): void {
    const open = this.search.tools.size === 0 || this.search.unresolved > 0;
    if (!open && this.search.isListed) return;
    for (const site of module.literals) {
      this.search.attempt(() => this.literal(module, site, open));
    }
    if (!open) return;
    for (const { scope } of module.classes) {
      this.search.attempt(() => this.class(scope));
    }
  }

  /** `tools.filter(…)` says which of the definitions that were found by their form are always there. */
  filters(module: Module): void {
    for (const site of module.calls.get('filter') ?? []) {
      const callee = bare(site.node.callee);
      if (callee.type !== 'MemberExpression' || !isListOrFiltered(bare(callee.object))) continue;
      this.search.attempt(() => {
        const whole = this.engine.evaluate(callee.object, site.scope, undefined);
        if (whole.kind !== 'list' || !whole.items.some(({ value }) => this.known(value) !== undefined)) return;
        const free = new Set<ObservedTool>();
        const sometimes = new Set<ObservedTool>();
        for (const { value, gated } of itemsOf(this.engine.at(site, undefined)).items) {
          const tool = this.known(value);
          if (tool !== undefined) (gated ? sometimes : free).add(tool);
        }
        // What lets none pass says what a setting adds to the others.
        if (free.size === 0) return;
        for (const tool of sometimes) if (!free.has(tool)) this.search.gate(tool);
      });
    }
  }

  /** The tool that was found of a definition. */
  known(value: Value): ObservedTool | undefined {
    if (value.kind === 'choice')
      return value.options.map((option) => this.known(option)).find((tool) => tool !== undefined);
    if (value.kind !== 'object') return undefined;
    const parts = partsOf(this.engine, value);
    const name = parts === undefined ? undefined : textOf(parts.name)?.text;
    return name === undefined ? undefined : this.search.tools.get(name);
  }

  literal(module: Module, site: Site, open: boolean): void {
    const { engine } = this;
    const value = engine.evaluate(site.node, site.scope, undefined);
    if (value.kind !== 'object' || value.at === undefined) return;
    const has = (key: string) => value.props.has(key);
    const typical = has('inputSchema') || has('input_schema');
    const callable = ['handler', 'execute', 'callback', 'run', 'handle', 'call', 'func', 'invoke', 'annotations'].some(
      has,
    );
    const defined = DEFINES.test(module.wrappers.get(site.node) ?? '');
    const key = module.keys.get(site.node);
    const schemaLike =
      typical ||
      ['parameters', 'schema', 'params', 'args', 'zodSchema', 'argsSchema', 'paramsSchema', 'inputs'].some(
        (name) => has(name) && engine.get(value, name).kind !== 'literal',
      );
    if (!typical && !(open && schemaLike && (callable || defined))) return;
    // A prompt has arguments, a resource an address; neither is a tool.
    if (has('uri') || has('uriTemplate') || (has('arguments') && !schemaLike)) return;
    const named = partsOf(engine, value);
    const parts =
      named ??
      (key === undefined || !(open || typical)
        ? undefined
        : { name: { kind: 'literal', value: key, dynamic: false } as Value, ...configOf(engine, value) });
    if (parts === undefined || textOf(parts.name) === undefined) return;
    const text = textOf(parts.name)?.text ?? '';
    if (this.search.tools.has(text) || !/^[\w./:-]+$/u.test(text)) return;
    if (parts.description === undefined) return;
    const at = this.search.locate(value.at);
    const found = toolOf(engine, this.dressed(parts, value), at, this.search.gates.isGated(site));
    // A definition of nothing but a name and a text may be anything.
    if (
      found?.kind === 'tool' &&
      found.tool.definition.inputSchema === undefined &&
      found.tool.definition.annotations === undefined
    )
      return;
    if (found !== undefined) this.search.add(found);
  }

  /** A definition with the annotations that the answer to `tools/list` gives it. */
  dressed(parts: Parts, value: Value): Parts {
    const { dress } = this.search;
    if (dress === undefined || parts.annotations !== undefined) return parts;
    const annotations = this.engine.get(this.engine.call(dress, [value]), 'annotations');
    return annotations.kind === 'literal' ? parts : { ...parts, annotations };
  }

  /** A class whose instances have a name, a description and a schema. */
  class(scope: Scope): void {
    const { engine } = this;
    const name = nameOfClass(scope) ?? '';
    const of = classOf(scope);
    if (of === undefined || of.node.superClass === null ? !/tool/iu.test(name) : false) return;
    if (of === undefined) return;
    const self: Value = { kind: 'instance', of, args: undefined };
    const parts = partsOf(engine, self);
    if (parts?.description === undefined || parts.input === undefined) return;
    const text = textOf(parts.name)?.text;
    if (text === undefined || textOf(parts.description) === undefined || this.search.tools.has(text)) return;
    if (!/tool/iu.test(`${name} ${superName(scope)}`)) return;
    this.search.add(
      toolOf(engine, parts, this.search.locate({ module: scope.module, offset: scope.node.start }), false),
    );
  }
}

/** `tools`, or `tools.filter(…)`. */
function isListOrFiltered(node: Node): boolean {
  return node.type === 'Identifier' || (node.type === 'CallExpression' && calleeName(node) === 'filter');
}

function superName(scope: Scope): string {
  const { node } = scope;
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return '';
  if (node.superClass === null) return '';
  const above = bare(node.superClass);
  return above.type === 'Identifier'
    ? above.name
    : above.type === 'CallExpression'
      ? (calleeName(above) ?? '')
      : above.type === 'MemberExpression' && above.property.type === 'Identifier'
        ? above.property.name
        : '';
}

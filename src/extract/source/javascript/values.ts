import type { JsonObject } from '../../../model/tool.ts';
import type { ClassNode, FunctionNode, Node } from './ast.ts';
import type { Module } from './module.ts';
import type { Binding, Guard, Scope } from './scope.ts';

/** Stands for a part of a text that is only known at run time. */
export const HOLE = '⟨?⟩';

/** Where something is written. */
export interface Place {
  readonly module: Module;
  readonly offset: number;
}

/** The values of one call, one turn of a loop, or one `this`; looked up by scope, innermost first. */
export interface Env {
  readonly scope: Scope;
  readonly parent: Env | undefined;
  /** Arguments of a call. */
  readonly args?: readonly Value[];
  /** The item of a loop. */
  readonly item?: Value;
  /** What `this` is, in a class scope. */
  readonly self?: Value;
}

/** A property that is evaluated when it is read. */
export type Lazy =
  | { readonly kind: 'value'; readonly value: Value }
  | {
      readonly kind: 'node';
      readonly node: Node;
      readonly scope: Scope;
      readonly env: Env | undefined;
      /** What it was before it was written again: counts where the new value is not known, or needs the old one. */
      readonly before?: Lazy | undefined;
    }
  | { readonly kind: 'getter'; readonly node: FunctionNode; readonly scope: Scope; readonly env: Env | undefined };

/** One item of a list; `gated` when a condition decides whether it is in it. */
export interface Item {
  readonly value: Value;
  readonly gated: boolean;
}

/** A JSON Schema under construction. `optional`: the property that has it may be left out. */
export interface SchemaValue {
  readonly kind: 'schema';
  readonly json: JsonObject;
  readonly optional: boolean;
  readonly complete: boolean;
  /** Properties of an object schema. */
  readonly shape?: ReadonlyMap<string, SchemaValue>;
  /** The list's item, the union's options: what `.element` and `.options` give. */
  readonly inner?: SchemaValue;
  /** The name under which a converter puts it among its `definitions`. */
  readonly as?: string;
}

export interface ObjectValue {
  readonly kind: 'object';
  readonly props: ReadonlyMap<string, Lazy>;
  /** True when it may have properties that are not known. */
  readonly open: boolean;
  readonly at: Place | undefined;
  /** Property names that only a condition lets in. */
  readonly gated: ReadonlySet<string>;
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Item[];
  readonly open: boolean;
  /** What a part that is spread into it waits for: in a call or a turn the list is known better. */
  readonly hole?: Hole | undefined;
}

export interface FunctionValue {
  readonly kind: 'function';
  readonly node: FunctionNode;
  readonly scope: Scope;
  readonly env: Env | undefined;
}

export interface ClassValue {
  readonly kind: 'class';
  readonly node: ClassNode;
  /** The class's own scope. */
  readonly scope: Scope;
  readonly env: Env | undefined;
}

export interface InstanceValue {
  readonly kind: 'instance';
  readonly of: ClassValue;
  readonly args: readonly Value[] | undefined;
}

/** What an expression is at run time, as far as it can be known without running it. */
export type Value =
  | {
      readonly kind: 'literal';
      readonly value: string | number | boolean | null | undefined;
      readonly dynamic: boolean;
    }
  | ObjectValue
  | ListValue
  | FunctionValue
  | ClassValue
  | InstanceValue
  | SchemaValue
  | {
      readonly kind: 'map';
      readonly entries: readonly { readonly key: Value; readonly value: Value; readonly gated: boolean }[];
    }
  /** One of several; `likely` when the first is what happens without settings. */
  | { readonly kind: 'choice'; readonly options: readonly Value[]; readonly likely: boolean }
  /** Something of another package: `path` are the names from its module down. */
  | { readonly kind: 'external'; readonly from: string; readonly path: readonly string[] }
  | { readonly kind: 'namespace'; readonly module: Module }
  /** A regular expression. It is looked at, and never run. */
  | { readonly kind: 'pattern'; readonly source: string }
  /** A global of the language: `Object`, `JSON`, `process.env`. */
  | { readonly kind: 'global'; readonly path: string }
  /** A setting of the environment, or a test of one. `likely`: what it counts as when nothing is set. */
  | { readonly kind: 'setting'; readonly likely: boolean }
  | { readonly kind: 'unknown'; readonly hole: Hole | undefined };

/** Why a value is not known: the first name whose value depends on the call or the turn. */
export interface Hole {
  readonly scope: Scope;
  readonly binding?: Binding;
  readonly env: Env | undefined;
}

export const UNKNOWN: Value = { kind: 'unknown', hole: undefined };
export const UNDEFINED: Value = { kind: 'literal', value: undefined, dynamic: false };

/** A value that is known whole. */
export function literal(value: string | number | boolean | null | undefined, dynamic = false): Value {
  return { kind: 'literal', value, dynamic };
}

export function list(items: readonly Value[], open = false): ListValue {
  return { kind: 'list', items: items.map((value) => ({ value, gated: false })), open };
}

/** An object from evaluated properties. */
export function object(props: ReadonlyMap<string, Lazy>, at?: Place, open = false): ObjectValue {
  return { kind: 'object', props, open, at, gated: new Set() };
}

/** One of several values; flat, without repeats of `unknown`. */
export function choice(options: readonly Value[], likely = false): Value {
  const flat = options.flatMap((option) => (option.kind === 'choice' ? option.options : [option]));
  const known = flat.filter((option) => option.kind !== 'unknown');
  const [first] = known;
  if (first === undefined)
    return flat.find((option) => option.kind === 'unknown' && option.hole !== undefined) ?? UNKNOWN;
  return known.length === 1 ? first : { kind: 'choice', options: known.slice(0, 64), likely };
}

/** Whether a value counts as true. Undefined: not known. */
export function truth(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'literal':
      return value.dynamic ? true : Boolean(value.value);
    case 'setting':
    case 'unknown':
    case 'external':
      return undefined;
    case 'choice': {
      const all = new Set(value.options.map(truth));
      return all.size === 1 ? [...all][0] : undefined;
    }
    default:
      return true;
  }
}

/** Whether a value is `undefined` or `null`. */
export function isAbsent(value: Value): boolean {
  return value.kind === 'literal' && (value.value === undefined || value.value === null);
}

/** The class of zod that a schema is an instance of, as far as it can be told. */
export function zodClass({ json, optional, shape }: SchemaValue): string | undefined {
  if (optional) return json.default === undefined ? 'ZodOptional' : 'ZodDefault';
  if (shape !== undefined) return 'ZodObject';
  if (json.enum !== undefined) return 'ZodEnum';
  if (json.const !== undefined) return 'ZodLiteral';
  return typeof json.type === 'string' ? CLASSES[json.type] : undefined;
}

const CLASSES: Readonly<Record<string, string>> = {
  string: 'ZodString',
  number: 'ZodNumber',
  integer: 'ZodNumber',
  boolean: 'ZodBoolean',
  array: 'ZodArray',
  null: 'ZodNull',
};

/** What a value, or a part of the list that it is, waits for. */
export function holeOf(value: Value): Hole | undefined {
  if (value.kind === 'unknown' || value.kind === 'list') return value.hole;
  return value.kind === 'choice' ? value.options.map(holeOf).find((hole) => hole !== undefined) : undefined;
}

/** Whether two values are the same one, as `===` says of literals. Undefined: not known. */
export function isSame(one: Value, other: Value): boolean | undefined {
  if (one.kind !== 'literal' || other.kind !== 'literal' || one.dynamic || other.dynamic) return undefined;
  return one.value === other.value;
}

/** Whether a value most likely counts as true: settings are taken as not set. Undefined: it cannot be said. */
export function likelyTruth(value: Value): boolean | undefined {
  if (value.kind === 'setting') return value.likely;
  if (value.kind === 'choice' && value.likely) return likelyTruth(value.options[0] ?? UNKNOWN);
  return truth(value);
}

/** The text of a value, and whether parts of it are only known at run time. Undefined when it is no text. */
export function textOf(value: Value): { readonly text: string; readonly dynamic: boolean } | undefined {
  switch (value.kind) {
    case 'literal':
      return typeof value.value === 'string' ? { text: value.value, dynamic: value.dynamic } : undefined;
    case 'choice': {
      const texts = value.options.map(textOf).filter((text) => text !== undefined);
      const [first] = texts;
      return first === undefined
        ? undefined
        : { text: first.text, dynamic: first.dynamic || texts.some(({ text }) => text !== first.text) };
    }
    case 'schema': {
      const { const: only, default: standard } = value.json;
      const text = only ?? standard;
      return typeof text === 'string' ? { text, dynamic: false } : undefined;
    }
    default:
      return undefined;
  }
}

/** A value as a property key. */
export function keyText(value: Value): string | undefined {
  const text = textOf(value);
  if (text !== undefined) return text.dynamic ? undefined : text.text;
  return value.kind === 'literal' && typeof value.value === 'number' ? String(value.value) : undefined;
}

/** A value inside a text. What a caller can fill in is a hole; anything else unknown becomes `⟨?⟩`. */
export function asText(value: Value): {
  readonly text: string;
  readonly dynamic: boolean;
  readonly hole?: Hole | undefined;
} {
  const text = textOf(value);
  if (text !== undefined) return text;
  switch (value.kind) {
    case 'literal':
      return { text: String(value.value), dynamic: value.dynamic };
    case 'list':
      return {
        text: value.items.map((item) => asText(item.value).text).join(','),
        dynamic: value.open || value.items.some((item) => asText(item.value).dynamic),
      };
    case 'choice':
      return { ...asText(value.options[0] ?? UNKNOWN), dynamic: true };
    case 'unknown':
      return value.hole === undefined ? { text: HOLE, dynamic: true } : { text: HOLE, dynamic: true, hole: value.hole };
    default:
      return { text: HOLE, dynamic: true };
  }
}

/** A guard that is not known to let pass makes what stands behind it gated. */
export type GuardTest = (guard: Guard, env: Env | undefined) => boolean | undefined;

import { LIMITS } from '../../../model/limits.ts';
import {
  type Annotations,
  type DroppedTool,
  type ObservedTool,
  OPEN_HINTS_NOTE,
  type ToolDefinition,
} from '../../../model/tool.ts';
import { expandWith } from './contexts.ts';
import type { Engine } from './engine.ts';
import { lineOf } from './module.ts';
import { toSchema } from './schema.ts';
import { HOLE, type ObjectValue, type Place, textOf, UNKNOWN, type Value } from './values.ts';

/** What a definition calls its parts, in the order in which they are believed. */
const NAME_KEYS = ['name', 'toolName', 'tool_name', 'id'];
const DESCRIPTION_KEYS = ['description', 'desc', 'toolDescription', 'tool_description'];
const INPUT_KEYS = [
  'inputSchema',
  'input_schema',
  'parameters',
  'schema',
  'paramsSchema',
  'argsSchema',
  'argsShape',
  'inputShape',
  'zodSchema',
  'paramsShape',
  'params',
  'args',
  'inputs',
  'input',
  'shape',
  'zodInputSchema',
  'requestSchema',
  'inputSchemaShape',
];
const OUTPUT_KEYS = ['outputSchema', 'output_schema'];
const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;

/** Why a tool is marked as gated. */
export const GATED_NOTE = 'registered only under a condition';

/** The evaluated parts of one definition. */
export interface Parts {
  readonly name: Value;
  readonly title?: Value | undefined;
  readonly description?: Value | undefined;
  readonly input?: Value | undefined;
  readonly output?: Value | undefined;
  readonly annotations?: Value | undefined;
}

/** A tool as it was found, before names are made unique. */
export type Found =
  | { readonly kind: 'tool'; readonly tool: ObservedTool }
  | { readonly kind: 'dropped'; readonly dropped: DroppedTool };

/** Where a package's files come from, for provenance. */
export type Locate = (place: Place) => string;

/** `npm:NAME@VERSION!path:line`, with the location of the package whose folder holds the file. */
export function locator(
  location: string,
  packages: readonly { readonly root: string; readonly location: string }[],
): Locate {
  return ({ module, offset }) => {
    const home = packages.find(({ root }) => module.path.startsWith(root));
    const path = home === undefined ? module.path : module.path.slice(home.root.length);
    return `${home?.location ?? location}!${path}:${lineOf(module, offset)}`;
  };
}

function firstOf(engine: Engine, value: Value, keys: readonly string[]): Value | undefined {
  for (const key of keys) {
    const part = engine.get(value, key);
    if (part.kind === 'unknown' && part.hole === undefined) {
      if (value.kind === 'object' && value.props.has(key)) return part;
      continue;
    }
    if (part.kind !== 'literal' || (part.value !== undefined && part.value !== null)) return part;
  }
  return undefined;
}

/** What a method of a definition gives back: `getName()`. */
function asked(engine: Engine, value: Value, methods: readonly string[]): Value | undefined {
  if (value.kind !== 'instance' && value.kind !== 'object') return undefined;
  for (const method of methods) {
    const fn = value.kind === 'object' && !value.props.has(method) ? UNKNOWN : engine.get(value, method);
    if (fn.kind === 'function') return engine.call(fn, [], value);
  }
  return undefined;
}

/** The parts of an object, instance or class that defines a tool. */
export function partsOf(engine: Engine, value: Value): Parts | undefined {
  // Some libraries wrap the definition: { definition: {…}, handler }, { tool: {…} }, { type: 'function', function: {…} }.
  for (const wrapper of ['definition', 'tool', 'function', 'schema', 'config', 'toolDefinition', 'metadata', 'spec']) {
    const inner =
      value.kind === 'object' && value.props.has(wrapper) && firstOf(engine, value, NAME_KEYS) === undefined
        ? engine.get(value, wrapper)
        : undefined;
    if (inner?.kind === 'object' && firstOf(engine, inner, NAME_KEYS) !== undefined) {
      return partsOf(engine, inner);
    }
  }
  const name = firstOf(engine, value, NAME_KEYS) ?? asked(engine, value, ['getName', 'getToolName']);
  const config = asked(engine, value, ['getConfig', 'getDefinition', 'getToolDefinition', 'toTool']);
  if (config?.kind === 'object') {
    const inner = name ?? firstOf(engine, config, NAME_KEYS);
    return inner === undefined ? undefined : { name: inner, ...configOf(engine, config) };
  }
  return name === undefined ? undefined : { name, ...configOf(engine, value) };
}

/** The parts that `registerTool('name', config)` finds in its config. */
export function configOf(engine: Engine, value: Value): Omit<Parts, 'name'> {
  const readInput = () =>
    firstOf(
      engine,
      value,
      INPUT_KEYS.filter((key) => isInput(engine, value, key)),
    );
  const metadata = value.kind === 'object' && value.props.has('metadata') ? engine.get(value, 'metadata') : undefined;
  return {
    title: firstOf(engine, value, ['title']),
    description: settled(
      engine,
      () =>
        firstOf(engine, value, DESCRIPTION_KEYS) ??
        asked(engine, value, ['getDescription']) ??
        (metadata === undefined ? undefined : firstOf(engine, metadata, DESCRIPTION_KEYS)),
    ),
    input: settled(
      engine,
      () => readInput() ?? asked(engine, value, ['getInputSchema', 'getSchema', 'getParameters', 'argsShape']),
    ),
    output: firstOf(engine, value, OUTPUT_KEYS),
    annotations: firstOf(engine, value, ['annotations']),
  };
}

/** A part that depends on a call, in the first call that is seen: callers differ in what they serve, rarely in its texts. */
function settled(engine: Engine, read: () => Value | undefined): Value | undefined {
  const value = read();
  if (value?.kind !== 'unknown' || value.hole === undefined) return value;
  const known = expandWith(engine, () => read() ?? UNKNOWN, engine.ambient).find(
    (found) => found.value.kind !== 'unknown',
  );
  return known?.value ?? value;
}

function isInput(engine: Engine, value: Value, key: string): boolean {
  const part = engine.get(value, key);
  return (
    part.kind === 'unknown' ||
    (part.kind !== 'function' && part.kind !== 'literal') ||
    (part.kind === 'function' && /schema/iu.test(key))
  );
}

/** Makes a tool of the evaluated parts. A name that is not known at all is no tool; the caller counts it. */
export function toolOf(engine: Engine, parts: Parts, at: string, gated: boolean): Found | undefined {
  const name = spoken(engine, parts.name);
  if (name?.text === '' && !name.dynamic) return dropped('no-name', 'A tool has an empty name', at);
  if (name === undefined || name.text.replaceAll(HOLE, '').replaceAll(/[_\-./]/gu, '') === '') return undefined;
  if (name.text.length > LIMITS.nameChars) {
    return dropped('over-limit', `A tool name has ${name.text.length} characters`, at);
  }
  const notes = new Set<string>();
  const description = parts.description === undefined ? undefined : spoken(engine, parts.description);
  if (parts.description !== undefined && description === undefined && isOpen(parts.description))
    notes.add('the description is made at run time');
  if (description !== undefined && description.text.length > LIMITS.descriptionChars) {
    return dropped(
      'over-limit',
      `The description of ${name.text} has ${description.text.length} characters`,
      at,
      name.text,
    );
  }
  const title = parts.title === undefined ? undefined : textOf(parts.title);
  const input = parts.input === undefined ? undefined : toSchema(engine, parts.input);
  const output = parts.output === undefined ? undefined : toSchema(engine, parts.output);
  const schemaComplete =
    (parts.input === undefined || input?.complete === true) && (output === undefined || output.complete);
  if (!schemaComplete) notes.add('a part of the schema is made at run time');
  const dynamic = name.dynamic || description?.dynamic === true;
  if (dynamic) notes.add(`${HOLE} stands for what is only known at run time`);
  if (gated) notes.add(GATED_NOTE);
  const hints = parts.annotations === undefined ? undefined : annotationsOf(engine, parts.annotations);
  const annotations = hints?.annotations;
  if (hints?.open === true) notes.add(OPEN_HINTS_NOTE);
  const definition: ToolDefinition = {
    name: name.text,
    ...(title === undefined ? {} : { title: title.text }),
    ...(description === undefined ? {} : { description: description.text }),
    ...(input === undefined ? {} : { inputSchema: input.json }),
    ...(output === undefined ? {} : { outputSchema: output.json }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return {
    kind: 'tool',
    tool: { definition, method: 'static', provenance: at, schemaComplete, dynamic, gated, notes: [...notes].sort() },
  };
}

/** The text of a value; of a function that makes a text, what it makes. */
function spoken(engine: Engine, value: Value): ReturnType<typeof textOf> {
  return textOf(value.kind === 'function' ? engine.call(value, [UNKNOWN]) : value);
}

function isOpen(value: Value): boolean {
  return value.kind === 'unknown' || value.kind === 'external' || value.kind === 'setting' || value.kind === 'choice';
}

function dropped(reason: DroppedTool['reason'], message: string, provenance: string, name?: string): Found {
  return { kind: 'dropped', dropped: { ...(name === undefined ? {} : { name }), reason, message, provenance } };
}

/** The hints that an object states with `true` or `false`, and whether it may state more: what a condition sets is not known. */
function annotationsOf(
  engine: Engine,
  value: Value,
): { readonly annotations: Annotations | undefined; readonly open: boolean } {
  const title = textOf(engine.get(value, 'title'));
  const hints = new Map<string, boolean>();
  let open = isOpen(value) && value.kind !== 'choice';
  for (const hint of HINTS) {
    const parts = engine.get(value, hint);
    const stated = new Set((parts.kind === 'choice' ? parts.options : [parts]).map(statedBy));
    const [said] = stated;
    if (stated.size > 1 || said === 'unknown' || (value.kind === 'object' && value.gated.has(hint))) open = true;
    else if (typeof said === 'boolean') hints.set(hint, said);
  }
  if (hints.size === 0 && title === undefined) return { annotations: undefined, open };
  return { annotations: { ...(title === undefined ? {} : { title: title.text }), ...Object.fromEntries(hints) }, open };
}

/** What one value says as a hint; undefined: nothing. */
function statedBy(value: Value): boolean | undefined | 'unknown' {
  if (value.kind !== 'literal' || value.dynamic) return 'unknown';
  return typeof value.value === 'boolean' ? value.value : undefined;
}

/** Whether an object holds hints and nothing that a schema would have. */
export function isAnnotations(engine: Engine, value: ObjectValue): boolean {
  const names = [...value.props.keys()];
  return (
    names.length > 0 &&
    names.every((name) => name === 'title' || HINTS.some((hint) => hint === name)) &&
    names.every((name) => engine.get(value, name).kind !== 'schema')
  );
}

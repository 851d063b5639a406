import { type CallNode, calleeName, type NewNode } from './ast.ts';
import { argsOf } from './calls.ts';
import type { Engine } from './engine.ts';
import { objectSchema } from './schema.ts';
import type { Site } from './scope.ts';
import { configOf, isAnnotations, type Parts } from './tool.ts';
import { type Env, type ObjectValue, textOf, type Value } from './values.ts';

/** The other arguments of a registration by name: a description, a config or a shape, annotations. */
export function namedParts(
  engine: Engine,
  name: Value,
  site: Site<CallNode | NewNode>,
  env: Env | undefined,
  from: number,
): Parts {
  let parts: Parts = { name };
  const args = withoutHandler(argsOf(engine, site.node, site.scope, env)).slice(from);
  for (const arg of args) {
    if (textOf(arg) !== undefined) parts = parts.description === undefined ? { ...parts, description: arg } : parts;
    else if (arg.kind === 'schema') parts = { ...parts, input: parts.input ?? arg };
    else if (arg.kind === 'object' || arg.kind === 'choice' || arg.kind === 'instance')
      parts = withObject(engine, parts, arg);
    else if (arg.kind === 'unknown' && parts.input === undefined && parts.description !== undefined)
      parts = { ...parts, input: arg };
  }
  // The SDK lists a tool that is registered without a schema as one without parameters.
  const bySdk = /^(?:registerTool|tool)$/u.test(calleeName(site.node) ?? '');
  const whole = args.every(
    (arg) => arg.kind === 'literal' || arg.kind === 'schema' || (arg.kind === 'object' && !arg.open),
  );
  if (bySdk && whole && parts.input === undefined) parts = { ...parts, input: objectSchema(new Map()) };
  return parts;
}

function withObject(engine: Engine, parts: Parts, value: Value): Parts {
  if (value.kind === 'choice') {
    const best = value.options.find((option) => option.kind === 'object');
    return best === undefined ? parts : withObject(engine, parts, best);
  }
  if (value.kind === 'object') {
    if (isAnnotations(engine, value)) return { ...parts, annotations: value };
    if (!isConfig(engine, value)) {
      return value.props.size === 0 && parts.input !== undefined ? parts : { ...parts, input: parts.input ?? value };
    }
  }
  const config = configOf(engine, value);
  return {
    name: parts.name,
    title: config.title,
    description: config.description ?? parts.description,
    input: config.input ?? parts.input,
    output: config.output,
    annotations: config.annotations ?? parts.annotations,
  };
}

/** What a config calls its schemas. */
const CONFIG_SCHEMAS = new Set(['inputSchema', 'outputSchema', 'input_schema', 'parameters', 'schema', 'paramsSchema']);

/** Whether an argument is `{ description, inputSchema, … }`, and not `{ query: z.string(), … }`. */
function isConfig(engine: Engine, value: ObjectValue): boolean {
  let known = false;
  for (const name of value.props.keys()) {
    const part = engine.get(value, name);
    if (CONFIG_SCHEMAS.has(name)) known = true;
    else if (part.kind === 'schema') return false;
    else if (['description', 'title', 'annotations', 'input', 'args', '_meta', 'name'].includes(name)) known = true;
  }
  return known;
}

/** The arguments without the function at their end, which may come from elsewhere and not be known. */
function withoutHandler(args: readonly Value[]): readonly Value[] {
  const last = args.at(-1);
  const says = last !== undefined && (textOf(last) !== undefined || last.kind === 'object' || last.kind === 'schema');
  return says || args.length < 2 ? args : args.slice(0, -1);
}

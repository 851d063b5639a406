import type { ServerTool } from '../classify/index.ts';
import { LIMITS } from '../model/limits.ts';
import { Annotations, type Json, type JsonObject } from '../model/tool.ts';

/** What one line or document of input turned out to hold. */
export type ToolInput =
  | { readonly kind: 'tool'; readonly tool: ServerTool }
  | { readonly kind: 'error'; readonly error: string };

/**
 * Reads the tools of one JSON text: a tool, a list of tools, a tools/list result, or its JSON-RPC envelope. `server` is
 * the id for tools that name none. Undefined where the text is no JSON at all.
 */
export function readTools(text: string, server: string): readonly ToolInput[] | undefined {
  if (text.length > LIMITS.manifestBytes) return [failed(`longer than ${LIMITS.manifestBytes} characters`)];
  const value = parseJson(text);
  return value === undefined ? undefined : toolsOf(value, server);
}

function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function toolsOf(value: Json, server: string): readonly ToolInput[] {
  if (Array.isArray(value)) return value.map((one: Json) => readTool(one, server));
  if (!isObject(value)) return [readTool(value, server)];
  const result = value.result;
  const holder = isObject(result) && Array.isArray(result.tools) ? result : value;
  const tools = holder.tools;
  if (!Array.isArray(tools) || typeof holder.name === 'string') return [readTool(value, server)];
  const named = value.server;
  return tools.map((one: Json) => readTool(one, typeof named === 'string' ? named : server));
}

function readTool(value: Json, server: string): ToolInput {
  if (!isObject(value)) return failed('a tool is a JSON object');
  const { name, title, description } = value;
  if (typeof name !== 'string' || name === '') return failed('a tool needs a name');
  if (description !== undefined && description !== null && typeof description !== 'string') {
    return failed('the description of a tool is text');
  }
  const schema = value.inputSchema ?? value.input_schema;
  const output = value.outputSchema;
  const named = value.server;
  const annotations = Annotations.safeParse(withoutNull(value.annotations));
  return {
    kind: 'tool',
    tool: {
      server: typeof named === 'string' ? named : server,
      name,
      ...(typeof title === 'string' ? { title } : {}),
      ...(typeof description === 'string' ? { description } : {}),
      ...(schema === undefined || schema === null ? {} : { inputSchema: schema }),
      ...(output === undefined || output === null ? {} : { outputSchema: output }),
      ...(annotations.success ? { annotations: annotations.data } : {}),
    },
  };
}

/** Python servers write unset hints as null. */
function withoutNull(value: Json | undefined): unknown {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null));
}

const failed = (error: string): ToolInput => ({ kind: 'error', error });

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

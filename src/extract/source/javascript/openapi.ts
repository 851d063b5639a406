import type { Json, JsonObject, ObservedTool } from '../../../model/tool.ts';
import type { Sources } from './sources.ts';
import { HOLE } from './values.ts';

/** The longest tool name that servers make of an operation; longer ones are cut, as clients ask. */
const MAX_NAME = 64;
const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];
/** How far `$ref` is followed. */
const MAX_REFS = 12;
/** A description that is itself an address is followed no further; documents above this size are not servers' own. */
const MAX_BYTES = 8 << 20;

/**
 * Tools that a server makes at run time of an OpenAPI document in its package: one per operation. What the server calls
 * them is read from its code (`API-` before the operation's id, where it says so); a name that is made in another way
 * cannot be known, so the rest of the texts is marked as made at run time.
 */
export function openApiTools(
  sources: Sources,
  reachable: readonly string[],
  location: string,
): readonly ObservedTool[] {
  if (!reachable.some((path) => !path.endsWith('.json') && /operationId/u.test(sources.text(path)))) return [];
  const prefix = prefixOf(sources, reachable);
  const tools = new Map<string, ObservedTool>();
  for (const [path, bytes] of sources.files) {
    if (!path.endsWith('.json') || bytes.byteLength > MAX_BYTES || path.startsWith('node_modules/')) continue;
    const document = documentOf(sources.text(path));
    if (document === undefined) continue;
    for (const tool of toolsOf(document, prefix, `${location}!${path}`)) tools.set(tool.definition.name, tool);
  }
  return [...tools.values()];
}

/** The text that the code puts before the id of an operation: `const apiName = 'API'` joined with a hyphen. */
function prefixOf(sources: Sources, reachable: readonly string[]): string {
  for (const path of reachable) {
    if (path.endsWith('.json')) continue;
    const text = sources.text(path);
    if (!/operationId/u.test(text)) continue;
    const direct = /[`"']([A-Za-z]{1,24}[-_])(?:["']\s*\+|\$\{)[^`"'\n]{0,40}operationId/u.exec(text);
    if (direct?.[1] !== undefined) return direct[1];
    // The converter that many servers share keeps its tools under one key, and joins key and id with a hyphen.
    const keyed = /[{,]\s*\[?["']?(API|api)["']?\]?\s*:\s*\{\s*methods\s*:|\b\w{1,20}\s*=\s*["'](API|api)["']/u.exec(
      text,
    );
    const key = keyed?.[1] ?? keyed?.[2];
    if (key !== undefined) return `${key}-`;
  }
  return '';
}

function documentOf(text: string): JsonObject | undefined {
  if (!/"(?:openapi|swagger)"\s*:/u.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) && isObject(value.paths) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toolsOf(document: JsonObject, prefix: string, at: string): readonly ObservedTool[] {
  const tools: ObservedTool[] = [];
  const paths = document.paths;
  for (const [path, item] of Object.entries(isObject(paths) ? paths : {})) {
    if (!isObject(item)) continue;
    for (const method of METHODS) {
      const operation = item[method];
      if (!isObject(operation)) continue;
      const id = operation.operationId;
      if (typeof id !== 'string' || id === '') continue;
      const pointer = `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}`;
      tools.push(toolOf(document, item, operation, `${prefix}${id}`.slice(0, MAX_NAME), method, `${at}#${pointer}`));
    }
  }
  return tools;
}

function toolOf(
  document: JsonObject,
  item: JsonObject,
  operation: JsonObject,
  name: string,
  method: string,
  provenance: string,
): ObservedTool {
  const summary = [operation.summary, operation.description].find((text) => typeof text === 'string' && text !== '');
  const errors = errorTexts(document, operation);
  const prose = `${typeof summary === 'string' ? summary : ''}${errors}`;
  return {
    definition: {
      name,
      description: prose === '' ? HOLE : prose,
      inputSchema: inputOf(document, item, operation),
      annotations: method === 'get' || method === 'head' ? { readOnlyHint: true } : {},
    },
    method: 'static',
    provenance,
    schemaComplete: true,
    dynamic: true,
    gated: false,
    notes: ['made at run time of an operation in an OpenAPI document'],
  };
}

function errorTexts(document: JsonObject, operation: JsonObject): string {
  const responses = operation.responses;
  if (!isObject(responses)) return '';
  const lines = Object.entries(responses).flatMap(([code, response]) => {
    if (!/^[45]/u.test(code)) return [];
    const described = resolved(document, response, 0);
    return [`${code}: ${typeof described.description === 'string' ? described.description : ''}`];
  });
  return lines.length === 0 ? '' : `\nError Responses:\n${lines.join('\n')}`;
}

function inputOf(document: JsonObject, item: JsonObject, operation: JsonObject): JsonObject {
  const properties: Record<string, Json> = {};
  const required: string[] = [];
  for (const listed of [...listOf(item.parameters), ...listOf(operation.parameters)]) {
    const parameter = resolved(document, listed, 0);
    const { name, in: place, schema, description } = parameter;
    // Headers belong to the transport, which the server fills in.
    if (typeof name !== 'string' || place === 'header' || place === 'cookie' || place === 'body') continue;
    const plain = resolved(document, schema ?? {}, 0);
    properties[name] = typeof description === 'string' ? { ...plain, description } : plain;
    if (parameter.required === true) required.push(name);
  }
  const body = bodyOf(document, operation);
  if (body !== undefined) {
    const parts = body.properties;
    if (isObject(parts)) {
      Object.assign(properties, parts);
      required.push(...listOf(body.required).filter((name) => typeof name === 'string'));
    } else properties.body = body;
  }
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required: [...new Set(required)] }) };
}

function bodyOf(document: JsonObject, operation: JsonObject): JsonObject | undefined {
  const { content } = resolved(document, operation.requestBody ?? {}, 0);
  if (!isObject(content)) return undefined;
  const media = content['multipart/form-data'] ?? content['application/json'] ?? Object.values(content)[0];
  const schema = isObject(media) ? media.schema : undefined;
  return schema === undefined ? undefined : resolved(document, schema, 0);
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Follows `$ref` inside the document. */
function resolved(document: JsonObject, value: Json, hops: number): JsonObject {
  if (!isObject(value)) return {};
  const ref = value.$ref;
  if (typeof ref !== 'string' || !ref.startsWith('#/') || hops > MAX_REFS) return value;
  let at: Json | undefined = document;
  for (const part of ref.slice(2).split('/'))
    at = isObject(at) ? at[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  return at === undefined ? {} : resolved(document, at, hops + 1);
}

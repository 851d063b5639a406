import { field, objectOf } from '../../extract/edge/value.ts';
import type { Json } from '../../model/tool.ts';

const KEY = 'x-mcp-header';
const PRIMITIVE: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean']);

/**
 * Why a tool must be left out of a list over HTTP: since 2026-07-28 a property of its input schema may ask to be sent
 * as a header, and a tool with a bad name for one is dropped whole. Undefined for every other tool.
 */
export function badHeaderOf(tool: Json): string | undefined {
  const properties = objectOf(field(field(tool, 'inputSchema'), 'properties')) ?? {};
  const seen = new Set<string>();
  for (const [name, property] of Object.entries(properties)) {
    const header = field(property, KEY);
    if (header === undefined) continue;
    const where = `${KEY} of ${JSON.stringify(name.slice(0, 80))}`;
    if (typeof header !== 'string' || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/u.test(header))
      return `${where} is no header name`;
    const type = field(property, 'type');
    if (typeof type !== 'string' || !PRIMITIVE.has(type)) return `${where} stands on a value that is not primitive`;
    if (seen.has(header.toLowerCase())) return `${where} is used twice`;
    seen.add(header.toLowerCase());
  }
  return undefined;
}

import { needsNoEscape } from './ascii.ts';
import { entriesOf, isList, type Tree } from './tree.ts';

/** A JSON document as it is written: two spaces, sorted by the writer, a line feed at the end. */
export function jsonText(value: Tree): string {
  return `${json(value, '\n')}\n`;
}

/** The same text as `JSON.stringify` with two spaces. `line` is what begins a line at this depth. */
function json(value: Tree, line: string): string {
  if (typeof value === 'string') return jsonString(value);
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = `${line}  `;
  let body = '';
  if (isList(value)) {
    for (const item of value) body += `${body === '' ? '' : ','}${inner}${json(item, inner)}`;
    return body === '' ? '[]' : `[${body}${line}]`;
  }
  for (const [key, item] of entriesOf(value)) {
    body += `${body === '' ? '' : ','}${inner}${jsonString(key)}: ${json(item, inner)}`;
  }
  return body === '' ? '{}' : `{${body}${line}}`;
}

function jsonString(text: string): string {
  return needsNoEscape(text) ? `"${text}"` : JSON.stringify(text);
}

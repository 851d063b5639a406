import { needsNoEscape } from './ascii.ts';
import { entriesOf, isList, isMap, type Table, type Tree } from './tree.ts';

/**
 * Writes YAML that every YAML 1.1 and 1.2 reader takes for the same value: block style, plain ASCII, every text that is
 * not a plain word in double quotes.
 */
export function yamlText(document: Table): string {
  return block(document, '');
}

/** The lines of a list or a table that is not empty. */
function block(value: readonly Tree[] | Table, indent: string): string {
  return isList(value) ? listBlock(value, indent) : tableBlock(value, indent);
}

function tableBlock(table: Table, indent: string): string {
  let lines = '';
  for (const [key, item] of entriesOf(table)) {
    const name = scalar(key);
    // A longer key has to be announced.
    const head = name.length > MAX_KEY ? `${indent}? ${name}\n${indent}:` : `${indent}${name}:`;
    lines += isLeaf(item) ? `${head} ${leaf(item)}\n` : `${head}\n${block(item, `${indent}  `)}`;
  }
  return lines;
}

/** Readers look for the `:` of a key that stands on one line within 1024 characters. */
const MAX_KEY = 1_000;

function listBlock(list: readonly Tree[], indent: string): string {
  const inner = `${indent}  `;
  let lines = '';
  // The first line of an item stands behind its dash.
  for (const item of list)
    lines += `${indent}- ${isLeaf(item) ? `${leaf(item)}\n` : block(item, inner).slice(inner.length)}`;
  return lines;
}

type Leaf = string | number | boolean;

function isLeaf(value: Tree): value is Leaf {
  if (typeof value !== 'object') return true;
  if (isList(value)) return value.length === 0;
  return isMap(value) ? value.size === 0 : Object.keys(value).length === 0;
}

function leaf(value: Tree): string {
  if (typeof value !== 'object') return scalar(value);
  return isList(value) ? '[]' : '{}';
}

function scalar(value: Leaf): string {
  if (typeof value === 'string') return isWord(value) ? value : quotedYaml(value);
  // Readers of YAML 1.1 take 1e+21 for a text.
  return String(value).replace(/^(-?\d+)e/u, '$1.0e');
}

/** Whether no reader takes a word for anything but a text. */
function isWord(text: string): boolean {
  return WORD.test(text) && !(text.length <= LONGEST_OTHER && OTHERS.has(text.toLowerCase()));
}

const WORD = /^[A-Za-z][A-Za-z0-9_-]*$/u;
/** Words that some reader takes for a truth value, for nothing, or for a number. */
const OTHERS = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null', 'nan', 'inf']);
const LONGEST_OTHER = 5;

/** A text in double quotes, ASCII only. Lone surrogates become U+FFFD: YAML cannot hold them. */
export function quotedYaml(text: string): string {
  if (needsNoEscape(text)) return `"${text}"`;
  let out = '"';
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    if (sign === '"' || sign === '\\') out += `\\${sign}`;
    else if (code >= 0x20 && code < 0x7f) out += sign;
    else if (code >= 0xd800 && code <= 0xdfff) out += '\\uFFFD';
    else if (code <= 0xff) out += `\\x${hex(code, 2)}`;
    else if (code <= 0xffff) out += `\\u${hex(code, 4)}`;
    else out += `\\U${hex(code, 8)}`;
  }
  return `${out}"`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, '0');
}

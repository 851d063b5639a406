/** What `yamlText` writes. Keys and texts may hold anything. */
export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/**
 * Writes YAML that every YAML 1.1 and 1.2 reader takes for the same value: block style, plain ASCII, every text that is
 * not a plain word in double quotes.
 */
export function yamlText(value: { readonly [key: string]: YamlValue }): string {
  return `${block(value, 0).join('\n')}\n`;
}

function block(value: YamlValue, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  if (Array.isArray(value)) return value.flatMap((item) => listItem(item, depth));
  if (typeof value !== 'object') return [`${indent}${scalar(value)}`];
  return Object.entries(value).flatMap(([key, item]) => {
    const name = scalar(key);
    // A longer key has to be announced.
    const head = name.length > MAX_KEY ? [`${indent}? ${name}`, `${indent}:`] : [`${indent}${name}:`];
    if (!isLeaf(item)) return [...head, ...block(item, depth + 1)];
    return [...head.slice(0, -1), `${head.at(-1)} ${leaf(item)}`];
  });
}

/** Readers look for the `:` of a key that stands on one line within 1024 characters. */
const MAX_KEY = 1_000;

function listItem(item: YamlValue, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  if (isLeaf(item)) return [`${indent}- ${leaf(item)}`];
  const [first = '', ...rest] = block(item, depth + 1);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

function isLeaf(value: YamlValue): value is string | number | boolean {
  return typeof value !== 'object' || Object.keys(value).length === 0;
}

function leaf(value: YamlValue): string {
  if (Array.isArray(value)) return '[]';
  return typeof value === 'object' ? '{}' : scalar(value);
}

function scalar(value: YamlValue): string {
  if (typeof value === 'string')
    return PLAIN.test(value) && !WORDS.has(value.toLowerCase()) ? value : quotedYaml(value);
  // Readers of YAML 1.1 take 1e+21 for a text.
  return String(value).replace(/^(-?\d+)e/u, '$1.0e');
}

/** A word that no reader takes for anything but a text. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_-]*$/u;
const WORDS = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null', 'nan', 'inf']);

/** A text in double quotes, ASCII only. Lone surrogates become U+FFFD: YAML cannot hold them. */
export function quotedYaml(text: string): string {
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

import type { Node } from './syntax.ts';

/** A text of the source; a run-time value in it is shown as `⟨?⟩`. */
export interface SourceText {
  readonly text: string;
  readonly dynamic: boolean;
}

/** Stands where the text has a value that only a run knows. */
export const HOLE = '⟨?⟩';

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|N\{[^}]*\}|([\s\S]))/gu;

/** Reads a string literal. `fill` gives the text of an interpolated expression when it is a constant. */
export function stringOf(node: Node, fill: (expression: Node) => string | undefined): SourceText {
  const prefix = /^[a-z]*/iu.exec(node.text)?.[0].toLowerCase() ?? '';
  const raw = prefix.includes('r');
  const formatted = prefix.includes('f') || prefix.includes('t');
  let text = '';
  let dynamic = false;
  for (const child of node.namedChildren) {
    if (child === null) continue;
    if (child.type === 'string_content') {
      const braces = formatted ? child.text.replaceAll('{{', '{').replaceAll('}}', '}') : child.text;
      text += raw ? braces : unescaped(braces);
    } else if (child.type === 'interpolation') {
      const expression = child.childForFieldName('expression');
      const filled = expression === null ? undefined : fill(expression);
      text += filled ?? HOLE;
      dynamic ||= filled === undefined;
    }
  }
  return { text, dynamic };
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (whole, hex, short, long, octal, character) => {
    const code = hex ?? short ?? long;
    if (code !== undefined) return codePoint(Number.parseInt(code, 16), whole);
    if (octal !== undefined) return codePoint(Number.parseInt(octal, 8), whole);
    if (character === undefined) return whole;
    return SIMPLE[character] ?? whole;
  });
}

function codePoint(code: number, otherwise: string): string {
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : otherwise;
}

/** What `inspect.cleandoc` does: the common indent goes from every line but the first, empty lines at both ends go. */
export function cleanDoc(text: string): string {
  const lines = text.replaceAll('\t', '        ').split('\n');
  const rest = lines.slice(1).filter((line) => line.trim() !== '');
  const indent = Math.min(...rest.map((line) => line.length - line.trimStart().length), Number.MAX_SAFE_INTEGER);
  const clean = [lines[0]?.trimStart() ?? '', ...lines.slice(1).map((line) => line.slice(indent))];
  return clean
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/gu, '');
}

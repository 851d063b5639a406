import { showInvisible } from './invisible.ts';

/** Markup that is already safe. Only `html`, `raw` and `join` make one. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** What may stand in a template: strings are escaped, lists are joined, `undefined` and `false` are nothing. */
export type Part = string | number | Html | readonly Part[] | undefined | false;

// biome-ignore lint/suspicious/noControlCharactersInRegex: to find control characters is its purpose.
// biome-ignore lint/suspicious/noMisleadingCharacterClass: each is looked for by itself.
const NEEDS_ESCAPE = /[&<>"'\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f-\uffff]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes a text for element content and for quoted attributes, and shows invisible characters as `[U+XXXX]`. */
export function escapeHtml(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text;
  return showInvisible(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** The only way to write markup: every value is escaped, except what this tag made itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  let out = strings[0] ?? '';
  for (let i = 0; i < values.length; i++) out += show(values[i]) + (strings[i + 1] ?? '');
  return new Html(out);
}

/** Lets a text of our own pass as markup. Never for anything that was crawled. */
export function raw(text: string): Html {
  return new Html(text);
}

/** Joins parts with a separator of our own. */
export function join(parts: readonly Part[], separator: string): Html {
  return new Html(parts.map(show).join(separator));
}

export const NOTHING = new Html('');

function show(value: Part): string {
  if (typeof value === 'string') return escapeHtml(value);
  if (value === undefined || value === false) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Html) return value.text;
  let out = '';
  for (const one of value) out += show(one);
  return out;
}

const IN_SCRIPT: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON for the inside of a `<script>` data block: nothing in it can end the block. */
export function jsonForScript(value: unknown): Html {
  return new Html(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => IN_SCRIPT[character] ?? ''));
}

/** A sentence of our own in which names stand between backticks, as code. */
export function withCode(text: string): Html {
  if (!text.includes('`')) return html`${text}`;
  const parts = text.split('`');
  if (parts.length % 2 === 0) return html`${text}`;
  return html`${parts.map((part, i) => (i % 2 === 0 ? part : html`<code><bdi>${part}</bdi></code>`))}`;
}

/** A text as XML 1.0 allows it: escaped, and without the controls that no escape makes legal. */
export function xml(text: string): string {
  return escapeHtml(text);
}

/**
 * A link to somebody else's address: only http and https become a link, with the host shown; all else is printed as text.
 */
export function externalLink(address: string, label?: string): Html {
  if (!URL.canParse(address)) return html`<span class="url">${label ?? address}</span>`;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return html`<span class="url">${label ?? address}</span>`;
  if (url.username !== '' || url.password !== '') return html`<span class="url">${label ?? url.host}</span>`;
  const text = label === undefined ? url.host + (url.pathname === '/' ? '' : url.pathname) : label;
  const host =
    label === undefined || label.includes(url.host) ? NOTHING : html` <span class="host">(${url.host})</span>`;
  return html`<a href="${url.href}" rel="nofollow noopener noreferrer ugc">${text}</a>${host}`;
}

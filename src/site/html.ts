import { showInvisible } from './invisible.ts';

/**
 * Markup that is already safe. Only this file makes one of text. It is kept as the bytes of its UTF-8, one
 * character for each: a page of 20 kB is then joined and written in half the time, whatever letters stand in it.
 */
export class Html {
  /** The bytes of the text, one character (U+0000 to U+00FF) each. */
  readonly bytes: string;
  constructor(bytes: string) {
    this.bytes = bytes;
  }
  get text(): string {
    return Buffer.from(this.bytes, 'latin1').toString('utf8');
  }
  toString(): string {
    return this.text;
  }
}

/** What may stand in a template: strings are escaped, lists are joined, `undefined` and `false` are nothing. */
export type Part = string | number | Html | readonly Part[] | undefined | false;

// biome-ignore lint/suspicious/noControlCharactersInRegex: to find control characters is its purpose.
const UNUSUAL = /[&<>"'\0-\x08\x0b-\x1f\x7f-\uffff]/;
const ABOVE_ASCII = /[\x80-\uffff]/;

/** Escapes a text for element content and for quoted attributes, and shows invisible characters as `[U+XXXX]`. */
export function escapeHtml(text: string): string {
  if (isUsual(text)) return text;
  return showInvisible(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** Texts up to this length are looked at here, since to start the regular expression would take longer. */
const SHORT = 24;

/** Whether a text is ASCII and stays as it is. */
function isUsual(text: string): boolean {
  if (text.length > SHORT) return !UNUSUAL.test(text);
  for (let i = 0; i < text.length; i++) if (USUAL[text.charCodeAt(i)] !== 1) return false;
  return true;
}

const USUAL = Uint8Array.from({ length: 128 }, (_, code) => (UNUSUAL.test(String.fromCharCode(code)) ? 0 : 1));

/** A text as the bytes of its UTF-8, one character each. */
function bytesOf(text: string): string {
  return ABOVE_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

function escaped(text: string): string {
  return isUsual(text) ? text : bytesOf(escapeHtml(text));
}

/** The fixed parts of each template as bytes. */
const fixedParts = new WeakMap<TemplateStringsArray, readonly string[]>();

/**
 * The only way to write markup: every value is escaped, except what this tag made itself. It is one long function on
 * purpose: templates call it in some hundred places, and a short one would be compiled into each of them, which took a
 * tenth of a build.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  let fixed = fixedParts.get(strings);
  if (fixed === undefined) {
    fixed = strings.map(bytesOf);
    fixedParts.set(strings, fixed);
  }
  let out = fixed[0] ?? '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === 'string') {
      let usual = true;
      if (value.length > SHORT) usual = !UNUSUAL.test(value);
      else for (let at = 0; usual && at < value.length; at++) usual = USUAL[value.charCodeAt(at)] === 1;
      out += usual ? value : bytesOf(escapeHtml(value));
    } else if (value instanceof Html) {
      out += value.bytes;
    } else if (typeof value === 'number') {
      out += value;
    } else if (value !== undefined && value !== false) {
      for (let k = 0; k < value.length; k++) {
        const one = value[k];
        if (one instanceof Html) out += one.bytes;
        else if (typeof one === 'string') {
          let usual = true;
          if (one.length > SHORT) usual = !UNUSUAL.test(one);
          else for (let at = 0; usual && at < one.length; at++) usual = USUAL[one.charCodeAt(at)] === 1;
          out += usual ? one : bytesOf(escapeHtml(one));
        } else out += show(one);
      }
    }
    out += fixed[i + 1] ?? '';
  }
  return new Html(out);
}

/** Lets a text of our own pass as markup. Never for anything that was crawled. */
export function raw(text: string): Html {
  return new Html(bytesOf(text));
}

/**
 * The same markup in one piece. A text that was put together is kept as its pieces, each of which is copied by itself
 * whenever a page is written that holds it: worth while for markup that many pages share.
 */
export function solid(markup: Html): Html {
  return markup === NOTHING ? NOTHING : new Html(Buffer.from(markup.bytes, 'latin1').toString('latin1'));
}

/** Joins parts with a separator of our own. */
export function join(parts: readonly Part[], separator: string): Html {
  return new Html(parts.map(show).join(bytesOf(separator)));
}

export const NOTHING = new Html('');

function show(value: Part): string {
  if (typeof value === 'string') return escaped(value);
  if (value === undefined || value === false) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Html) return value.bytes;
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
  return raw(inScript(JSON.stringify(value)));
}

/** One text as JSON for the inside of a `<script>` data block. */
export function jsonTextForScript(text: string): Html {
  // Most sentences have nothing that JSON or a script must escape.
  return PLAIN_IN_JSON.test(text) ? new Html(`"${text}"`) : raw(inScript(JSON.stringify(text)));
}

const PLAIN_IN_JSON = /^[ !#-%'-;=?-[\]-~]*$/;

function inScript(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (character) => IN_SCRIPT[character] ?? '');
}

/** A sentence of our own in which names stand between backticks, as code. */
export function withCode(text: string): Html {
  if (!text.includes('`')) return html`${text}`;
  const parts = text.split('`');
  if (parts.length % 2 === 0) return html`${text}`;
  const usual = isUsual(text);
  let out = '';
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? '';
    const safe = usual ? part : escaped(part);
    out += i % 2 === 0 ? safe : `<code><bdi>${safe}</bdi></code>`;
  }
  return new Html(out);
}

/** A text as XML 1.0 allows it: escaped, and without the controls that no escape makes legal. */
export function xml(text: string): string {
  return escapeHtml(text);
}

/** npm's way to say that an address is one of git: without it the address is one of a page. */
const GIT_OVER_WEB = /^git\+(?=https?:)/i;

/**
 * A link to somebody else's address: only http and https become a link, with the host shown; all else is printed as text.
 */
export function externalLink(given: string, label?: string): Html {
  const address = given.replace(GIT_OVER_WEB, '');
  if (!URL.canParse(address)) return html`<span class="url">${label ?? address}</span>`;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return html`<span class="url">${label ?? address}</span>`;
  if (url.username !== '' || url.password !== '') return html`<span class="url">${label ?? url.host}</span>`;
  const text = label === undefined ? url.host + (url.pathname === '/' ? '' : url.pathname) : label;
  const host =
    label === undefined || label.includes(url.host) ? NOTHING : html` <span class="host">(${url.host})</span>`;
  return html`<a href="${url.href}" rel="nofollow noopener noreferrer ugc">${text}</a>${host}`;
}

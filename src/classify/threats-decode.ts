import { Builder, View } from './threats-view.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  colon: ':',
  period: '.',
  comma: ',',
  lbrack: '[',
  rbrack: ']',
  sol: '/',
  lowbar: '_',
  Tab: ' ',
  NewLine: '\n',
};
/** One escape at a place: HTML entity, percent byte, `\xNN`, `\uNNNN`. */
const ESCAPE =
  /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z]{2,8}));?|%([\da-fA-F]{2})|\\x([\da-fA-F]{2})|\\u\{?([\da-fA-F]{4,6})\}?/gu;

/** The text with its escapes decoded once, or nothing where it has none. */
export function escapedView(text: string): View | undefined {
  const built = new Builder(text.length);
  const raw = new View(text);
  let bytes = new Bytes(built);
  let last = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const end = match.index + match[0].length;
    const byte = match[4] ?? match[5];
    const piece = byte === undefined ? decodeEscape(match) : '';
    if (piece === undefined) continue;
    if (match.index > last) {
      bytes = new Bytes(built);
      built.copy(raw, last, match.index);
    }
    if (byte === undefined) built.add(piece, match.index, end);
    else bytes.push(Number.parseInt(byte, 16), match.index, end);
    last = end;
  }
  if (last === 0) return undefined;
  built.copy(raw, last, text.length);
  return built.view();
}

/** Turns bytes of UTF-8 into characters of a view; bytes that are none are dropped. */
class Bytes {
  private readonly built: Builder;
  private point = 0;
  private wanted = 0;
  private first = 0;
  /** Bytes that no text has. */
  bad = 0;

  constructor(built: Builder) {
    this.built = built;
  }

  push(byte: number, start: number, end: number): void {
    if (this.wanted > 0 && (byte & 0xc0) === 0x80) {
      this.point = (this.point << 6) | (byte & 0x3f);
      this.wanted -= 1;
      if (this.wanted === 0) this.built.add(safePoint(this.point), this.first, end);
      return;
    }
    if (this.wanted > 0) this.bad += 1;
    this.wanted = 0;
    if (byte < 0x80) {
      this.built.add(String.fromCharCode(byte), start, end);
      return;
    }
    if (byte < 0xc2 || byte > 0xf4) {
      this.bad += 1;
      return;
    }
    this.first = start;
    this.wanted = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    this.point = byte & (0x3f >> this.wanted);
  }
}

function safePoint(point: number): string {
  return point < 0x110000 && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : '';
}

function decodeEscape(match: RegExpMatchArray): string | undefined {
  const name = match[3];
  if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
  const decimal = match[1];
  const point = decimal === undefined ? Number.parseInt(match[2] ?? match[6] ?? '', 16) : Number.parseInt(decimal, 10);
  return safePoint(point) || undefined;
}

const BASE64 = /[A-Za-z0-9+/_-]{16,}={0,2}/gu;
/** Shortest line of base64 that goes on in the next line; a last one may be shorter when it ends with `=`. */
const BASE64_LINE = 16;
const HEX = /(?:0x)?((?:[\da-fA-F]{2}){8,})|(?:[\da-fA-F]{2}[ :,]){7,}[\da-fA-F]{2}/gu;
/** Share of a decoded text that must be letters and spaces for it to count as text. */
const READABLE = 0.8;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const NO_VALUE = 0xff;
/** Six bits by the code of the character that stands for them. */
const VALUE = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const char = String.fromCharCode(code);
  const value = ALPHABET.indexOf(char === '-' ? '+' : char === '_' ? '/' : char);
  return value < 0 ? NO_VALUE : value;
});

/** Every blob of base64 or hexadecimal digits that decodes to text, each as a view of its own. */
export function blobViews(text: string): readonly View[] {
  const views: View[] = [];
  let end = 0;
  for (const match of text.matchAll(BASE64)) {
    if (match.index < end) continue;
    end = lastLineEnd(text, match.index, match.index + match[0].length);
    const built = decodeBase64(text.slice(match.index, end), match.index);
    if (built !== undefined) views.push(built);
  }
  if (!mayHaveHex(text)) return views;
  for (const match of text.matchAll(HEX)) {
    const built = decodeHex(match[0], match.index);
    if (built !== undefined) views.push(built);
  }
  return views;
}

/** Digits of a hexadecimal blob in one run, and whole pairs between others where they are set apart. */
const HEX_RUN = 16;
const HEX_PAIRS = 6;

/** Whether `HEX` may match anywhere: no for most texts, in one pass. */
function mayHaveHex(text: string): boolean {
  let run = 0;
  let pairs = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const small = code | 0x20;
    if ((code >= 48 && code <= 57) || (small >= 97 && small <= 102)) {
      run += 1;
      if (run >= HEX_RUN) return true;
      continue;
    }
    pairs = run === 2 && (code === 0x20 || code === 0x3a || code === 0x2c) ? pairs + 1 : 0;
    if (pairs >= HEX_PAIRS) return true;
    run = 0;
  }
  return false;
}

/** Room for what is decoded of a blob, which mostly turns out to be no text within a few bytes. */
const BLOB_ROOM = 16;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Where a blob ends whose first line is `start` to `end`: it goes on after lines of whole groups of four. */
function lastLineEnd(text: string, start: number, end: number): number {
  let from = start;
  let last = end;
  while ((last - from) % 4 === 0 && text.charAt(last - 1) !== '=') {
    const next = text.startsWith('\r\n', last) ? last + 2 : text.charAt(last) === '\n' ? last + 1 : 0;
    if (next === 0) return last;
    let at = next;
    while (at < text.length && (VALUE[text.charCodeAt(at)] ?? NO_VALUE) !== NO_VALUE) at += 1;
    if (at - next < BASE64_LINE && text.charAt(at) !== '=') return last;
    from = next;
    last = at;
  }
  return last;
}

function decodeBase64(blob: string, offset: number): View | undefined {
  const built = new Builder(BLOB_ROOM);
  const bytes = new Bytes(built);
  let bits = 0;
  let held = 0;
  for (let i = 0; i < blob.length; i += 1) {
    const code = blob.charCodeAt(i);
    if (code === LINE_FEED || code === CARRIAGE_RETURN) continue;
    const value = VALUE[code] ?? NO_VALUE;
    if (value === NO_VALUE || bytes.bad > MAX_BAD) break;
    held = ((held << 6) | value) & 0xfff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (held >> bits) & 0xff;
    if (isBinary(byte)) return built.length >= LONG_ENOUGH ? readable(built, bytes) : undefined;
    if (byte !== 0) bytes.push(byte, offset + i - 1, offset + i + 1);
  }
  return readable(built, bytes);
}

function decodeHex(blob: string, offset: number): View | undefined {
  const built = new Builder(BLOB_ROOM);
  const bytes = new Bytes(built);
  let i = blob.startsWith('0x') ? 2 : 0;
  while (i + 1 < blob.length && bytes.bad <= MAX_BAD) {
    const byte = Number.parseInt(blob.slice(i, i + 2), 16);
    if (Number.isNaN(byte) || isBinary(byte)) {
      return built.length >= LONG_ENOUGH ? readable(built, bytes) : undefined;
    }
    if (byte !== 0) bytes.push(byte, offset + i, offset + i + 2);
    i += 2;
    while (i < blob.length && (blob[i] === ' ' || blob[i] === ':' || blob[i] === ',')) i += 1;
  }
  return readable(built, bytes);
}

/** A byte that shows that this is no text. A zero byte is half a letter of UTF-16. */
function isBinary(byte: number): boolean {
  return byte !== 0 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 0x1b && byte < 0x20;
}

/** Bytes that are no UTF-8 which a text may have, at its cut ends. */
const MAX_BAD = 1;
/** Letters and spaces that a decoded text has at least. */
const MIN_GOOD = 8;
/** So many good characters before the first bad one are text that was cut off or joined to something else. */
const LONG_ENOUGH = 24;

function readable(built: Builder, bytes: Bytes): View | undefined {
  if (bytes.bad > MAX_BAD) return undefined;
  const view = built.view();
  const { text } = view;
  let good = 0;
  let ascii = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) continue;
    ascii += 1;
    const small = code | 0x20;
    if ((small >= 97 && small <= 122) || small === 0x20) good += 1;
  }
  return good >= MIN_GOOD && good >= READABLE * ascii ? view : undefined;
}

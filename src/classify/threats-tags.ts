import type { TagShape } from '../model/threat.ts';
import { isCapital, isLabel, isWordCode, LABEL_CHARS } from './threats-tag-signs.ts';
import { View } from './threats-view.ts';
import { type Contractions, tokenize } from './threats-words.ts';

/** What tags of one shape with the same content share. */
export interface TagKind {
  readonly shape: TagShape;
  /** Words of its name, or of the whole content of a comment. */
  readonly words: readonly string[];
  /** Whether the name is written in capitals. */
  readonly loud: boolean;
  /** Whether the text has a closing tag of that name. */
  readonly paired: boolean;
}

/** A piece of pretended markup in a view; offsets are those of the view. */
export interface Tag {
  /** One object for all tags of a view that are the same. */
  readonly kind: TagKind;
  readonly start: number;
  readonly end: number;
}

/** Longest content of a bracket that is read as a tag. */
const TAG_CHARS = 120;
/** Longest comment that is read. */
const COMMENT_CHARS = 2_000;

const FIRST_WORD = /[A-Za-z0-9]+/u;

/**
 * Takes the tags, brackets and speaker labels of a view that begin with one of `firstWords`, and all comments and
 * images, in their order. Linear in the text.
 */
export function eachTag(
  { text }: View,
  firstWords: ReadonlySet<string>,
  contractions: Contractions,
  take: (tag: Tag) => void,
): void {
  const kinds = new Kinds(text, firstWords, contractions);
  const ahead = new Ahead(text);
  for (let at = nextSign(text, 0); at < text.length; at = nextSign(text, at + 1)) {
    const tag = tagAt(text, at, text.charCodeAt(at), firstWords, ahead);
    if (tag === undefined) continue;
    const { start, end } = tag;
    if (isFree(tag.shape)) at = end - 1;
    const kind = kinds.of(tag);
    if (kind !== undefined) take({ kind, start, end });
  }
}

/** Where the next sign stands that may begin or end a tag; the text's length where none does. */
function nextSign(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === LESS_THAN || code === BRACKET || code === COLON || code === HASH || code === BRACE) return at;
    at += 1;
  }
  return at;
}

/** Whether tags of a shape count whatever their first word is. */
function isFree(shape: TagShape): boolean {
  return shape === 'comment' || shape === 'image';
}

/** The kinds of tag in one text: a text with very many tags mostly repeats a few. */
class Kinds {
  private readonly text: string;
  private readonly firstWords: ReadonlySet<string>;
  private readonly contractions: Contractions;
  private readonly known = new Map<TagShape, Map<string, TagKind | undefined>>();
  private closed: ReadonlySet<string> | undefined;

  constructor(text: string, firstWords: ReadonlySet<string>, contractions: Contractions) {
    this.text = text;
    this.firstWords = firstWords;
    this.contractions = contractions;
  }

  /** The kind of a tag; nothing for one that no rule can be about. */
  of({ shape, content }: Raw): TagKind | undefined {
    let same = this.known.get(shape);
    if (same === undefined) {
      same = new Map();
      this.known.set(shape, same);
    }
    const known = same.get(content);
    if (known !== undefined || same.has(content)) return known;
    const kind = this.make(shape, content);
    same.set(content, kind);
    return kind;
  }

  private make(shape: TagShape, content: string): TagKind | undefined {
    if (!isFree(shape) && !this.firstWords.has(FIRST_WORD.exec(content)?.[0].toLowerCase() ?? '')) return undefined;
    const { words } = tokenize(new View(content), this.contractions);
    if (words.length === 0) return undefined;
    this.closed ??= closingNames(this.text);
    return { shape, words, loud: isLoud(content), paired: this.closed.has(words[0] ?? '') };
  }
}

/** Where the next word and the next closing signs stand. Asked from left to right, it passes over a text once. */
class Ahead {
  private readonly text: string;
  private wordFrom = 0;
  private wordAt = -1;
  private readonly closing = new Map<string, number>();

  constructor(text: string) {
    this.text = text;
  }

  /** Where the first word begins at `from` or behind it; the text's length where there is none. */
  word(from: number): number {
    if (from >= this.wordFrom && from <= this.wordAt) return this.wordAt;
    const { text } = this;
    let at = from;
    while (at < text.length && !isWordCode(text.charCodeAt(at))) at += 1;
    this.wordFrom = from;
    this.wordAt = at;
    return at;
  }

  /** Where a sign stands at `from` or behind it; far away where it does not. */
  close(sign: string, from: number): number {
    const known = this.closing.get(sign) ?? -1;
    if (known >= from) return known;
    const found = this.text.indexOf(sign, from);
    const at = found < 0 ? Number.POSITIVE_INFINITY : found;
    this.closing.set(sign, at);
    return at;
  }
}

const CLOSING = /(?:<|\{\{)\/\s{0,4}([A-Za-z]{2,40})/gu;

function closingNames(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(CLOSING), (match) => (match[1] ?? '').toLowerCase()));
}

const LESS_THAN = 0x3c;
const HASH = 0x23;
const BRACKET = 0x5b;
const COLON = 0x3a;
const BRACE = 0x7b;

/** What begins at a sign, as far as its first word may be one of `firstWords`. */
function tagAt(text: string, at: number, code: number, firstWords: ReadonlySet<string>, ahead: Ahead): Raw | undefined {
  if (code === LESS_THAN) {
    if (text.charCodeAt(at + 1) === EXCLAMATION) return angleTag(text, at);
    return startsWith(firstWords, text, at + 1, '>', ahead) ? angleTag(text, at) : undefined;
  }
  if (code === BRACKET) {
    const image = at > 0 && text.charCodeAt(at - 1) === EXCLAMATION ? imageTag(text, at - 1, ahead) : undefined;
    return image ?? (startsWith(firstWords, text, at + 1, ']', ahead) ? squareTag(text, at) : undefined);
  }
  if (code === BRACE) {
    const doubled = text.charCodeAt(at + 1) === BRACE && startsWith(firstWords, text, at + 2, '}', ahead);
    return doubled ? bracesTag(text, at) : undefined;
  }
  if (code === HASH) return text.charAt(at - 1) === '#' ? undefined : closedHeading(text, at);
  return headingTag(text, at) ?? labelTag(text, at);
}

const EXCLAMATION = 0x21;

/** Whether the first word from `from` on is one of these; no where `close` comes before any. */
function startsWith(words: ReadonlySet<string>, text: string, from: number, close: string, ahead: Ahead): boolean {
  const limit = Math.min(text.length, from + TAG_CHARS);
  const start = ahead.word(from);
  if (start >= limit || ahead.close(close, from) < start) return false;
  let end = start;
  while (end < limit && isWordCode(text.charCodeAt(end))) end += 1;
  return words.has(text.slice(start, end).toLowerCase());
}

interface Raw {
  readonly shape: TagShape;
  readonly content: string;
  readonly start: number;
  readonly end: number;
}

function angleTag(text: string, at: number): Raw | undefined {
  if (text.startsWith('<!--', at)) {
    const window = text.slice(at + 4, at + COMMENT_CHARS);
    const close = window.indexOf('-->');
    const content = close < 0 ? window : window.slice(0, close);
    return { shape: 'comment', content, start: at, end: at + 4 + content.length + (close < 0 ? 0 : 3) };
  }
  const window = text.slice(at + 1, at + TAG_CHARS);
  const close = window.indexOf('>');
  if (close < 1) return undefined;
  let content = window.slice(0, close);
  const end = at + close + 2;
  if (content.startsWith('|') || content.startsWith('<')) return { shape: 'pipe', content, start: at, end };
  if (content.startsWith('/')) content = content.slice(1);
  return content.includes('<') ? undefined : { shape: 'angle', content, start: at, end };
}

/** A remote image in Markdown with a place in its address for something to be put in: `{data}`, `$DATA`, `=DATA`. */
const IMAGE =
  /^!\[[^\]\n]{0,80}\]\(\s{0,4}(https?:\/\/[^)\s]{0,200}(?:\{|[$<[][A-Za-z_{]|=(?!YOUR)[A-Z_]{4}|=\.\.\.|=…)[^)\s]{0,100})/u;
const IMAGE_CHARS = 400;
/** Longest name of an image, with the signs before it. */
const IMAGE_NAME_CHARS = 82;

function imageTag(text: string, at: number, ahead: Ahead): Raw | undefined {
  const close = ahead.close(']', at);
  if (close - at > IMAGE_NAME_CHARS || text.charAt(close + 1) !== '(') return undefined;
  const match = IMAGE.exec(text.slice(at, at + IMAGE_CHARS));
  if (match === null) return undefined;
  return { shape: 'image', content: match[1] ?? '', start: at, end: at + match[0].length };
}

function squareTag(text: string, at: number): Raw | undefined {
  const window = text.slice(at + 1, at + TAG_CHARS);
  const close = window.search(/[\][]/u);
  if (close < 1 && text.charAt(at + 1) !== '[') return undefined;
  if (window.charAt(close) !== ']') return undefined;
  return { shape: 'square', content: window.slice(0, close), start: at, end: at + close + 2 };
}

/** A tag as template languages write it: `{{#NAME}}`, `{{/NAME}}`. */
function bracesTag(text: string, at: number): Raw | undefined {
  const window = text.slice(at + 2, at + TAG_CHARS);
  const close = window.indexOf('}}');
  if (close < 1) return undefined;
  return { shape: 'braces', content: window.slice(0, close), start: at, end: at + close + 4 };
}

/** Words between the signs of a heading and a colon: the turn marks of older prompt formats. */
const HEADING = /#{2,6} {0,2}([A-Za-z][A-Za-z ]{2,30})$/u;

function headingTag(text: string, colon: number): Raw | undefined {
  let start = colon - 1;
  while (start > 0 && colon - start < LABEL_CHARS && isHeadingCode(text.charCodeAt(start))) start -= 1;
  if (text.charCodeAt(start) !== HASH) return undefined;
  const match = HEADING.exec(text.slice(Math.max(0, colon - LABEL_CHARS), colon));
  if (match === null) return undefined;
  return { shape: 'heading', content: match[1] ?? '', start: colon - match[0].length, end: colon + 1 };
}

function isHeadingCode(code: number): boolean {
  const small = code | 0x20;
  return (small >= 97 && small <= 122) || code === 0x20;
}

/** A heading in capitals between signs: `### NAME ###`. */
const CLOSED_HEADING = /^#{2,6} {0,2}([A-Z][A-Z ]{2,30})#{2,6}/u;

function closedHeading(text: string, at: number): Raw | undefined {
  const match = CLOSED_HEADING.exec(text.slice(at, at + LABEL_CHARS + 8));
  if (match === null) return undefined;
  return { shape: 'heading', content: match[1] ?? '', start: at, end: at + match[0].length };
}

/** A label in capitals before a colon, at the start of a line, a sentence or a tag's content. */
function labelTag(text: string, colon: number): Raw | undefined {
  let start = colon;
  while (start > 0 && colon - start < LABEL_CHARS && isLabel(text.charCodeAt(start - 1))) start -= 1;
  while (start < colon && !isCapital(text.charCodeAt(start))) start += 1;
  if (colon - start < MIN_LABEL) return undefined;
  let before = start - 1;
  while (before >= 0 && start - before < BEFORE_CHARS && isMargin(text.charAt(before))) before -= 1;
  if (before >= 0 && !LABEL_MARGIN.test(text.slice(before, start))) return undefined;
  return { shape: 'label', content: text.slice(start, colon), start, end: colon + 1 };
}

const MIN_LABEL = 3;
/** Characters between a label and what stands before it. */
const BEFORE_CHARS = 8;
/** A label is set off by a new line, the end of a sentence or tag, or the sign of a heading. */
const LABEL_MARGIN = /[\n.!?>#-]/u;

function isMargin(char: string): boolean {
  return char === ' ' || char === '\t' || char === '*' || char === '_' || char === '#' || char === '\n' || char === '-';
}

function isLoud(content: string): boolean {
  const first = /^[^A-Za-z]*([A-Za-z]+)/u.exec(content)?.[1] ?? '';
  return first.length > 1 && first === first.toUpperCase();
}

import type { TagShape } from '../model/threat.ts';
import type { Tag, TagKind } from './threats-tags.ts';

/** Characters after a tag that are looked at for what it holds. */
const HELD_CHARS = 40;
/** The first word after a tag. */
const NEXT_WORD = /^["'`)\s]{0,3}([A-Za-z]{1,20})/u;
/** A word, or a letter of a script that may set no spaces. */
const WORD = /[A-Za-z0-9]+|[\u0080-\u{10ffff}]/gu;
const QUOTE = /["'`“”‘’]/u;
/** Where the words before a tag are looked for that say it is an example, and how many of them for a quoted one. */
const QUOTED_CHARS = 60;
const QUOTED_WORDS = 5;
const EXAMPLE_WORDS = 2;
const LETTERS = /[A-Za-z]+/gu;
const SENTENCE_END = /[.!?]\s/u;
/** What holds fewer words is no order. */
const ORDER_WORDS = 2;

/** Whether a text calls what ends at `end` a tag, by a word of `markup`: `<system> blocks`. */
function isCalledMarkup(text: string, end: number, markup: ReadonlySet<string>): boolean {
  return markup.has(NEXT_WORD.exec(text.slice(end, end + HELD_CHARS))?.[1]?.toLowerCase() ?? '');
}

/** Signs that close a tag. */
const CLOSE = /[>\]}]/gu;

/** Words before a tag that say that it is talked about: the quoted, and any. */
interface Talk {
  readonly mentions: ReadonlySet<string>;
  readonly likens: ReadonlySet<string>;
}

/** What a text says of the tags in it. */
export class TagTalk {
  private readonly text: string;
  private readonly markup: ReadonlySet<string>;
  private any: boolean | undefined;
  private readonly called = new Set<TagKind>();

  constructor(text: string, markup: ReadonlySet<string>) {
    this.text = text;
    this.markup = markup;
  }

  /** Whether the text has called this tag or one like it a tag, or, where it is not in capitals, any other. */
  isAbout({ kind, end }: Tag): boolean {
    if (!isBracketed(kind)) return false;
    if (isCalledMarkup(this.text, end, this.markup)) this.called.add(kind);
    return this.called.has(kind) || (!kind.loud && this.isAboutAny());
  }

  private isAboutAny(): boolean {
    this.any ??= Array.from(this.text.matchAll(CLOSE)).some(({ index }) =>
      isCalledMarkup(this.text, index + 1, this.markup),
    );
    return this.any;
  }
}

/**
 * Whether a text only talks about a tag: calls it an example by one of its words, quotes it by itself, or closes it
 * again with no words inside.
 */
export function isTalkedAbout(tag: Tag, text: string, { mentions, likens }: Talk): boolean {
  const quoted = QUOTE.test(text.charAt(tag.start - 1));
  if (quoted ? isAfter(text, tag.start, QUOTED_WORDS, mentions) : isAfter(text, tag.start, EXAMPLE_WORDS, likens)) {
    return true;
  }
  if (!isBracketed(tag.kind)) return false;
  if (quoted && QUOTE.test(text.charAt(tag.end))) return true;
  const after = text.slice(tag.end, tag.end + HELD_CHARS);
  const next = after.search(/[<[{]/u);
  const held = next < 0 ? after : after.slice(0, next);
  return (held.match(WORD) ?? []).length < ORDER_WORDS && (next >= 0 || tag.end + HELD_CHARS > text.length);
}

/** Whether one of these words is among the last ones of a sentence before a place. */
function isAfter(text: string, at: number, most: number, words: ReadonlySet<string>): boolean {
  const before = text.slice(Math.max(0, at - QUOTED_CHARS), at);
  const sentence = before.split(SENTENCE_END).at(-1) ?? '';
  return (sentence.match(LETTERS) ?? []).slice(-most).some((word) => words.has(word.toLowerCase()));
}

function isBracketed({ shape }: TagKind): boolean {
  return shape === 'angle' || shape === 'square' || shape === 'pipe' || shape === 'braces';
}

/** Names that one shape of tag must begin with, each as words. */
export interface TagNames {
  readonly shape: TagShape;
  /** An empty list: every tag of the shape. */
  readonly names: readonly (readonly string[])[];
  /** Whether only tags in capitals count, or only others. */
  readonly loud: boolean | undefined;
}

/**
 * Whether a tag is one of the named. Brackets and labels count in capitals, angle tags in capitals or with a closing
 * tag (`<secret>` alone is a placeholder, as is `{{secret}}`), and comments by any of their words.
 */
export function isNamed(tag: TagKind, { shape, names, loud }: TagNames): boolean {
  if (tag.shape !== shape) return false;
  if (loud !== undefined && tag.loud !== loud) return false;
  if ((shape === 'square' || shape === 'label') && !tag.loud) return false;
  if (shape === 'angle' && !tag.loud && !tag.paired) return false;
  if (shape === 'braces' && !tag.paired) return false;
  if (names.length === 0) return true;
  if (shape === 'comment') return names.some((name) => name.every((word) => tag.words.includes(word)));
  return names.some((name) => name.every((word, index) => tag.words[index] === word));
}

import type { TagShape } from '../model/threat.ts';
import type { Tag, TagKind } from './threats-tags.ts';

/** Characters after a tag that are looked at for what it holds. */
const HELD_CHARS = 40;
/** The first word after a tag. */
const NEXT_WORD = /^["'`)\s]{0,3}([A-Za-z]{1,20})/u;
/** A word, or a letter of a script that may set no spaces. */
const WORD = /[A-Za-z0-9]+|[\u0080-\u{10ffff}]/gu;
const QUOTE = /["'`“”‘’]/u;
/** What holds fewer words is no order. */
const ORDER_WORDS = 2;

/**
 * Whether a text only talks about a tag: calls it one by a word of `markup`, quotes it by itself, or closes it again
 * with no words inside.
 */
export function isTalkedAbout(tag: Tag, text: string, markup: ReadonlySet<string>): boolean {
  const { shape } = tag.kind;
  if (shape !== 'angle' && shape !== 'square' && shape !== 'pipe') return false;
  const after = text.slice(tag.end, tag.end + HELD_CHARS);
  if (markup.has(NEXT_WORD.exec(after)?.[1]?.toLowerCase() ?? '')) return true;
  if (QUOTE.test(text.charAt(tag.start - 1)) && QUOTE.test(text.charAt(tag.end))) return true;
  const next = after.search(/[<[]/u);
  const held = next < 0 ? after : after.slice(0, next);
  return (held.match(WORD) ?? []).length < ORDER_WORDS && (next >= 0 || tag.end + HELD_CHARS > text.length);
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
 * tag (`<secret>` alone is a placeholder), and comments by any of their words.
 */
export function isNamed(tag: TagKind, { shape, names, loud }: TagNames): boolean {
  if (tag.shape !== shape) return false;
  if (loud !== undefined && tag.loud !== loud) return false;
  if ((shape === 'square' || shape === 'label') && !tag.loud) return false;
  if (shape === 'angle' && !tag.loud && !tag.paired) return false;
  if (names.length === 0) return true;
  if (shape === 'comment') return names.some((name) => name.every((word) => tag.words.includes(word)));
  return names.some((name) => name.every((word, index) => tag.words[index] === word));
}

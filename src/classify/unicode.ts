import type { CharacterClass } from '../model/threat.ts';
import { foldPoint, isInvisible, isLookalike } from './unicode-fold.ts';

/** A run of odd characters. Offsets are UTF-16, half-open, in the raw string. */
export interface OddCharacters {
  readonly class: CharacterClass;
  readonly start: number;
  readonly end: number;
}

/** Every character that some class below is about; in a `u` expression a surrogate is a lone one. */
const ODD =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is looked for by itself
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u0370-\u058f\u061c\u115f\u1160\u13a0-\u13ff\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\uab70-\uabbf\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

/** Whether a text has any character that `oddCharacters` could have something to say of. */
export function isPlain(text: string): boolean {
  return !ODD.test(text);
}

/** The only three tag sequences that are flags (Unicode RGI: England, Scotland, Wales), without the black flag. */
const FLAG_TAGS: ReadonlySet<string> = new Set(['gbeng', 'gbsct', 'gbwls']);
const BLACK_FLAG = 0x1f3f4;
const CANCEL_TAG = 0xe007f;

const LETTER = /^[\p{L}\p{N}]$/u;
const LATIN = /^\p{Script=Latin}$/u;
const LOOKALIKE_SCRIPT = /^[\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Greek}]$/u;
const GREEK = /^\p{Script=Greek}$/u;
const PICTOGRAPH = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}]$/u;
/** Scripts whose letters are joined or kept apart by ZWJ and ZWNJ in ordinary spelling. */
const JOINING =
  /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]$/u;
/** Scripts without spaces, where a zero-width space marks the end of a word. */
const SPACELESS = /^[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]$/u;
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
/** Characters that variation selectors beyond emoji style are made for. */
const VARYING =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Mongolian}\p{Script=Myanmar}\p{Script=Phags_Pa}\p{Sm}\p{Extended_Pictographic}\p{P}\p{S}\p{N}]$/u;

/** The code points of a text, and where each begins; `starts` has one entry more, the text's length. */
interface Points {
  readonly count: number;
  readonly codes: Int32Array;
  readonly starts: Int32Array;
  /** Whether there is a letter of a script that has look-alikes of Latin ones. */
  readonly foreign: boolean;
}

/** Every run of characters that hides something or pretends to be something else, judged by its neighbours. */
export function oddCharacters(text: string): readonly OddCharacters[] {
  if (isPlain(text)) return [];
  const points = pointsOf(text);
  const { codes, starts, count } = points;
  const rightToLeft = RIGHT_TO_LEFT.test(text);
  const found: OddCharacters[] = [];
  let i = 0;
  while (i < count) {
    if (isVisible(codes[i] ?? 0)) {
      i += flagLength(points, i) || 1;
      continue;
    }
    const kind = classAt(points, i, rightToLeft);
    const first = i;
    i += 1;
    if (kind === undefined) continue;
    while (i < count && classAt(points, i, rightToLeft) === kind) i += 1;
    found.push({ class: kind, start: starts[first] ?? 0, end: starts[i] ?? 0 });
  }
  return points.foreign ? [...found, ...mixedWords(points)] : found;
}

function pointsOf(text: string): Points {
  const codes = new Int32Array(text.length);
  const starts = new Int32Array(text.length + 1);
  let count = 0;
  let foreign = false;
  for (let at = 0; at < text.length; count += 1) {
    const code = text.codePointAt(at) ?? 0;
    if (hasLookalikes(code)) foreign = true;
    codes[count] = code;
    starts[count] = at;
    at += code > 0xffff ? 2 : 1;
  }
  starts[count] = text.length;
  return { count, codes, starts, foreign };
}

/** Greek, Cyrillic, Armenian and Cherokee, as far as they have letters that look like Latin ones. */
function hasLookalikes(point: number): boolean {
  return (
    (point >= 0x370 && point <= 0x58f) || (point >= 0x13a0 && point <= 0x13ff) || (point >= 0xab70 && point <= 0xabbf)
  );
}

/** Whether a character is none of those that `classAt` is about. */
function isVisible(point: number): boolean {
  if (point < 0x7f) return point >= 0x20;
  return point > 0x9f && !(point >= 0xd800 && point <= 0xdfff) && !isInvisible(point);
}

function charOf(points: Points, at: number): string {
  return at < 0 || at >= points.count ? '' : String.fromCodePoint(points.codes[at] ?? 0);
}

/** Number of code points of a real flag that starts here, 0 where none does. */
function flagLength({ codes, count }: Points, at: number): number {
  if (codes[at] !== BLACK_FLAG) return 0;
  let name = '';
  for (let i = at + 1; i < Math.min(count, at + 8); i += 1) {
    const point = codes[i] ?? 0;
    if (point === CANCEL_TAG) return FLAG_TAGS.has(name) ? i - at + 1 : 0;
    if (point < 0xe0020 || point > 0xe007e) return 0;
    name += String.fromCharCode(point - 0xe0000);
  }
  return 0;
}

function classAt(points: Points, at: number, rightToLeft: boolean): CharacterClass | undefined {
  const point = points.codes[at] ?? 0;
  if (point >= 0x20 && point < 0x7f) return undefined;
  if (point === 0x1b || point === 0x9b) return 'terminal-escape';
  if (point < 0x20) return point === 9 || point === 10 || point === 13 ? undefined : 'control';
  if (point >= 0x7f && point <= 0x9f) return 'control';
  if (point >= 0xd800 && point <= 0xdfff) return 'lone-surrogate';
  if (!isInvisible(point)) return undefined;
  if (point >= 0xe0000 && point <= 0xe007f) return 'tag';
  if ((point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069)) return 'bidi-control';
  if (point === 0x200e || point === 0x200f || point === 0x61c) return rightToLeft ? undefined : 'direction-mark';
  if (isVariation(point)) return variationAt(points, at);
  if (point === 0xad) return 'soft-hyphen';
  if (point === 0x200c || point === 0x200d) return joinerAt(points, at);
  if (point === 0xfeff) return at === 0 ? undefined : misplaced(points, at);
  if (isFiller(point)) return 'invisible-filler';
  return zeroWidthAt(points, at);
}

function isVariation(point: number): boolean {
  return (
    (point >= 0xfe00 && point <= 0xfe0f) ||
    (point >= 0xe0100 && point <= 0xe01ef) ||
    (point >= 0x180b && point <= 0x180d) ||
    point === 0x180f
  );
}

function isFiller(point: number): boolean {
  return (
    point === 0x115f ||
    point === 0x1160 ||
    point === 0x3164 ||
    point === 0xffa0 ||
    point === 0x17b4 ||
    point === 0x17b5 ||
    (point >= 0xfff9 && point <= 0xfffb) ||
    (point >= 0x1d173 && point <= 0x1d17a)
  );
}

/** U+FE0F and U+FE0E alone are everyday; runs, and selectors where nothing varies, carry hidden bytes. */
function variationAt(points: Points, at: number): CharacterClass | undefined {
  const { codes, count } = points;
  const point = codes[at] ?? 0;
  if (isVariation(codes[at - 1] ?? 0) || (at + 1 < count && isVariation(codes[at + 1] ?? 0))) return 'variation-run';
  if (point === 0xfe0f || point === 0xfe0e) return undefined;
  return VARYING.test(charOf(points, at - 1)) ? undefined : 'variation-run';
}

function joinerAt(points: Points, at: number): CharacterClass | undefined {
  const { codes, count } = points;
  let back = at - 1;
  if (codes[back] === 0xfe0f) back -= 1;
  const next = at + 1;
  if (back < 0 || next >= count) return misplaced(points, at);
  const before = charOf(points, back);
  if (codes[at] === 0x200d && PICTOGRAPH.test(before) && PICTOGRAPH.test(charOf(points, next))) return undefined;
  const joined = !isInvisible(codes[next] ?? 0) && !isInvisible(codes[back] ?? 0);
  if (joined && JOINING.test(before)) return undefined;
  return misplaced(points, at);
}

/** A joiner or byte order mark where it joins nothing: mostly a trace of copying, unless it splits a word. */
function misplaced(points: Points, at: number): CharacterClass | undefined {
  return zeroWidthAt(points, at) === 'zero-width-in-word' ? 'zero-width-in-word' : 'joiner';
}

function zeroWidthAt(points: Points, at: number): CharacterClass | undefined {
  const { codes, count } = points;
  let back = at - 1;
  while (back >= 0 && at - back < RUN_LOOK && isInvisible(codes[back] ?? 0)) back -= 1;
  let next = at + 1;
  while (next < count && next - at < RUN_LOOK && isInvisible(codes[next] ?? 0)) next += 1;
  const before = charOf(points, back);
  const after = charOf(points, next);
  if (before >= '\x80' && SPACELESS.test(before) && SPACELESS.test(after)) return undefined;
  return next - back > 2 || (isLetter(before) && isLetter(after)) ? 'zero-width-in-word' : 'zero-width';
}

function isLetter(char: string): boolean {
  if (char.length === 1 && char < '\x80') return WORD.test(char);
  return LETTER.test(char);
}

const WORD = /[A-Za-z0-9]/;

/** How far a run of invisible characters is followed to what stands on either side of it. */
const RUN_LOOK = 16;

/** What a character is to the words below. */
const NO_LETTER = 0;
const OTHER_LETTER = 1;
const LATIN_LETTER = 2;
const INVISIBLE = 3;
const LOOKALIKE = 4;
const GREEK_LOOKALIKE = 5;
const FOREIGN = 6;
const GREEK_FOREIGN = 7;

function letterKind(point: number): number {
  const char = String.fromCodePoint(point);
  if (isInvisible(point)) return INVISIBLE;
  if (!LETTER.test(char)) return NO_LETTER;
  if (LATIN.test(char)) return LATIN_LETTER;
  if (!LOOKALIKE_SCRIPT.test(char)) return OTHER_LETTER;
  const looksLatin = isLookalike(point) && foldPoint(point) < '\x80';
  if (GREEK.test(char)) return looksLatin ? GREEK_LOOKALIKE : GREEK_FOREIGN;
  return looksLatin ? LOOKALIKE : FOREIGN;
}

/** Words of Latin letters with look-alikes of another script among them. */
function mixedWords({ codes, starts, count }: Points): readonly OddCharacters[] {
  const kinds = new Map<number, number>();
  const mixed: { start: number; end: number; greek: boolean }[] = [];
  let foreignWords = 0;
  let i = 0;
  while (i < count) {
    let latin = false;
    let other = false;
    let foreign = false;
    let greek = false;
    const first = i;
    for (; i < count; i += 1) {
      const point = codes[i] ?? 0;
      let kind = kinds.get(point);
      if (kind === undefined) {
        kind = letterKind(point);
        kinds.set(point, kind);
      }
      if (kind === NO_LETTER) break;
      if (kind === LATIN_LETTER) latin = true;
      else if (kind >= LOOKALIKE) {
        if (kind <= GREEK_LOOKALIKE) other = true;
        else foreign = true;
        greek = greek || kind === GREEK_LOOKALIKE || kind === GREEK_FOREIGN;
      }
    }
    const start = starts[first] ?? 0;
    const end = starts[i] ?? start;
    if (latin && other && !foreign) mixed.push({ start, end, greek });
    else if (!latin && (other || foreign)) foreignWords += 1;
    i = i === first ? i + 1 : i;
  }
  return mixed.map(({ start, end, greek }) => ({
    class: foreignWords > 0 || (greek && end - start < GREEK_WORD) ? 'mixed-script-among-words' : 'mixed-script',
    start,
    end,
  }));
}

/** Shorter mixed words with Greek letters are units and symbols (`μs`, `Δx`). */
const GREEK_WORD = 5;

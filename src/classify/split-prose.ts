import { gapOf } from './gaps.ts';
import { nextHash } from './hash.ts';
import { ASCII_KINDS, KIND, kindOf } from './letters.ts';
import { GAP, MARK, type WordKeys, Words } from './words.ts';

/** Longest pseudo-tag that is skipped, in code units. */
const TAG_CHARS = 80;

/**
 * Splits prose into `out`. A word joined by underscores or inner capitals is one word (it names something, it says nothing);
 * addresses, `<tags>` and `${placeholders}` are skipped; what stands in quotes and fences is marked.
 */
export function splitProse(text: string, keys: WordKeys, out = new Words()): Words {
  out.begin(text);
  const { length } = text;
  const { codes } = out;
  const between = new Between(text, codes);
  let index = 0;
  while (index < length) {
    const code = codes[index] ?? 0;
    if (code === SPACE) {
      between.gap |= GAP.space;
      index++;
      continue;
    }
    if (!beginsWord(code)) {
      index = between.pass(index, code);
      continue;
    }
    let end = index;
    let hash = 0;
    let next = code;
    while (next < 128) {
      const letter = PROSE_LETTERS[next] ?? 0;
      if (letter === 0) break;
      hash = nextHash(hash, letter);
      next = codes[++end] ?? 0;
    }
    let id = -1;
    if (next < 128 && next !== COLON) id = keys.keyOf(hash, codes, index, end);
    else {
      end = endOfProseWord(text, index, end, kindOf(code));
      id = keys.key(out, index, end);
    }
    out.add(index, end, id, between.gap, between.mark);
    between.gap = 0;
    index = end;
  }
  return out.end();
}

function beginsWord(code: number): boolean {
  const kind = kindOf(code);
  return kind !== KIND.other && kind !== KIND.ignorable;
}

/** What stands between the words of one text, and how it marks those that follow. */
class Between {
  /** Bits of `GAP` since the last word. */
  gap: number = GAP.break;
  /** Bits of `MARK` for the next word. */
  mark = 0;
  readonly #text: string;
  readonly #codes: Uint16Array;

  constructor(text: string, codes: Uint16Array) {
    this.#text = text;
    this.#codes = codes;
  }

  /** Passes over the sign at `index`, or over the markup that it begins; gives the index behind it. */
  pass(index: number, code: number): number {
    if (code >= 128) return this.#passWide(index, code);
    switch (code) {
      case LESS_THAN:
      case DOLLAR:
      case BRACE: {
        const end = skipMarkup(this.#text, index, code);
        if (end > index) {
          this.gap |= code === LESS_THAN ? GAP.break : GAP.other;
          return end;
        }
        break;
      }
      case BACKTICK:
        if (this.#text.startsWith('```', index)) {
          this.mark = this.mark & MARK.fenced ? 0 : MARK.fenced;
          this.gap |= GAP.break;
          return index + 3;
        }
        this.#quote();
        break;
      case DOUBLE_QUOTE:
        this.#quote();
        break;
      case DOT:
        this.gap |= isFullStop(this.#text, index) ? GAP.stop : GAP.dot;
        return index + 1;
      case LINE_FEED:
        this.#breakLine(index);
        return index + 1;
      case HYPHEN:
        this.gap |= this.#isDash(index) ? GAP.dash : GAP.hyphen;
        return index + 1;
    }
    this.gap |= gapOf(code);
    return index + 1;
  }

  #passWide(index: number, code: number): number {
    if (code === 0x201c) this.mark |= MARK.quoted;
    else if (code === 0x201d) this.mark &= ~MARK.quoted;
    if (kindOf(code) !== KIND.ignorable) this.gap |= gapOf(code);
    return index + 1;
  }

  #quote(): void {
    if ((this.mark & MARK.fenced) === 0) this.mark ^= MARK.quoted;
  }

  #breakLine(index: number): void {
    if (!endsParagraph(this.#text, index)) {
      this.gap |= GAP.space;
      return;
    }
    this.gap |= GAP.break;
    this.mark &= ~MARK.quoted;
  }

  /** A hyphen between spaces. */
  #isDash(index: number): boolean {
    return index > 0 && this.#codes[index - 1] === SPACE && this.#codes[index + 1] === SPACE;
  }
}

const LINE_FEED = 10;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const DOLLAR = 36;
const HYPHEN = 45;
const DOT = 46;
const COLON = 58;
const LESS_THAN = 60;
const BACKTICK = 96;
const BRACE = 123;
/** Small codes of ASCII letters, digits and the underscore; 0 for every other sign. */
const PROSE_LETTERS = ASCII_KINDS.map((kind, code) => {
  if (kind === KIND.upper) return code + 32;
  return kind !== KIND.other || code === 95 ? code : 0;
});
const isInWord = (kind: number) => kind === KIND.lower || kind === KIND.digit || kind === KIND.ignorable;

/** End of one word of prose, which is plain up to `from`. An identifier inside prose is one word, however it is joined. */
function endOfProseWord(text: string, start: number, from: number, kind: number): number {
  if (kind === KIND.ideograph) return start + 1;
  if (kind === KIND.pair) return Math.min(start + 2, text.length);
  let index = Math.max(from, start + 1);
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code < 128 ? PROSE_LETTERS[code] !== 0 : isInWord(kindOf(code))) {
      index++;
      continue;
    }
    if (code === 58 && text.startsWith('://', index)) return endOfAddress(text, index);
    break;
  }
  return index;
}

function endOfAddress(text: string, start: number): number {
  let index = start;
  while (index < text.length && text.charCodeAt(index) > 32) index++;
  const last = text.charCodeAt(index - 1);
  return last === 46 || last === 41 || last === 44 ? index - 1 : index;
}

/** Where a `<tag>`, `${placeholder}` or `{{placeholder}}` at `index` ends; `index` itself where there is none. */
function skipMarkup(text: string, index: number, code: number): number {
  if (code === 60) {
    const next = text.charCodeAt(index + 1);
    if (next !== 47 && next !== 33 && kindOf(next) === KIND.other) return index;
    return endOfMarkup(text, index + 1, 62);
  }
  const dollar = code === 36 && text.charCodeAt(index + 1) === 123;
  const double = code === 123 && text.charCodeAt(index + 1) === 123;
  return dollar || double ? endOfMarkup(text, index + 2, 125) : index;
}

function endOfMarkup(text: string, start: number, close: number): number {
  const limit = Math.min(text.length, start + TAG_CHARS);
  for (let index = start; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === close) return index + 1;
    if (code === 10 || code === 60) break;
  }
  return -1;
}

/** A dot ends a sentence when a space or the end follows and no single letter stands before it (`e.g. `). */
function isFullStop(text: string, index: number): boolean {
  const next = index + 1 < text.length ? text.charCodeAt(index + 1) : 32;
  if (next > 32 && next !== 34 && next !== 41 && next !== 96 && next !== 42) return false;
  const letter = kindOf(text.charCodeAt(index - 1));
  const before = index > 1 ? kindOf(text.charCodeAt(index - 2)) : KIND.other;
  return letter === KIND.other || letter === KIND.digit || letter === KIND.ideograph || before !== KIND.other;
}

/** A wrapped line goes on in small letters; everything else starts anew. */
function endsParagraph(text: string, index: number): boolean {
  let next = index + 1;
  while (next < text.length) {
    const code = text.charCodeAt(next);
    if (code === 10) return true;
    if (code !== 32 && code !== 9 && code !== 13) {
      const kind = kindOf(code);
      return kind !== KIND.lower;
    }
    next++;
  }
  return true;
}

/** What a character is to the words of a text. */
export const KIND = {
  other: 0,
  lower: 1,
  upper: 2,
  digit: 3,
  /** Chinese, Japanese and Korean letters: each is a word of its own. */
  ideograph: 4,
  /** Letters that take two code units and are words of their own. */
  pair: 5,
  /** Zero-width characters that do not end a word. */
  ignorable: 6,
} as const;

const FOLD_ACCENTS = /[\u0300-\u036f\u200b-\u200d\u2060\ufeff\u00ad]/gu;
/** The kind of each ASCII character. */
export const ASCII_KINDS = asciiKinds();

function asciiKinds(): Uint8Array {
  const kinds = new Uint8Array(128);
  for (let code = 0; code < 128; code++) {
    if (code >= 97 && code <= 122) kinds[code] = KIND.lower;
    else if (code >= 65 && code <= 90) kinds[code] = KIND.upper;
    else if (code >= 48 && code <= 57) kinds[code] = KIND.digit;
  }
  return kinds;
}

/** The kind of a character, told by its code unit. */
export function kindOf(code: number): number {
  if (code < 128) return ASCII_KINDS[code] ?? KIND.other;
  if (code < 0xc0) return code === 0xad ? KIND.ignorable : code === 0xaa || code === 0xb5 || code === 0xba ? 1 : 0;
  if (code < 0x2000) return code === 0xd7 || code === 0xf7 ? KIND.other : KIND.lower;
  if (code < 0x2c00) {
    const hidden = (code >= 0x200b && code <= 0x200d) || code === 0x2060;
    return hidden ? KIND.ignorable : KIND.other;
  }
  if (code < 0x3040) return code >= 0x2e80 && code < 0x3000 ? KIND.ideograph : code < 0x2e00 ? KIND.lower : KIND.other;
  if (code < 0xd800) return code >= 0xa490 && code < 0xac00 ? KIND.lower : KIND.ideograph;
  if (code < 0xdc00) return code >= 0xd840 && code < 0xd88f ? KIND.pair : KIND.other;
  if (code >= 0xf900 && code < 0xfb00) return KIND.ideograph;
  if (code === 0xfeff) return KIND.ignorable;
  if (code >= 0xff10 && code <= 0xff19) return KIND.digit;
  if (code >= 0xff21 && code <= 0xff5a) return KIND.lower;
  if (code >= 0xff66 && code <= 0xffdc) return KIND.ideograph;
  return code >= 0xfb00 && code < 0xfe00 ? KIND.lower : KIND.other;
}

/** Kana, unified ideographs and Hangul syllables, one at a time, are their own folded form. */
export const isOwnFold = (code: number): boolean => code >= 0x3041 && code <= 0xd7a3;

/** Folds a word for look-up: lower case, compatibility forms joined, accents and zero-width characters gone. */
export function foldWord(word: string): string {
  let capital = false;
  for (let index = 0; index < word.length; index++) {
    const code = word.charCodeAt(index);
    if (code < 128) {
      capital ||= code >= 65 && code <= 90;
      continue;
    }
    if (word.length === 1 && isOwnFold(code)) return word;
    const kind = kindOf(code);
    if (kind === KIND.ideograph || kind === KIND.pair) return word.normalize('NFKC').toLowerCase();
    return word.normalize('NFKD').replace(FOLD_ACCENTS, '').toLowerCase();
  }
  return capital ? word.toLowerCase() : word;
}

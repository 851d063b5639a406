const SPACE = 1;
const BREAK = 2;
const UPPER = 4;
const LOWER = 8;
const DIGIT = 16;
const OTHER = 32;
/** What is not looked at here: letters, digits and spaces beyond ASCII among it. */
const FOREIGN = 64;

/** What the characters are to the pattern that splits text for o200k_base; those of ASCII that are not named are `OTHER`. */
const RANGES: readonly (readonly [first: number, last: number, kind: number])[] = [
  [0x09, 0x0d, SPACE],
  [0x0a, 0x0a, SPACE | BREAK],
  [0x0d, 0x0d, SPACE | BREAK],
  [0x20, 0x20, SPACE],
  [0x30, 0x39, DIGIT],
  [0x41, 0x5a, UPPER],
  [0x61, 0x7a, LOWER],
  // Dashes, quotation marks, bullets and dots; arrows, signs and boxes: most of what stands in English texts beyond
  // ASCII, for which the pattern need not be compiled.
  [0x2010, 0x2027, OTHER],
  [0x2190, 0x23ff, OTHER],
  [0x2500, 0x2775, OTHER],
];
const BEHIND_RANGES = 0x2776;
// Every build makes it: with regular expressions it would take a millisecond and a half.
const KIND = new Uint8Array(BEHIND_RANGES).fill(FOREIGN).fill(OTHER, 0, 0x80);
for (const [first, last, kind] of RANGES) KIND.fill(kind, first, last + 1);

/** What stands at a place; 0 behind the end. */
function kindAt(text: string, i: number): number {
  return i < text.length ? (KIND[text.charCodeAt(i)] ?? FOREIGN) : 0;
}

const DIGITS = 3;

/**
 * The end of the piece that begins at `from`: the pattern of o200k_base, written out for ASCII and signs. A word takes one
 * character before it and an ending such as 's; digits come by threes; other characters take a space before them and
 * line breaks behind; white space comes up to its last line break, or all but its last character. -1 where another
 * character has a say in it: then `endByPattern` knows.
 */
export function endOfPiece(text: string, from: number): number {
  const first = kindAt(text, from);
  const wordAt = (first & (UPPER | LOWER)) !== 0 ? from : (first & (BREAK | DIGIT)) === 0 ? from + 1 : text.length;
  if ((kindAt(text, wordAt) & (UPPER | LOWER)) !== 0) {
    if (first === FOREIGN) return -1;
    let end = wordAt;
    while ((kindAt(text, end) & UPPER) !== 0) end++;
    while ((kindAt(text, end) & LOWER) !== 0) end++;
    return kindAt(text, end) === FOREIGN ? -1 : endOfEnding(text, end);
  }
  if ((first & DIGIT) !== 0) {
    let end = from + 1;
    while (end < from + DIGITS && (kindAt(text, end) & DIGIT) !== 0) end++;
    return end < from + DIGITS && kindAt(text, end) === FOREIGN ? -1 : end;
  }
  const othersAt = text.charCodeAt(from) === 0x20 ? from + 1 : from;
  if ((kindAt(text, othersAt) & OTHER) !== 0) {
    let end = othersAt + 1;
    while ((kindAt(text, end) & OTHER) !== 0) end++;
    if (kindAt(text, end) === FOREIGN) return -1;
    while ((kindAt(text, end) & BREAK) !== 0 || text.charCodeAt(end) === 0x2f) end++;
    return end;
  }
  let end = from;
  let lastBreak = 0;
  for (; (kindAt(text, end) & SPACE) !== 0; end++) if ((kindAt(text, end) & BREAK) !== 0) lastBreak = end + 1;
  if (kindAt(text, end) === FOREIGN) return -1;
  if (lastBreak > 0) return lastBreak;
  return end === text.length || end === from + 1 ? end : end - 1;
}

const APOSTROPHE = 0x27;

/** The end of a word with what may follow it: 's 't 're 've 'm 'll 'd, in letters of any case. */
function endOfEnding(text: string, at: number): number {
  if (text.charCodeAt(at) !== APOSTROPHE) return at;
  const two = text.slice(at + 1, at + 3).toLowerCase();
  if (/^[sdmt]/.test(two)) return at + 2;
  return two === 'll' || two === 've' || two === 're' ? at + 3 : at;
}

const ENDING = "(?:'(?:[sS]|[dD]|[mM]|[tT]|[lL][lL]|[vV][eE]|[rR][eE]))?";
const BEFORE_WORD = '[^\\r\\n\\p{L}\\p{N}]?';
const UPPERS = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const LOWERS = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';

/** The pattern of o200k_base: the first that fits. */
const PATTERN = new RegExp(
  [
    `${BEFORE_WORD}${UPPERS}*${LOWERS}+${ENDING}`,
    `${BEFORE_WORD}${UPPERS}+${LOWERS}*${ENDING}`,
    `\\p{N}{1,${DIGITS}}`,
    ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*',
    '\\s*[\\r\\n]+',
    '\\s+(?!\\S)',
    '\\s+',
  ].join('|'),
  'uy',
);

/** The end of the piece that begins at `from`, of any text. Some piece begins at every character. */
export function endByPattern(text: string, from: number): number {
  PATTERN.lastIndex = from;
  return PATTERN.test(text) ? PATTERN.lastIndex : from + 1;
}

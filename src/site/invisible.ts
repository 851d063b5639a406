/**
 * UTF-16 units that may be something a reader cannot see or that moves the text around it. Surrogates are among them,
 * so that tags and supplementary variation selectors are found by one cheap test; the slow path below decides.
 */
const SUSPECT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: to find control characters is its purpose.
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is looked for by itself.
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff]/;

const ZWNJ = 0x200c;
const ZWJ = 0x200d;

/** Whether a text may hold something invisible: a cheap test with false alarms for emoji, never a miss. */
export function maybeInvisible(text: string): boolean {
  return SUSPECT.test(text);
}

/** Shows each invisible or misleading character as `[U+XXXX]`; tab, line feed and what belongs to ordinary writing stay. */
export function showInvisible(text: string): string {
  if (!SUSPECT.test(text)) return text;
  let shown = '';
  let before = 0;
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  for (const [at, point] of points.entries()) {
    if (point === 0x0d && points[at + 1] === 0x0a) continue;
    shown += isHidden(point, before, points[at + 1] ?? 0) ? codeOf(point) : String.fromCodePoint(point);
    before = point;
  }
  return shown;
}

function codeOf(point: number): string {
  return `[U+${point.toString(16).toUpperCase().padStart(4, '0')}]`;
}

function isHidden(point: number, before: number, after: number): boolean {
  if (point === 0x09 || point === 0x0a) return false;
  // A joiner belongs between pictographs and between letters of joining scripts, which all lie outside Latin.
  if (point === ZWJ || point === ZWNJ) return !(joins(before) && joins(after));
  if (point >= 0xfe00 && point <= 0xfe0f) return !takesVariation(before);
  if (point >= 0xd800 && point <= 0xdfff) return true;
  if (point >= 0xe0000 && point <= 0xe0fff) return true;
  return point <= 0xffff && SUSPECT.test(String.fromCharCode(point));
}

function joins(point: number): boolean {
  return point > 0x5ff || (point >= 0xfe00 && point <= 0xfe0f);
}

/** One variation selector may follow a visible character; a run of them is a hidden message. */
function takesVariation(before: number): boolean {
  if (before >= 0xfe00 && before <= 0xfe0f) return false;
  return before > 0x20 && before !== ZWJ && before !== 0x200b;
}

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Replaces surrogates without their other half by U+FFFD, as UTF-8 needs. */
export function wellFormed(text: string): string {
  return text.replace(LONE, '\ufffd');
}

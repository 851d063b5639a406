/**
 * Letters that look like Latin ones, as pairs of the look-alike and the letter (a selection of Unicode's confusables,
 * UTS #39: Cyrillic, Greek, Armenian, Cherokee, small capitals and others that NFKD does not already turn into Latin).
 */
const LOOKALIKES =
  'аaвBсcԁdеeһhіiјjкkӏlмMнHоoрpԛqѕsтTуyхxԝwАAВBСCЕEНHІIЈJКKМMОOРPЅSТTУYХXԜWҮYүyʏYԌGґrг' +
  'rпnӀlзZЗZбbцuшwщwьbѵvѴVѡwѐeӕæҝkҚKқkӽxΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXαaβBγyδdεeηnιiκkνvοoρpσoςcτtυuχxωwϲcϳj' +
  'ՏSօoսuհhոnցgզqաwԼLԱUքpյjᎪAᏴBᏟCᎠDᎬEᎳWᎻHᎥiᎫJᏦKᏞLᎷMᏢPᏒRᏚSᎢTᏙVᏃZᏀG' +
  'ɑaɡgıiɩiʟLᴀaʙBᴄcᴅdᴇeꜰFɢGʜHɪIᴊJᴋKᴍMɴNᴏoᴘPʀRꜱsᴛtᴜuᴠvᴡwᴢzɾrʋvɯwǀlǃ!ⅼlꞒCℓl';

const MAP: ReadonlyMap<number, string> = pairs(LOOKALIKES);

function pairs(text: string): ReadonlyMap<number, string> {
  const map = new Map<number, string>();
  const points = [...text];
  for (let i = 0; i + 1 < points.length; i += 2) map.set(points[i]?.codePointAt(0) ?? 0, points[i + 1] ?? '');
  return map;
}

const MARKS = /\p{Mn}+/gu;

/**
 * One code point as a reader sees it: compatibility forms resolved, accents removed, look-alikes turned into Latin
 * letters, case kept. The empty string for a mark alone.
 */
export function foldPoint(point: number): string {
  if (point < 0x80) return String.fromCharCode(point);
  const known = MAP.get(point);
  if (known !== undefined) return known;
  const plain = String.fromCodePoint(point).normalize('NFKD').replace(MARKS, '');
  if (plain.length !== 1) return plain;
  return MAP.get(plain.charCodeAt(0)) ?? plain;
}

/** Whether a code point is a letter of another script that looks like a Latin one. */
export function isLookalike(point: number): boolean {
  return MAP.has(point);
}

/**
 * What a name looks like: two names with the same skeleton cannot be told apart by a reader. Case is folded, invisible
 * characters are gone.
 */
export function skeleton(name: string): string {
  let result = '';
  for (const char of name) {
    const point = char.codePointAt(0) ?? 0;
    if (isInvisible(point)) continue;
    result += foldPoint(point);
  }
  return result.toLowerCase();
}

/** Whether a code point draws nothing and takes no space (default-ignorable, format and filler characters). */
export function isInvisible(point: number): boolean {
  if (point < 0xad) return false;
  if (point < 0x200b) {
    return (
      point === 0xad ||
      point === 0x34f ||
      point === 0x61c ||
      point === 0x115f ||
      point === 0x1160 ||
      point === 0x17b4 ||
      point === 0x17b5 ||
      (point >= 0x180b && point <= 0x180f)
    );
  }
  return (
    point <= 0x200f ||
    (point >= 0x202a && point <= 0x202e) ||
    (point >= 0x2060 && point <= 0x206f) ||
    point === 0x2800 ||
    point === 0x3164 ||
    (point >= 0xfe00 && point <= 0xfe0f) ||
    point === 0xfeff ||
    point === 0xffa0 ||
    (point >= 0xfff9 && point <= 0xfffb) ||
    (point >= 0x1d173 && point <= 0x1d17a) ||
    (point >= 0xe0000 && point <= 0xe0fff)
  );
}

import { GAP } from './words.ts';

/** Signs of ASCII by what they say; every other one is `GAP.other`. */
const SIGNS: readonly (readonly [string, number])[] = [
  [' \t\r\n', GAP.space],
  ['-', GAP.hyphen],
  ['_', GAP.underscore],
  ['.', GAP.dot],
  ['/|\\', GAP.slash],
  [',', GAP.comma],
  [':', GAP.colon],
  ['!?;', GAP.stop],
  ['([{', GAP.open],
  [')]}', GAP.close],
  ['"`', GAP.quote],
];
const GAP_OF = gapTable();

function gapTable(): Uint16Array {
  const gaps = new Uint16Array(128).fill(GAP.other);
  for (const [signs, gap] of SIGNS) {
    for (const sign of signs) gaps[sign.charCodeAt(0)] = gap;
  }
  return gaps;
}

/** What a sign says when it stands between two words, as bits of `GAP`. */
export function gapOf(code: number): number {
  if (code < 128) return GAP_OF[code] ?? GAP.other;
  if (code === 0x2013 || code === 0x2014) return GAP.dash;
  if (code === 0x3002 || code === 0xff01 || code === 0xff1f || code === 0xff1b) return GAP.stop;
  if (code === 0xff0c || code === 0x3001) return GAP.comma;
  if (code === 0xff1a) return GAP.colon;
  if (code === 0xff08 || code === 0x3010 || code === 0x300c) return GAP.open;
  if (code === 0xff09 || code === 0x3011 || code === 0x300d) return GAP.close;
  if (code === 0x201c || code === 0x201d) return GAP.quote;
  if (code === 0x2022 || code === 0x2028 || code === 0x2029) return GAP.break;
  if (code === 0xa0 || code === 0x3000) return GAP.space;
  return GAP.other;
}

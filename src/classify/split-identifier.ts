import { gapOf } from './gaps.ts';
import { KIND, kindOf } from './letters.ts';
import { GAP, type WordKeys, Words } from './words.ts';

/** Splits a name, a key or an enum value into `out`: `createIssue`, `d1_database_delete`, `API-patch-page`, `script.saveOrUpdate`. */
export function splitIdentifier(text: string, keys: WordKeys, out = new Words()): Words {
  out.begin(text);
  const { length } = text;
  const { codes } = out;
  let gap: number = GAP.break;
  let index = 0;
  while (index < length) {
    const code = codes[index] ?? 0;
    const kind = kindOf(code);
    if (kind === KIND.other || kind === KIND.ignorable) {
      if (kind === KIND.other) gap |= gapOf(code);
      index++;
      continue;
    }
    const end = endOfPart(codes, length, index, kind);
    out.add(index, end, keys.key(out, index, end), gap, 0);
    gap = 0;
    index = end;
  }
  return out.end();
}

/** End of one part of an identifier: `HTTPServer` is `HTTP` and `Server`, `getURL2` is `get`, `URL` and `2`. */
function endOfPart(codes: Uint16Array, length: number, start: number, kind: number): number {
  if (kind === KIND.ideograph) return start + 1;
  if (kind === KIND.pair) return Math.min(start + 2, length);
  let index = start + 1;
  if (kind === KIND.digit) {
    while (kindOf(codes[index] ?? 0) === KIND.digit) index++;
    return index;
  }
  if (kind === KIND.upper) {
    while (kindOf(codes[index] ?? 0) === KIND.upper) index++;
    const next = kindOf(codes[index] ?? 0);
    if (index - start > 1 && next === KIND.lower && !isPluralS(codes, index)) return index - 1;
  }
  while (index < length) {
    const next = kindOf(codes[index] ?? 0);
    if (next !== KIND.lower && next !== KIND.ignorable) break;
    index++;
  }
  return index;
}

/** `URLs` and `IDs` are one word: a lone small letter after capitals that ends the part. */
function isPluralS(codes: Uint16Array, index: number): boolean {
  return codes[index] === 115 && kindOf(codes[index + 1] ?? 0) !== KIND.lower;
}

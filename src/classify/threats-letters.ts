import { View } from './threats-view.ts';

/** The text with each letter moved 13 places. */
export function rot13View(base: View): View {
  return base.withText(rot13(base.text));
}

/** A word with each letter moved 13 places. */
export function rot13(text: string): string {
  let result = '';
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const small = code | 0x20;
    if (small < 97 || small > 122) result += text.charAt(i);
    else result += String.fromCharCode(code + (small < 110 ? 13 : -13));
  }
  return result;
}

/** The text backwards, with surrogate pairs left whole. */
export function reversedView(base: View): View {
  const { text } = base;
  const { length } = text;
  const starts = new Int32Array(length);
  const ends = new Int32Array(length);
  let reversed = '';
  for (let end = length; end > 0; ) {
    const start = end > 1 && (text.codePointAt(end - 2) ?? 0) > 0xffff ? end - 2 : end - 1;
    for (let i = start; i < end; i += 1) {
      starts[reversed.length + i - start] = base.starts?.[i] ?? i;
      ends[reversed.length + i - start] = base.ends?.[i] ?? i + 1;
    }
    reversed += text.slice(start, end);
    end = start;
  }
  return new View(reversed, starts, ends);
}

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  '+': 't',
};
const LEET_CHUNK = /[A-Za-z0-9@$!|+]{2,40}/gu;

/** Key under which a word is found whether its letters or its signs are written: `1` may be an i or an l. */
export function leetKey(word: string): string {
  let key = '';
  for (const char of word.toLowerCase()) key += char === 'l' ? 'i' : (LEET[char] ?? char);
  return key;
}

/**
 * The text with digits and signs that stand for letters replaced, in words that `words` has by their `leetKey`; nothing
 * where fewer than two are replaced.
 */
export function leetView(base: View, words: ReadonlyMap<string, string>): View | undefined {
  let count = 0;
  const text = base.text.replace(LEET_CHUNK, (chunk) => {
    if (!SIGN.test(chunk)) return chunk;
    const word = words.get(leetKey(chunk));
    if (word === undefined || word.length !== chunk.length) return chunk;
    count += 1;
    return word;
  });
  return count < 2 ? undefined : base.withText(text);
}

const SIGN = /[0-9@$!|+]/u;

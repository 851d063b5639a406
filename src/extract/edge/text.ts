/** A text as it is after the edge: valid Unicode, no byte-order mark, with a sentence for everything that was mended. */
export interface DecodedText {
  readonly text: string;
  readonly problems: readonly string[];
}

const UTF16 = [
  { mark: [0xff, 0xfe], label: 'utf-16le' },
  { mark: [0xfe, 0xff], label: 'utf-16be' },
] as const;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Decodes bytes from outside as UTF-8, or as UTF-16 where a byte-order mark says so. Never throws: bad bytes become U+FFFD. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const wide = UTF16.find(({ mark }) => bytes[0] === mark[0] && bytes[1] === mark[1]);
  if (wide !== undefined) return { text: wellFormed(new TextDecoder(wide.label).decode(bytes)), problems: [] };
  try {
    return { text: UTF8.decode(bytes), problems: [] };
  } catch {
    return {
      text: new TextDecoder('utf-8').decode(bytes),
      problems: ['the text is not valid UTF-8; the bad bytes are shown as U+FFFD'],
    };
  }
}

/** Quick to test, and in every text that could need a replacement: pairs are fine, but rare. */
const SURROGATE = /[\ud800-\udfff]/;

/** Replaces lone surrogates by U+FFFD: they can be neither stored nor hashed as UTF-8. */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replace(/\p{Surrogate}/gu, '\uFFFD') : text;
}

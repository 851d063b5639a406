import { describe, expect, it } from 'vitest';
import { oddCharacters } from '../../src/classify/unicode.ts';
import { skeleton } from '../../src/classify/unicode-fold.ts';
import type { CharacterClass } from '../../src/model/threat.ts';
import { fc } from '../helpers/fc.ts';

const tags = (text: string) => [...text].map((char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0))).join('');
const flag = (name: string) => `\u{1f3f4}${tags(name)}\u{e007f}`;

describe('ordinary text is left alone', () => {
  it.each([
    ['ASCII with tabs and lines', 'a\tb\r\nc'],
    ['typographic signs', '“don’t” – 5 € … → • ½'],
    ['flags of countries', '\u{1f1e9}\u{1f1ea} \u{1f1eb}\u{1f1f7}'],
    ['the three flags of tags', flag('gbeng') + flag('gbsct') + flag('gbwls')],
    ['a family', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'],
    ['a heart on fire', '\u2764\ufe0f\u200d\u{1f525}'],
    ['a skin tone and a profession', '\u{1f469}\u{1f3fd}\u200d\u{1f4bb}'],
    ['emoji style', 'ok \u2714\ufe0f and text style \u2714\ufe0e, keycap 1\ufe0f\u20e3'],
    ['Persian', 'می\u200cخواهم'],
    ['Hindi', 'क्\u200dष'],
    ['right-to-left text with marks', 'שלום\u200f (abc)\u200e'],
    ['Thai with word breaks', 'สวัสดี\u200bครับ'],
    ['Chinese, Japanese, Korean', '查询 検索する 검색'],
    ['an ideographic variation', '葛\u{e0100}'],
    ['a byte order mark at the start', '\ufeffhello'],
    ['Russian', 'Создаёт задачу через API-ключ'],
    ['units', '5 μs, 3 Ω'],
    ['accents', 'naïve café Zürich e\u0301'],
  ])('%s', (_title, text) => {
    expect(oddCharacters(text)).toEqual([]);
  });
});

describe('odd characters', () => {
  it.each<[string, string, CharacterClass]>([
    ['a hidden sentence of tags', `Reads.${tags('ignore')}`, 'tag'],
    ['a flag that is none', flag('ignore'), 'tag'],
    ['tags after a real flag', flag('gbeng') + tags('x'), 'tag'],
    ['a direction override', 'a\u202eb', 'bidi-control'],
    ['an isolate', 'a\u2066b\u2069', 'bidi-control'],
    ['a mark without right-to-left text', 'abc\u200e', 'direction-mark'],
    ['a zero-width space in a word', 'pass\u200bword', 'zero-width-in-word'],
    ['a zero-width space between words', 'a. \u200b b', 'zero-width'],
    ['a joiner in a Latin word', 'pass\u200dword', 'zero-width-in-word'],
    ['a joiner at the end', 'word\u200d', 'joiner'],
    ['several joiners after Arabic', 'می\u200c\u200c\u200cخ', 'zero-width-in-word'],
    ['a soft hyphen', 'docu\u00admentation', 'soft-hyphen'],
    ['bytes in variation selectors', 'a\ufe01\ufe02\ufe03', 'variation-run'],
    ['a variation selector after a letter', 'a\u{e0101}', 'variation-run'],
    ['a Hangul filler', 'a\u3164b', 'invisible-filler'],
    ['a terminal escape', 'a\u001b[8mb', 'terminal-escape'],
    ['a control character', 'a\u0000b', 'control'],
    ['half a surrogate pair', 'a\ud83dz', 'lone-surrogate'],
    ['a Cyrillic letter in a Latin word', 'p\u0430ssword', 'mixed-script'],
    ['the same among Russian words', 'введите p\u0430ssword', 'mixed-script-among-words'],
  ])('%s', (_title, text, kind) => {
    expect(oddCharacters(text).map((odd) => odd.class)).toContain(kind);
  });

  it('have spans inside the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const { start, end } of oddCharacters(text)) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});

describe('skeleton', () => {
  it.each([
    ['read_file', 'rе\u0430d_file'],
    ['send', 'ｓｅｎｄ'],
    ['safetool', 'safe\u200btool'],
    ['admin', 'аdмin'],
    ['Login', 'lоgin'],
    ['cafe', 'café'],
  ])('%s looks like %s', (a, b) => {
    expect(skeleton(b)).toBe(skeleton(a));
  });

  it.each([
    ['get_user', 'getUser'],
    ['read_file', 'read_files'],
    ['查询', '查寻'],
  ])('%s does not look like %s', (a, b) => {
    expect(skeleton(b)).not.toBe(skeleton(a));
  });
});

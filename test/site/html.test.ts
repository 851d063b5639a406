import { load } from 'cheerio';
import { describe, expect, it } from 'vitest';
import { externalLink, html, jsonForScript, withCode } from '../../src/site/html.ts';
import { showInvisible, wellFormed } from '../../src/site/invisible.ts';
import { count, excerpt, list, number } from '../../src/site/words.ts';
import { fc } from '../helpers/fc.ts';

describe('the tag escapes', () => {
  it.each([
    ['all five characters', `&<>"'`, '<p>&amp;&lt;&gt;&quot;&#39;</p>'],
    ['nothing in plain text', 'write_file', '<p>write_file</p>'],
    ['what looks escaped already', '&lt;', '<p>&amp;lt;</p>'],
    ['zero-width and bidi characters', 'a\u200bb\u202ec', '<p>a[U+200B]b[U+202E]c</p>'],
    ['tags, controls and lone surrogates', '\u{e0041}\u0007\ud800', '<p>[U+E0041][U+0007][U+D800]</p>'],
  ])('%s', (_, text, expected) => {
    expect(html`<p>${text}</p>`.text).toBe(expected);
  });

  it('leaves markup of its own, joins lists, drops nothing', () => {
    expect(html`${[html`<b>1</b>`, 2, 'x']}${undefined}${false}`.text).toBe('<b>1</b>2x');
  });

  it('keeps any text inside an attribute and inside an element', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
        const page = load(html`<div title="${text}">${text}</div>`.text, null, false);
        expect(page('*').length).toBe(1);
        const shown = showInvisible(text).replace(/\r\n?/g, '\n');
        expect(page('div').attr('title')?.replace(/\r\n?/g, '\n')).toBe(shown);
        expect(page('div').text()).toBe(shown);
      }),
    );
  });
});

describe('invisible characters', () => {
  it.each([
    ['emoji with its variation selector', '⚠️ careful'],
    ['a family joined by joiners', '👨‍👩‍👧'],
    ['Persian with a non-joiner', 'می‌خواهم'],
    ['tab and line feed', 'a\tb\nc'],
  ])('%s stays', (_, text) => {
    expect(showInvisible(text)).toBe(text);
  });

  it.each([
    ['a run of variation selectors', 'a\ufe01\ufe02', 'a\ufe01[U+FE02]'],
    ['a joiner between Latin letters', 'pay\u200dpal', 'pay[U+200D]pal'],
    ['a supplementary variation selector', 'a\u{e0101}', 'a[U+E0101]'],
    ['a carriage return that hides what stands before it', 'evil\rgood', 'evil[U+000D]good'],
  ])('%s is shown', (_, text, expected) => {
    expect(showInvisible(text)).toBe(expected);
  });

  it('makes lone surrogates harmless', () => {
    expect(wellFormed('a\ud800b\udc00😀')).toBe('a\ufffdb\ufffd😀');
  });
});

describe('links and data blocks', () => {
  it.each([
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['//evil.example', false],
    ['https://user:pw@evil.example/', false],
    ['https://example.com/a', true],
    ['http://example.com', true],
    ['git+https://example.com/a.git', true],
    ['git+ssh://git@example.com/a.git', false],
    ['git+https://user:pw@evil.example/a.git', false],
    ['git+javascript:alert(1)', false],
  ])('%s leads outside: %s', (address, leads) => {
    const page = load(externalLink(address).text, null, false);
    expect(page('a').length).toBe(leads ? 1 : 0);
    if (leads) {
      expect(page('a').attr('rel')).toContain('nofollow');
      expect(page.text()).toContain('example.com');
      expect(page('a').attr('href')).toMatch(/^https?:/);
      expect(page.text()).not.toContain('git+');
    }
  });

  it('cannot be ended by their content', () => {
    expect(jsonForScript({ x: '</script><!--&\u2028' }).text).toBe(
      '{"x":"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028"}',
    );
  });

  it('shows names between backticks as code, and escapes them', () => {
    expect(withCode('Calls to `<b>` are denied.').text).toBe('Calls to <code><bdi>&lt;b&gt;</bdi></code> are denied.');
    expect(withCode('a ` b').text).toBe('a ` b');
  });
});

describe('words', () => {
  it('count, group, list and cut', () => {
    expect([count(0, 'tool'), count(1, 'tool'), count(1204, 'tool')]).toEqual(['0 tools', '1 tool', '1,204 tools']);
    expect(number(1234567)).toBe('1,234,567');
    expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
    expect(excerpt('one two three', 8)).toBe('one two…');
  });
});

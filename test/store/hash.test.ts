import { expect, test } from 'vitest';
import type { Json } from '../../src/model/tool.ts';
import { canonicalJson } from '../../src/store/hash.ts';
import { fc } from '../helpers/fc.ts';

/** RFC 8785 word for word. */
function reference(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(reference).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${reference(member)}`).join(',')}}`;
}

test.each<[string, Json, string]>([
  ['keys that look like numbers', { 10: 1, 9: 2, a: 3 }, '{"10":1,"9":2,"a":3}'],
  ['a key that is no key elsewhere', JSON.parse('{"b":1,"__proto__":2}'), '{"__proto__":2,"b":1}'],
  [
    'quotes, backslashes and controls',
    ['"', '\\', '\n\u0000\u001f', '\u007f\u2028'],
    '["\\"","\\\\","\\n\\u0000\\u001f","\u007f\u2028"]',
  ],
  ['pairs of surrogates and halves', ['\u{1f600}', '\ud800', '\udc00x'], '["\u{1f600}","\\ud800","\\udc00x"]'],
  ['numbers', [-0, 1e21, 1e-7, 100, 0.1], '[0,1e+21,1e-7,100,0.1]'],
  ['nothing', [null, {}, [], ''], '[null,{},[],""]'],
])('%s', (_, value, expected) => {
  expect(canonicalJson(value)).toBe(expected);
  expect(reference(value)).toBe(expected);
});

test('any value, with few keys or many', () => {
  const key = fc.string({ unit: 'binary', maxLength: 4 });
  const value = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>(null, true, false),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: 'binary' }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 20 }),
    ),
  })).value;
  fc.assert(
    fc.property(value, (one) => {
      expect(canonicalJson(one)).toBe(reference(one));
    }),
  );
});

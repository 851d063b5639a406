import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { wordsOf } from '../../src/policy/words.ts';
import { jsonText } from '../../src/policy/write/json.ts';
import { record, type Tree } from '../../src/policy/write/tree.ts';
import { yamlText } from '../../src/policy/write/yaml.ts';
import { fc } from '../helpers/fc.ts';

const RUNS = 500;

/** Any document, with hostile keys and texts; YAML has no lone surrogates. */
const text = fc.string({ unit: 'grapheme' });
const key = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '10', '9', '01', 'true', 'x'.repeat(1_100)));
const { document } = fc.letrec<{ value: unknown; document: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, text, fc.boolean(), fc.integer(), fc.array(tie('value')), tie('document')),
  document: fc.dictionary(key, tie('value'), { minKeys: 1, noNullPrototype: true }),
}));

/** The same with every object as a map. */
function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return value.map(treeOf);
  if (typeof value === 'object' && value !== null)
    return record(Object.entries(value).map(([name, inner]) => [name, treeOf(inner)]));
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new TypeError('not a value of a document');
}

function tableOf(value: Record<string, unknown>) {
  return record(Object.entries(value).map(([name, inner]) => [name, treeOf(inner)]));
}

describe('writers', () => {
  it('write JSON as JSON.stringify does', () => {
    fc.assert(
      fc.property(document, (value) => {
        expect(jsonText(tableOf(value))).toBe(`${JSON.stringify(value, undefined, 2)}\n`);
      }),
      { numRuns: RUNS },
    );
  });

  it('escape what JSON must escape', () => {
    for (const one of ['"', '\\', '\n', '\u0000', '\u007f', '\u2028', '\ud800', 'é', '😀'])
      expect(jsonText({ [one]: one })).toBe(`${JSON.stringify({ [one]: one }, undefined, 2)}\n`);
  });

  it('write YAML that is read back as it was', () => {
    fc.assert(
      fc.property(document, (value) => {
        expect(parse(yamlText(tableOf(value)))).toEqual(value);
      }),
      { numRuns: RUNS },
    );
  });

  it('keep names that mean something to JavaScript, each once, in the order of an object', () => {
    const names = ['b', '__proto__', '10', '9', 'constructor', 'b'];
    const entries = names.map((name, index): [string, number] => [name, index]);
    expect(jsonText(record(entries))).toBe(`${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
  });
});

describe('words of a parameter', () => {
  const CASES: readonly (readonly [string, readonly string[]])[] = [
    ['max_results', ['max', 'results']],
    ['page_2', ['page', '2']],
    ['maxResults', ['max', 'results']],
    ['max-results', ['max', 'results']],
    ['HTTPUrl', ['http', 'url']],
    ['sourceFile_path2', ['source', 'file', 'path', '2']],
    ['_hidden', ['hidden']],
    ['größeMax', ['größe', 'max']],
    ['', []],
    ['__', []],
  ];
  for (const [name, words] of CASES)
    it(`of ${JSON.stringify(name)} are ${words.join(', ') || 'none'}`, () => expect(wordsOf(name)).toEqual(words));
});

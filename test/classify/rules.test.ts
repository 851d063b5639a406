import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkExample, unusedGroups } from '../../src/data/check.ts';
import { readRuleFiles } from '../../src/data/load.ts';
import { DATA, RULESET } from './helpers.ts';

const SRC = resolve(import.meta.dirname, '../../src/classify');
const FILES = readRuleFiles(DATA);

describe('every rule proves itself', () => {
  for (const rule of RULESET.rules.values()) {
    describe(rule.id, () => {
      for (const example of rule.examples.match) {
        it(`fires on ${example.name}: ${example.description ?? ''}`, () =>
          expect(checkExample(rule, example, true, RULESET)).toBeUndefined());
      }
      for (const example of rule.examples['no-match']) {
        it(`leaves alone ${example.name}: ${example.description ?? ''}`, () =>
          expect(checkExample(rule, example, false, RULESET)).toBeUndefined());
      }
    });
  }
});

it('every word list is asked for by a rule', () => expect(unusedGroups(FILES)).toEqual([]));

it('every capability of the severity table is found by a rule', () => {
  const found = new Set(FILES.rules.map(({ capability }) => capability));
  const asked = FILES.severities.moves.flatMap((move) => [...move.capabilities, ...(move.unless ?? [])]);
  expect(asked.filter((capability) => !found.has(capability))).toEqual([]);
});

/** Words of the lists that are names of fields, kinds, places and categories in the code. */
const NAMES_IN_CODE: ReadonlySet<string> = new Set(
  (
    'name title description text type path operation operations parameter parameters example examples instructions ' +
    'string object array value values key enum const default properties items value input title rule not plan ' +
    'arguments returns negated condition quoted argument prose number stop break space open close quote dot comma ' +
    'other Read Write Execute low medium high critical up down none readOnlyHint verb tool tools noun lead later phrase light head'
  ).split(' '),
);

it('no word of the lists stands in the code', () => {
  const words = new Set(FILES.lexicon.flatMap((list) => Object.values(list.groups).flat()));
  const hits: string[] = [];
  for (const file of readdirSync(SRC)) {
    if (file.startsWith('threats') || file.startsWith('unicode')) continue;
    const code = readFileSync(join(SRC, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gmu, '');
    for (const [, literal = ''] of code.matchAll(/'([^'\n]*)'/gu)) {
      const isName = NAMES_IN_CODE.has(literal) || literal.startsWith('.') || literal.includes('-');
      if (!isName && words.has(literal.toLowerCase())) hits.push(`${file}: '${literal}'`);
    }
  }
  expect(hits).toEqual([]);
});

it('no regular expression is built from data', () => {
  for (const file of readdirSync(SRC)) {
    expect(readFileSync(join(SRC, file), 'utf8'), file).not.toMatch(/new RegExp|RegExp\(/u);
  }
});

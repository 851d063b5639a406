import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DISCOUNTS } from '../../src/classify/index.ts';
import { readRuleFiles } from '../../src/data/load.ts';
import { readSiteWords } from '../../src/data/site.ts';

const DATA = join(import.meta.dirname, '..', '..', 'data');

it('has words for every capability and every discount, and for no other', () => {
  const words = readSiteWords(DATA);
  const capabilities = new Set(readRuleFiles(DATA).rules.map(({ capability }) => capability));
  expect(Object.keys(words.capabilities).sort()).toEqual([...capabilities].sort());
  expect(Object.keys(words.discounts).sort()).toEqual([...DISCOUNTS].sort());
});

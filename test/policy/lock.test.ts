import { describe, expect, it } from 'vitest';
import { driftOf, lockOf } from '../../src/policy/lock.ts';
import { merge } from '../../src/policy/merge.ts';
import { policyOf, rule } from './support/make.ts';

describe('drift', () => {
  const policy = policyOf([rule('a', { definitionHash: '1' }), rule('b', { definitionHash: '2' }), rule('c')], {
    expires: '2027-01-01',
  });
  const lock = lockOf([policy], {});
  const tool = (name: string, definitionHash: string) => ({ name, definitionHash, schemaComplete: true });
  const CASES = [
    {
      title: 'nothing changed',
      shown: [tool('a', '1'), tool('b', '2'), tool('c', '3')],
      today: '2027-01-01',
      fatal: [],
      all: ['c unbound'],
    },
    {
      title: 'a definition changed',
      shown: [tool('a', '9'), tool('b', '2'), tool('c', '3')],
      today: '2026-01-01',
      fatal: ['a changed'],
      all: ['a changed', 'c unbound'],
    },
    {
      title: 'a tool is new',
      shown: [tool('a', '1'), tool('b', '2'), tool('c', '3'), tool('d', '4')],
      today: '2026-01-01',
      fatal: ['d added'],
      all: ['c unbound', 'd added'],
    },
    {
      title: 'a tool is gone',
      shown: [tool('a', '1'), tool('c', '3')],
      today: '2026-01-01',
      fatal: ['b removed'],
      all: ['b removed', 'c unbound'],
    },
    {
      title: 'the policy is too old',
      shown: [tool('a', '1'), tool('b', '2'), tool('c', '3')],
      today: '2027-01-02',
      fatal: [' expired'],
      all: ['c unbound', ' expired'],
    },
    {
      title: 'the server is gone',
      shown: undefined,
      today: '2026-01-01',
      fatal: [' server-missing'],
      all: [' server-missing'],
    },
  ];
  for (const { title, shown, today, fatal, all } of CASES) {
    it(title, () => {
      const drifts = driftOf(lock, () => shown, today);
      const text = (list: typeof drifts) => list.map((one) => `${one.tool ?? ''} ${one.what}`);
      expect(text(drifts)).toEqual(all);
      expect(text(drifts.filter((one) => one.fatal))).toEqual(fatal);
    });
  }
});

describe('merge', () => {
  const CASES = [
    { title: 'adds to an empty file', base: undefined, ours: { a: [1] }, theirs: {}, is: { a: [1] }, kept: [] },
    {
      title: 'keeps what is not ours',
      base: undefined,
      ours: { p: { allow: ['x'] } },
      theirs: { p: { allow: ['y'], other: 1 }, q: 2 },
      is: { p: { allow: ['y', 'x'], other: 1 }, q: 2 },
      kept: [],
    },
    {
      title: 'takes away what we wrote and no longer write',
      base: { l: ['old', 'same'] },
      ours: { l: ['same'] },
      theirs: { l: ['own', 'old', 'same'] },
      is: { l: ['own', 'same'] },
      kept: [],
    },
    {
      title: 'takes away a server that is gone, with the keys that were ours',
      base: { s: { x: { t: [1] } } },
      ours: { s: {} },
      theirs: { s: { x: { t: [1], own: 1 } } },
      is: { s: { x: { t: [], own: 1 } } },
      kept: [],
    },
    {
      title: 'does not add twice',
      base: undefined,
      ours: { l: ['x'] },
      theirs: { l: ['x'] },
      is: { l: ['x'] },
      kept: [],
    },
    {
      title: 'keeps a person’s own value',
      base: undefined,
      ours: { auto: false },
      theirs: { auto: true },
      is: { auto: true },
      kept: ['/auto'],
    },
    {
      title: 'changes a value that we wrote',
      base: { v: 1 },
      ours: { v: 2 },
      theirs: { v: 1 },
      is: { v: 2 },
      kept: [],
    },
    {
      title: 'keeps a value that a person changed',
      base: { v: 1 },
      ours: { v: 2 },
      theirs: { v: 3 },
      is: { v: 3 },
      kept: ['/v'],
    },
    {
      title: 'keeps a value of another kind',
      base: undefined,
      ours: { 'a/b': [1] },
      theirs: { 'a/b': 'text' },
      is: { 'a/b': 'text' },
      kept: ['/a~1b'],
    },
    {
      title: 'compares objects by value',
      base: undefined,
      ours: { l: [{ a: 1, b: 2 }] },
      theirs: { l: [{ b: 2, a: 1 }] },
      is: { l: [{ b: 2, a: 1 }] },
      kept: [],
    },
  ];
  for (const { title, base, ours, theirs, is, kept } of CASES) {
    it(title, () => expect(merge(base, ours, theirs)).toEqual({ value: is, kept }));
  }
});

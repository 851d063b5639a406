import { describe, expect, it } from 'vitest';
import type { Constraint } from '../../src/model/policy.ts';
import { ExpectedCall } from '../../src/model/policy-test.ts';
import type { Json } from '../../src/model/tool.ts';
import { missesOf } from '../../src/policy/expect.ts';
import { holds, simulate } from '../../src/policy/simulate.ts';
import { policyOf, rule } from './support/make.ts';

const call = (tool: string, time = 0, more: { definitionHash?: string; arguments?: { [key: string]: Json } } = {}) => ({
  tool,
  arguments: {},
  time,
  ...more,
});
const decisions = (...args: Parameters<typeof simulate>) => simulate(...args).map(({ decision }) => decision);

describe('limits', () => {
  it('deny the call past the limit, until the next full minute', () => {
    const policy = policyOf([rule('a', { limits: [{ max: 2, window: 'minute', per: 'tool' }] })]);
    const at = [0, 1, 59_999, 60_000].map((time) => call('a', time));
    expect(decisions(policy, at)).toEqual(['allow', 'allow', 'deny', 'allow']);
  });

  it('count each tool alone, and the server together', () => {
    const limits = [{ max: 1, window: 'hour', per: 'tool' }] as const;
    const tools = [rule('a', { limits: [...limits] }), rule('b', { limits: [...limits] }), rule('c')];
    const policy = policyOf(tools, { limits: [{ max: 3, window: 'hour', per: 'server' }] });
    expect(
      decisions(
        policy,
        ['a', 'b', 'a', 'c', 'c'].map((tool) => call(tool)),
      ),
    ).toEqual(['allow', 'allow', 'deny', 'allow', 'deny']);
  });

  it('are not used up by denied calls', () => {
    const policy = policyOf([rule('a', { decision: 'deny' }), rule('b')], {
      limits: [{ max: 1, window: 'day', per: 'server' }],
    });
    expect(
      decisions(
        policy,
        ['a', 'zzz', 'b'].map((tool) => call(tool)),
      ),
    ).toEqual(['deny', 'deny', 'allow']);
  });
});

describe('drift', () => {
  const policy = policyOf([rule('a', { definitionHash: 'old' }), rule('b')]);
  it('asks where the definition is another one', () => {
    expect(
      decisions(policy, [
        call('a', 0, { definitionHash: 'old' }),
        call('a', 0, { definitionHash: 'new' }),
        call('b', 0, { definitionHash: 'new' }),
      ]),
    ).toEqual(['allow', 'ask', 'allow']);
  });
});

describe('operations', () => {
  const operations = [
    { argument: ['action'], values: ['get'], decision: 'allow' },
    { argument: ['mode'], values: ['safe'], decision: 'allow' },
  ] as const;
  const policy = policyOf([
    rule('a', {
      decision: 'deny',
      operations: operations.map((one) => ({ ...one, argument: [...one.argument], values: [...one.values] })),
    }),
  ]);
  const CASES: readonly { readonly args: { [key: string]: Json }; readonly is: string }[] = [
    { args: { action: 'get', mode: 'safe' }, is: 'allow' },
    { args: { action: 'get' }, is: 'deny' },
    { args: { action: 'get', mode: 'other' }, is: 'deny' },
    { args: { action: ['get'], mode: 'safe' }, is: 'deny' },
    { args: {}, is: 'deny' },
  ];
  for (const { args, is } of CASES) {
    it(`${JSON.stringify(args)}: ${is}`, () =>
      expect(decisions(policy, [call('a', 0, { arguments: args })])).toEqual([is]));
  }
});

describe('constraints', () => {
  const path: Constraint = { kind: 'prefix', argument: ['path'], prefixes: ['/srv/'] };
  const host: Constraint = { kind: 'host', argument: ['url'], hosts: ['https://example.com'] };
  const CASES: readonly {
    readonly constraint: Constraint;
    readonly args: { [key: string]: Json };
    readonly is: boolean;
  }[] = [
    { constraint: path, args: { path: '/srv' }, is: true },
    { constraint: path, args: { path: '/srv/a' }, is: true },
    { constraint: path, args: { path: '/srvx' }, is: false },
    { constraint: path, args: { path: '/srv/../etc' }, is: false },
    { constraint: path, args: { path: ['/srv/'] }, is: false },
    { constraint: path, args: {}, is: false },
    { constraint: host, args: { url: 'https://example.com' }, is: true },
    { constraint: host, args: { url: 'https://example.com?x' }, is: true },
    { constraint: host, args: { url: 'https://example.com.evil.org' }, is: false },
    { constraint: host, args: { url: 'https://example.com@evil.org' }, is: false },
    { constraint: host, args: { url: 'https://example.com\\@evil.org' }, is: false },
    { constraint: host, args: { url: 'https://example.com:444/' }, is: false },
    { constraint: { kind: 'one-of', argument: ['a'], values: [1, 'x'] }, args: { a: '1' }, is: false },
    { constraint: { kind: 'maximum', argument: ['a'], maximum: 5 }, args: { a: 5 }, is: true },
    { constraint: { kind: 'maximum', argument: ['a'], maximum: 5 }, args: { a: -1 }, is: false },
    { constraint: { kind: 'equals', argument: ['a', 'b'], value: true }, args: { a: { b: true } }, is: true },
    { constraint: { kind: 'equals', argument: ['a'], value: true }, args: { a: 'true' }, is: false },
    { constraint: { kind: 'equals', argument: ['constructor'], value: 'x' }, args: {}, is: false },
  ];
  for (const { constraint, args, is } of CASES) {
    it(`${constraint.kind} ${JSON.stringify(args)}: ${is ? 'holds' : 'is broken'}`, () =>
      expect(holds(constraint, args)).toBe(is));
  }
});

describe('expectations', () => {
  const policy = policyOf([rule('a', { limits: [{ max: 2, window: 'minute', per: 'tool' }] })]);
  it('name the call that got something else', () => {
    const calls = [
      { tool: 'a', times: 3, expect: 'allow' },
      { tool: 'a', after: 60, expect: 'allow' },
    ].map((one) => ExpectedCall.parse(one));
    expect(missesOf(policy, calls)).toMatchObject([
      { entry: 1, call: 3, outcome: { decision: 'deny', because: 'limit' } },
    ]);
  });
});

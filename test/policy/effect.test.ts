import { describe, expect, it } from 'vitest';
import { effectOf } from '../../src/policy/effect.ts';
import { partFor } from '../../src/policy/part.ts';
import { policyOf, rule } from './support/make.ts';

const minute = (max: number) => ({ max, window: 'minute', per: 'tool' }) as const;
const others = [rule('b'), rule('c', { decision: 'deny' })];
const FOLLOW = 'The other 2 tools of this server follow their own rules; a tool that is not listed is denied.';
const REST = 'Everything else on this server is denied.';

const TOOLS = [
  { title: 'allowed', rule: rule('a'), says: `An agent may call \`a\` freely. ${FOLLOW}` },
  {
    title: 'limited',
    rule: rule('a', { limits: [minute(1)] }),
    says: `An agent may call \`a\` without asking, at most once a minute. ${FOLLOW}`,
  },
  {
    title: 'limited twice',
    rule: rule('a', { limits: [minute(2), { max: 9, window: 'hour', per: 'tool' }] }),
    says: `An agent may call \`a\` without asking, at most twice a minute and 9 times an hour. ${FOLLOW}`,
  },
  {
    title: 'asked for',
    rule: rule('a', { decision: 'ask', limits: [minute(10)] }),
    says: `An agent must ask a person before each call to \`a\`, and may call it at most 10 times a minute. ${FOLLOW}`,
  },
  { title: 'denied', rule: rule('a', { decision: 'deny' }), says: `Every call to \`a\` is denied. ${FOLLOW}` },
  {
    title: 'hidden',
    rule: rule('a', { decision: 'deny', hide: true }),
    says: `\`a\` is hidden from the agent, and every call to it is denied. ${FOLLOW}`,
  },
  {
    title: 'constrained',
    rule: rule('a', {
      otherwise: 'ask',
      constraints: [
        { kind: 'prefix', argument: ['o', 'path'], prefixes: ['/x/', '/y/'] },
        { kind: 'maximum', argument: ['n'], maximum: 5 },
      ],
    }),
    says: `An agent may call \`a\` freely. This holds only if \`o.path\` is under /x/ or /y/ and \`n\` is at most 5; any other call is put to a person for approval. ${FOLLOW}`,
  },
  {
    title: 'by operation',
    rule: rule('a', {
      decision: 'deny',
      operations: [
        { argument: ['action'], values: ['get', 'list'], decision: 'allow' },
        { argument: ['action'], values: ['put'], decision: 'ask' },
      ],
    }),
    says: `A call to \`a\` with \`action\` "get" or "list" is allowed and \`action\` "put" is put to a person for approval; any other is denied. ${FOLLOW}`,
  },
];

describe('the effect of one tool', () => {
  for (const { title, rule: one, says } of TOOLS) {
    it(title, () => expect(effectOf(policyOf([one, ...others]), 'a')).toBe(says));
  }

  it('says "everything else is denied" only where it is true', () => {
    expect(effectOf(policyOf([rule('a')]), 'a')).toContain(REST);
    expect(effectOf(policyOf([rule('a'), rule('c', { decision: 'deny' })]), 'a')).toContain(REST);
    expect(effectOf(policyOf([rule('a'), rule('b', { decision: 'ask' })]), 'a')).not.toContain(REST);
    const byOperation = rule('b', {
      decision: 'deny',
      operations: [{ argument: ['x'], values: ['y'], decision: 'allow' }],
    });
    expect(effectOf(policyOf([rule('a'), byOperation]), 'a')).not.toContain(REST);
    expect(effectOf(policyOf([rule('a')], { default: 'ask' }), 'a')).not.toContain(REST);
  });

  it('says nothing of the rest where the rules are for one tool alone', () => {
    const whole = policyOf([rule('a', { decision: 'deny' }), ...others]);
    expect(effectOf(partFor(whole, 'a'), 'a')).toBe('Every call to `a` is denied.');
  });

  it('knows a tool that is not there', () => {
    expect(effectOf(policyOf(others), 'z')).toContain('`z` is not listed, so every call to it is denied.');
  });
});

describe('the effect of a server', () => {
  it('counts', () => {
    const tools = [rule('a'), rule('b'), rule('c', { decision: 'ask' }), rule('d', { decision: 'deny' })];
    expect(effectOf(policyOf(tools, { unset: ['paths'] }))).toBe(
      'Of 4 tools, 2 are allowed, 1 is asked for and 1 is denied. A tool that is not listed is denied. `paths` is not set; a value says more exactly what may pass.',
    );
  });

  it('does not call a value unset that was given and cannot bind a tool', () => {
    const tools = [rule('a', { unset: ['hosts', 'paths'] }), rule('b')];
    const policy = policyOf(tools, { unset: ['hosts', 'paths'], set: ['paths'] });
    const unbound =
      'The value of `paths` cannot bind `a`: an argument there is a list or may be left out, or not every argument is known.';
    expect(effectOf(policy)).toBe(
      `Of 2 tools, 2 are allowed. A tool that is not listed is denied. \`hosts\` is not set; a value says more exactly what may pass. ${unbound}`,
    );
    expect(effectOf(policy, 'a')).toContain(unbound);
    expect(effectOf(policy, 'b')).not.toContain('paths');
  });

  it('knows a closed one', () => {
    expect(effectOf(policyOf([rule('a', { decision: 'deny' })]))).toBe('Every call to this server is denied.');
    expect(effectOf(policyOf([]))).toBe(
      'No tool of this server is known, so what it can do is unknown: every call to it is denied.',
    );
  });
});

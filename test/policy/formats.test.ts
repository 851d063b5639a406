import { describe, expect, it } from 'vitest';
import type { Constraint, Policy } from '../../src/model/policy.ts';
import { formatOf, formats } from '../../src/policy/formats/index.ts';
import { othersUnder, partFor } from '../../src/policy/part.ts';
import { validationFaults } from './engines/cedar.ts';
import { agentCoreSchema, toolHiveSchema } from './engines/cedar-schema.ts';
import { engines } from './engines/index.ts';
import { faultsOfIntercept, loadIntercept, runIntercept } from './engines/intercept.ts';
import { REST, readers } from './engines/readers.ts';
import { judged, policyFor, policyOf, rule, schema } from './support/make.ts';

const write = (id: string, ...policies: [Policy, ...Policy[]]) => {
  const format = formatOf(id);
  if (format === undefined) throw new Error(id);
  return format.write(policies);
};
const minute = (max: number) => ({ max, window: 'minute', per: 'tool' }) as const;
const seed = [
  judged('pip-install', 'Execute', 'critical', { inputSchema: schema({ path: 'string' }) }),
  judged('pip-list', 'Read', 'low'),
  judged('venv-remove', 'Destructive', 'critical'),
];

describe('every format', () => {
  it('is listed once, sorted, and has an engine', () => {
    const ids = formats.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toEqual(Object.keys(engines).sort());
    expect(formatOf('nothing')).toBeUndefined();
  });

  for (const format of formats) {
    describe(format.id, () => {
      it('says what it is', () => {
        expect(format.homepage).toMatch(/^https:\/\//u);
        expect(format.fileName).toMatch(/^[a-z-]+\.[a-z]+$/u);
        expect(format.notes.length).toBeGreaterThan(0);
        expect(format.expresses.checkedBy).not.toBe('');
        for (const note of format.notes) expect(note).toMatch(/[.]$/u);
      });

      it('writes the same bytes for the same policy', () => {
        expect(format.write([policyFor(seed)])).toEqual(format.write([policyFor(seed.toReversed())]));
      });

      it('denies, or at least asks for, everything of an empty policy', () => {
        const decide = engines[format.id];
        const decision = decide?.(format.write([policyOf([])]), { server: 'srv', tool: 'anything', arguments: {} });
        // Where a whole server can be denied, an empty policy denies it.
        expect([format.expresses.unlisted, 'deny']).toContain(decision);
      });

      it('keeps servers apart', () => {
        const file = format.write([
          policyOf([rule('shared')], { serverName: 'one' }),
          policyOf([rule('shared', { decision: 'deny' })], { serverName: 'two' }),
        ]);
        const rules = [file, ...file.companions].filter(({ mediaType }) => mediaType === format.mediaType);
        const perServer = rules.length === 2;
        const decide = engines[format.id];
        const ask = (server: string, index: number) =>
          decide?.({ ...file, ...(perServer ? rules[index] : {}) }, { server, tool: 'shared', arguments: {} });
        expect(ask('one', 0)).toBe(format.expresses.allow ? 'allow' : 'ask');
        expect(ask('two', 1)).toBe(format.expresses.deny ? 'deny' : 'ask');
      });

      it('does with the other tools of a server what is said of a file for one tool', () => {
        const whole = policyOf([rule('own', { decision: 'deny' }), rule('other')]);
        const file = format.write([partFor(whole, 'own')]);
        const ask = (tool: string) => engines[format.id]?.(file, { server: 'srv', tool, arguments: {} });
        const { unlisted, deny } = format.expresses;
        expect(othersUnder(format)).toContain(unlisted === 'deny' ? 'denies every other' : 'asked for, unless');
        expect([ask('own'), ask('other'), ask('new')]).toEqual([deny ? 'deny' : 'ask', unlisted, unlisted]);
        expect([...file.tightened, ...file.unenforced].join()).not.toContain('does not list');
      });

      it('says of a tool that no file lists what it does with it', () => {
        const closed = format.write([policyOf([rule('a', { decision: 'deny' })])]);
        const got = engines[format.id]?.(closed, { server: 'srv', tool: 'new', arguments: {} });
        expect(closed.unenforced.some((one) => one.includes('does not list'))).toBe(got !== 'deny');
      });

      it('asks for a tool all the same where a person is asked and it cannot check the argument', () => {
        const own = rule('a', {
          decision: 'ask',
          constraints: [{ kind: 'prefix', argument: ['path'], prefixes: ['/srv/'] }],
        });
        const { ask, deny, constraints } = format.expresses;
        const decided = (strength: Policy['strength']) => {
          const file = format.write([policyOf([own], { strength })]);
          const decision = engines[format.id]?.(file, { server: 'srv', tool: 'a', arguments: { path: '/etc' } });
          return { decision, left: file.unenforced.some((one) => one.includes('left to the person')) };
        };
        const leaves = ask && constraints.length === 0;
        expect(decided('recommended')).toEqual({ decision: leaves ? 'ask' : 'deny', left: leaves });
        expect(decided('strict')).toEqual({ decision: deny ? 'deny' : 'ask', left: !deny });
      });

      it('tightens a limit that it cannot count, and says so', () => {
        const file = format.write([policyOf([rule('a', { limits: [minute(5)] })])]);
        const decision = engines[format.id]?.(file, { server: 'srv', tool: 'a', arguments: {} });
        const tight = format.expresses.ask ? 'ask' : 'deny';
        expect(decision).toBe(format.expresses.rateLimits ? 'allow' : tight);
        expect(file.tightened.length > 0).toBe(!format.expresses.rateLimits);
      });

      it('never lets a name pass that is not valid Unicode', () => {
        const file = format.write([policyOf([rule('a\ud800')])]);
        expect([...file.tightened, ...file.unenforced].join()).toContain('not valid Unicode');
        expect(
          readers[format.id]?.(file.text).some(({ tool, decision }) => tool !== REST && decision === 'allow') ?? false,
        ).toBe(false);
      });
    });
  }
});

describe('the seed case', () => {
  const EXPECTED: Readonly<Record<string, readonly [string, string, string]>> = {
    'claude-code': ['ask', 'allow', 'deny'],
    codex: ['ask', 'allow', 'deny'],
    'gemini-policy': ['ask', 'allow', 'deny'],
    openai: ['ask', 'allow', 'deny'],
    rego: ['ask', 'allow', 'deny'],
    'policylayer-gateway': ['deny', 'allow', 'deny'],
    toolhive: ['deny', 'allow', 'deny'],
    intercept: ['deny', 'allow', 'deny'],
    vscode: ['ask', 'ask', 'ask'],
  };
  for (const [id, decisions] of Object.entries(EXPECTED)) {
    it(`${id}: ${decisions.join(', ')}`, () => {
      const file = write(id, policyFor(seed));
      const got = ['pip-install', 'pip-list', 'venv-remove'].map((tool) =>
        engines[id]?.(file, { server: 'srv', tool, arguments: {} }),
      );
      expect(got).toEqual(decisions);
    });
  }
});

describe('Cedar', () => {
  const constraints: Constraint[] = [
    { kind: 'prefix', argument: ['path'], prefixes: ['/srv/'] },
    { kind: 'maximum', argument: ['amount'], maximum: 10 },
    { kind: 'equals', argument: ['dry_run'], value: true },
    { kind: 'one-of', argument: ['we.ird "key"'], values: ['a', 'b'] },
  ];
  const policy = policyOf([
    rule('a', { constraints }),
    rule('b', { decision: 'deny', operations: [{ argument: ['action'], values: ['get'], decision: 'allow' }] }),
    rule('c'),
  ]);

  it('of ToolHive validates against a schema of its tools', () => {
    const file: { cedar: { policies: string[] } } = JSON.parse(write('toolhive', policy).text);
    expect(file.cedar.policies).toHaveLength(3);
    expect(validationFaults(file.cedar.policies.join('\n'), toolHiveSchema(policy))).toEqual([]);
  });

  it('of AgentCore validates against a schema of its tools, nested arguments too', () => {
    const nested = policyOf([
      ...policy.tools,
      rule('d', { constraints: [{ kind: 'equals', argument: ['o', 'p'], value: 1 }] }),
    ]);
    expect(validationFaults(write('agentcore', nested).text, agentCoreSchema(nested))).toEqual([]);
  });

  it('would be refused for a tool that the schema does not know', () => {
    expect(validationFaults(write('agentcore', policy).text, agentCoreSchema(policyOf([rule('c')])))).not.toEqual([]);
  });
});

describe('agentgateway', () => {
  it('writes a rule that never holds where nothing is allowed, since no rule at all allows everything', () => {
    expect(
      JSON.parse(write('agentgateway', policyOf([rule('a', { decision: 'deny' })])).text).mcp.policies.mcpAuthorization
        .rules,
    ).toEqual(['false']);
  });
});

describe('Intercept', () => {
  const SNIPPETS = [
    {
      title: 'a rule without a name',
      yaml: 'version: "1"\ndefault: deny\ntools: {a: {rules: [{action: deny}]}}',
      fault: 'rule must have a name',
    },
    {
      title: 'an action that is none',
      yaml: 'version: "1"\ntools: {a: {rules: [{name: x, action: allow}]}}',
      fault: 'action allow is unknown',
    },
    {
      title: 'a limit on a name with a point',
      yaml: 'version: "1"\ntools: {a.b: {rules: [{name: x, rate_limit: 5/hour}]}}',
      fault: 'no state block',
    },
    {
      title: 'two limits of one window',
      yaml: 'version: "1"\ntools: {a: {rules: [{name: x, rate_limit: 5/hour}, {name: y, rate_limit: 6/hour}]}}',
      fault: 'share a counter',
    },
    { title: 'no version', yaml: 'tools: {}', fault: 'version must be "1"' },
  ];
  for (const { title, yaml, fault } of SNIPPETS) {
    it(`our validator refuses ${title}`, () => expect(faultsOfIntercept(loadIntercept(yaml)).join()).toContain(fault));
  }

  it('shares a limit of the server out among its tools, because "*" would let a tool of that name pass', () => {
    const policy = policyOf([rule('a'), rule('b'), rule('c', { decision: 'deny' })], {
      limits: [{ max: 5, window: 'minute', per: 'server' }],
    });
    const file = write('intercept', policy);
    const config = loadIntercept(file.text);
    expect(faultsOfIntercept(config)).toEqual([]);
    const calls = ['a', 'a', 'a', 'b', 'b', 'b', '*'].map((tool) => ({ tool, arguments: {}, time: 0 }));
    expect(runIntercept(config, calls)).toEqual(['allow', 'allow', 'deny', 'allow', 'allow', 'deny', 'deny']);
  });
});

describe('VS Code', () => {
  const value = (policy: Policy, tool: string) => {
    const file = write('vscode', policy);
    const own = (one: string) => one.includes(`\`${tool}\``);
    return {
      may: JSON.parse(file.text)['chat.tools.eligibleForAutoApproval'][`srv/${tool}`],
      says: [...file.tightened.filter(own), ...file.unenforced.filter(own)],
    };
  };
  const path: Constraint = { kind: 'prefix', argument: ['path'], prefixes: ['/srv/'] };
  const CANNOT = 'because VS Code cannot';
  const TOOLS = [
    {
      title: 'allowed',
      policy: policyOf([rule('a')]),
      may: true,
      says: [`asked for until a person approves it for good (\`true\`), ${CANNOT} allow a single tool.`],
    },
    {
      title: 'allowed within a limit of the server',
      policy: policyOf([rule('a')], { limits: [{ max: 5, window: 'minute', per: 'server' }] }),
      may: false,
      says: [`asked for instead of limited, ${CANNOT} count calls.`],
    },
    {
      title: 'asked for, and constrained',
      policy: policyOf([rule('a', { decision: 'ask', constraints: [path] })]),
      may: false,
      says: [`whether the constraints hold is left to the person who is asked, ${CANNOT} check this of an argument.`],
    },
    {
      title: 'allowed, and denied outside its constraints',
      policy: policyOf([rule('a', { constraints: [path] })]),
      may: false,
      says: [
        `asked for instead of constrained, ${CANNOT} check this of an argument.`,
        'VS Code cannot deny a single tool; every call is asked for.',
      ],
    },
    {
      title: 'denied',
      policy: policyOf([rule('a', { decision: 'deny' })]),
      may: false,
      says: ['VS Code cannot deny a single tool; every call is asked for.'],
    },
  ];
  for (const { title, policy, may, says } of TOOLS) {
    it(`says what its file does with a tool that is ${title}`, () =>
      expect(value(policy, 'a')).toEqual({ may, says: says.map((one) => `\`a\`: ${one}`) }));
  }
});

describe('Claude Code', () => {
  it('closes no server in the rules of one tool', () => {
    const closed = policyOf([rule('a', { decision: 'deny' }), rule('b', { decision: 'deny' })]);
    expect(JSON.parse(write('claude-code', partFor(closed, 'a')).text).permissions.deny).toEqual(['mcp__srv__a']);
    expect(JSON.parse(write('claude-code', closed).text).permissions.deny).toContain('mcp__srv');
  });

  it('asks for what it would rename, and denies what it could mistake', () => {
    const names = ['plain_name', 'calendar.create', 'a__b', 'x*', 'a b'];
    const { permissions } = JSON.parse(write('claude-code', policyOf(names.map((name) => rule(name)))).text);
    expect(permissions).toEqual({
      allow: ['mcp__srv__plain_name'],
      ask: ['mcp__srv__calendar_create'],
      deny: ['mcp__srv__a__b', 'mcp__srv__a_b', 'mcp__srv__x_'],
    });
  });

  it('denies the whole of a server of which nothing may be called', () => {
    const closed = policyOf([rule('a', { decision: 'deny' })]);
    expect(engines['claude-code']?.(write('claude-code', closed), { server: 'srv', tool: 'new', arguments: {} })).toBe(
      'deny',
    );
    expect(engines['cursor-cli']?.(write('cursor-cli', closed), { server: 'srv', tool: 'new', arguments: {} })).toBe(
      'deny',
    );
  });

  it('denies the whole of a server whose name it would change', () => {
    expect(
      JSON.parse(write('claude-code', policyOf([rule('a')], { serverName: 'my server' })).text).permissions,
    ).toEqual({
      allow: [],
      ask: [],
      deny: ['mcp__my_server', 'mcp__my_server__a'],
    });
  });
});

import { describe, expect, it } from 'vitest';
import { DECISIONS, Policy, STRENGTHS } from '../../src/model/policy.ts';
import { PolicyTable } from '../../src/model/policy-table.ts';
import { CATEGORIES, SEVERITIES } from '../../src/model/verdict.ts';
import { argumentAt, parametersOf } from '../../src/policy/parameters.ts';
import { clientNameOf } from '../../src/policy/recommend.ts';
import { SettingError } from '../../src/policy/settings.ts';
import { wordsOf } from '../../src/policy/words.ts';
import { cpuClock } from '../helpers/cpu.ts';
import { judged, policyFor, schema, table } from './support/make.ts';

const rank = (decision: (typeof DECISIONS)[number]) => DECISIONS.indexOf(decision);
const only = (policy: Policy) => {
  const [rule] = policy.tools;
  if (rule === undefined) throw new Error('no rule');
  return rule;
};

describe('the table', () => {
  for (const category of CATEGORIES) {
    it(`never loosens ${category} with severity or strength`, () => {
      for (const strength of STRENGTHS) {
        const ranks = SEVERITIES.map((severity) => rank(table.cells[category][severity][strength].decision));
        expect(ranks, strength).toEqual([...ranks].sort());
      }
      for (const severity of SEVERITIES) {
        const ranks = STRENGTHS.map((strength) => rank(table.cells[category][severity][strength].decision));
        expect(ranks, severity).toEqual([...ranks].sort());
      }
    });
  }

  const raw = () => ({
    ...table,
    cells: Object.fromEntries(
      CATEGORIES.map((category) => [
        category,
        Object.fromEntries(
          SEVERITIES.map((severity) => [
            severity,
            { permissive: 'ask 1/day', recommended: 'ask 1/day', strict: 'deny' },
          ]),
        ),
      ]),
    ),
    server: { permissive: [], recommended: [], strict: [] },
  });
  const FAULTS = [
    { title: 'a word that is no decision', cell: 'maybe', message: 'is no cell' },
    { title: 'hiding what is allowed', cell: 'ask hide', message: 'only a denied tool can be hidden' },
    { title: 'a limit of zero', cell: 'ask 0/minute', message: 'is no cell' },
    { title: 'critical Execute plainly allowed', cell: 'allow 1/minute', message: 'never plainly allowed' },
    { title: 'critical Execute without a limit', cell: 'ask', message: 'rate-limited besides' },
  ];
  for (const { title, cell, message } of FAULTS) {
    it(`refuses ${title}`, () => {
      const good = raw();
      const bad = {
        ...good,
        cells: {
          ...good.cells,
          Execute: { ...good.cells.Execute, critical: { permissive: cell, recommended: 'deny', strict: 'deny' } },
        },
      };
      expect(PolicyTable.safeParse(good).success).toBe(true);
      expect(PolicyTable.safeParse(bad).error?.message).toContain(message);
    });
  }
});

describe('the seed case', () => {
  const tools = [
    judged('pip-install', 'Execute', 'critical', {
      inputSchema: schema({ packages: { type: 'array' }, path: 'string' }),
    }),
    judged('pip-list', 'Read', 'low'),
    judged('venv-remove', 'Destructive', 'critical'),
  ];

  it('asks for pip-install, at most 10 times a minute', () => {
    const rule = policyFor(tools).tools.find(({ tool }) => tool === 'pip-install');
    expect(rule).toMatchObject({
      decision: 'ask',
      limits: [{ max: 10, window: 'minute', per: 'tool' }],
      unset: ['paths'],
    });
  });

  it('constrains it where its parameter is known and the value is set', () => {
    const policy = policyFor(tools, 'recommended', { paths: ['/srv/project'] });
    const rule = policy.tools.find(({ tool }) => tool === 'pip-install');
    expect(rule?.constraints).toEqual([{ kind: 'prefix', argument: ['path'], prefixes: ['/srv/project/'] }]);
    expect(rule).toMatchObject({ decision: 'ask', otherwise: 'deny', unset: [] });
    expect(policy.unset).toEqual([]);
  });

  it('leaves the others to their own verdicts', () => {
    const decisions = policyFor(tools).tools.map(({ tool, decision }) => [tool, decision]);
    expect(decisions).toEqual([
      ['pip-install', 'ask'],
      ['pip-list', 'allow'],
      ['venv-remove', 'deny'],
    ]);
  });
});

describe('recommended policies', () => {
  it('are what their schema says, for every verdict', () => {
    for (const strength of STRENGTHS) {
      const tools = CATEGORIES.flatMap((category) =>
        SEVERITIES.map((severity) => judged(`${category}-${severity}`, category, severity)),
      );
      expect(Policy.parse(policyFor(tools, strength)).tools).toHaveLength(tools.length);
    }
  });

  it('never plainly allow critical Execute, and ask for what is unknown', () => {
    for (const strength of STRENGTHS) {
      const execute = only(policyFor([judged('x', 'Execute', 'critical')], strength));
      expect(execute.decision === 'deny' || execute.limits.length > 0).toBe(true);
      expect(execute.decision).not.toBe('allow');
      for (const severity of SEVERITIES)
        expect(only(policyFor([judged('x', 'Unknown', severity)], strength)).decision).toBe('ask');
    }
  });

  const CASES = [
    {
      title: 'a path that is not set is asked for',
      strength: 'recommended',
      settings: {},
      decision: 'ask',
      constraints: 0,
      unset: ['paths'],
    },
    {
      title: 'a path that is not set is denied when strict',
      strength: 'strict',
      settings: {},
      decision: 'deny',
      constraints: 0,
      unset: ['paths'],
    },
    {
      title: 'a path that is set is allowed there',
      strength: 'recommended',
      settings: { paths: ['/srv'] },
      decision: 'allow',
      constraints: 1,
      unset: [],
    },
    {
      title: 'nothing is asked of a permissive policy',
      strength: 'permissive',
      settings: {},
      decision: 'allow',
      constraints: 0,
      unset: [],
    },
    {
      title: 'a permissive policy takes a value all the same',
      strength: 'permissive',
      settings: { paths: ['/srv'] },
      decision: 'allow',
      constraints: 1,
      unset: [],
    },
  ] as const;
  for (const { title, strength, settings, decision, constraints, unset } of CASES) {
    it(title, () => {
      const write = judged('write_file', 'Write', 'medium', { inputSchema: schema({ targetPath: 'string' }) });
      const rule = only(
        policyFor([write], strength, Object.fromEntries(Object.entries(settings).map(([k, v]) => [k, [...v]]))),
      );
      expect({ decision: rule.decision, constraints: rule.constraints.length, unset: rule.unset }).toEqual({
        decision,
        constraints,
        unset,
      });
    });
  }

  it('need a dry run when strict, a confirmation from high on, and a ceiling of what moves money', () => {
    const tool = (category: 'Write' | 'Financial', severity: 'low' | 'high', properties: Record<string, string>) =>
      judged('x', category, severity, { inputSchema: schema(properties) });
    expect(only(policyFor([tool('Write', 'low', { dry_run: 'boolean' })], 'strict')).constraints).toEqual([
      { kind: 'equals', argument: ['dry_run'], value: true },
    ]);
    expect(only(policyFor([tool('Write', 'high', { confirm: 'boolean' })])).constraints).toEqual([
      { kind: 'equals', argument: ['confirm'], value: true },
    ]);
    const charge = tool('Financial', 'high', { amount: 'number', currency: 'string' });
    expect(only(policyFor([charge]))).toMatchObject({ decision: 'ask', unset: ['max_amount'] });
    expect(only(policyFor([charge], 'recommended', { max_amount: ['50', '20'] })).constraints).toEqual([
      { kind: 'maximum', argument: ['amount'], maximum: 20 },
    ]);
  });

  it('keep asking for a list of paths, which nothing can check', () => {
    const tool = judged('read_many', 'Read', 'medium', {
      inputSchema: schema({ paths: { type: 'array', items: { type: 'string' } } }),
    });
    expect(only(policyFor([tool], 'recommended', { paths: ['/srv'] }))).toMatchObject({
      decision: 'ask',
      constraints: [],
      unset: ['paths'],
    });
  });

  it('give each operation its own rule, and the most severe one to everything else', () => {
    const operations = [
      { path: '/inputSchema/properties/action/enum/0', value: 'list', category: 'Read', severity: 'low' },
      { path: '/inputSchema/properties/action/enum/1', value: 'create', category: 'Write', severity: 'high' },
      { path: '/inputSchema/properties/action/enum/2', value: 'drop', category: 'Destructive', severity: 'critical' },
    ] as const;
    const tool = judged('manage', 'Destructive', 'critical', { operations: [...operations] });
    expect(only(policyFor([tool]))).toMatchObject({
      decision: 'deny',
      hide: false,
      operations: [
        { argument: ['action'], values: ['list'], decision: 'allow' },
        { argument: ['action'], values: ['create'], decision: 'ask' },
      ],
    });
  });

  it('do not let an operation loosen a tool that does more than its operations say', () => {
    const operations = [
      { path: '/inputSchema/properties/action/enum/0', value: 'list', category: 'Read', severity: 'low' } as const,
    ];
    expect(only(policyFor([judged('run', 'Execute', 'critical', { operations })]))).toMatchObject({
      decision: 'ask',
      operations: [],
    });
  });

  it('deny a tool whose own text attacks, and ask for one whose verdict is not sure', () => {
    const threat = { rule: 't', strength: 'strong', path: '/description', start: 0, end: 1, text: 'x' } as const;
    expect(only(policyFor([judged('x', 'Read', 'low', { verdict: { threats: [threat] } })])).decision).toBe('deny');
    expect(only(policyFor([judged('x', 'Read', 'low', { verdict: { confidence: 0.1 } })])).decision).toBe('ask');
  });

  it('are bound to complete definitions only', () => {
    expect(only(policyFor([judged('x', 'Read', 'low', { hash: 'ab' })])).definitionHash).toBe('ab');
    expect(only(policyFor([judged('x', 'Read', 'low', { hash: 'ab', complete: false })]))).not.toHaveProperty(
      'definitionHash',
    );
  });

  it('take the tighter rule of two definitions under one name', () => {
    const twice = [judged('x', 'Read', 'low', { hash: 'a' }), judged('x', 'Execute', 'critical', { hash: 'b' })];
    for (const tools of [twice, twice.toReversed()]) {
      expect(only(policyFor(tools)).decision).toBe('ask');
      expect(only(policyFor(tools))).not.toHaveProperty('definitionHash');
    }
  });

  const BAD = [
    { settings: { nothing: ['x'] }, says: 'use paths, hosts' },
    { settings: { paths: ['/srv/../etc'] }, says: 'without ".."' },
    { settings: { paths: [''] }, says: 'give a folder' },
    { settings: { hosts: ['*.example.com'] }, says: 'one site' },
    { settings: { hosts: ['https://a@b.example'] }, says: 'one site' },
    { settings: { hosts: ['https://example.com/path'] }, says: 'one site' },
    { settings: { hosts: ['ftp://example.com'] }, says: 'one site' },
    { settings: { max_amount: ['lots'] }, says: 'a number' },
    { settings: { max_amount: ['-1'] }, says: 'a number' },
  ];
  for (const { settings, says } of BAD) {
    it(`refuses ${JSON.stringify(settings)}`, () => {
      expect(() => policyFor([judged('x', 'Read', 'low')], 'recommended', settings)).toThrow(SettingError);
      expect(() => policyFor([judged('x', 'Read', 'low')], 'recommended', settings)).toThrow(says);
    });
  }
});

describe('reading schemas', () => {
  const SHAPES = [
    { title: 'a plain schema', schema: schema({ path: 'string' }), paths: ['path'] },
    { title: 'a schema inside a schema', schema: { inputSchema: schema({ path: 'string' }) }, paths: ['path'] },
    { title: 'twice wrapped', schema: { schema: { inputSchema: schema({ path: 'string' }) } }, paths: ['path'] },
    { title: 'a bare map', schema: { path: { type: 'string' } }, paths: ['path'] },
    { title: 'nested objects', schema: schema({ a: schema({ b: 'string' }) }), paths: ['a', 'a.b'] },
    { title: 'alternatives', schema: { anyOf: [schema({ a: 'string' }), schema({ b: 'string' })] }, paths: ['a', 'b'] },
    { title: 'a reference', schema: { $ref: '#/$defs/x', $defs: { x: schema({ a: 'string' }) } }, paths: ['a'] },
    {
      title: 'a reference to itself',
      schema: { type: 'object', properties: { a: { $ref: '#' } } },
      paths: ['a', 'a.a', 'a.a.a', 'a.a.a.a', 'a.a.a.a.a'],
    },
    { title: 'no schema', schema: null, paths: [] },
    { title: 'a list', schema: ['path'], paths: [] },
    { title: 'properties that are none', schema: { properties: 'path' }, paths: [] },
    {
      title: 'a key of every object',
      schema: JSON.parse('{"properties":{"__proto__":{"type":"string"}}}'),
      paths: ['__proto__'],
    },
  ];
  for (const { title, schema: value, paths } of SHAPES) {
    it(title, () => expect(parametersOf(value).list.map(({ path }) => path.join('.'))).toEqual(paths));
  }

  it('stops at a schema that means more than it says', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [`p${n}`, { anyOf: [{ $ref: '#' }, { $ref: '#' }] }]),
    );
    const used = cpuClock();
    expect(parametersOf({ type: 'object', properties }).whole).toBe(false);
    expect(used()).toBeLessThan(2_000);
    const tool = judged('x', 'Write', 'medium', { inputSchema: { type: 'object', properties } });
    expect(only(policyFor([tool], 'recommended', { paths: ['/srv'] })).decision).toBe('ask');
  });

  it('finds the argument that a pointer is about', () => {
    expect(argumentAt('/inputSchema/properties/action/enum/3')).toEqual(['action']);
    expect(argumentAt('/inputSchema/properties/a~1b/properties/properties/enum/0')).toEqual(['a/b', 'properties']);
    expect(argumentAt('/inputSchema/properties/list/items/enum/0')).toBeUndefined();
    expect(argumentAt('/description')).toBeUndefined();
  });
});

describe('names', () => {
  it('are split into words', () => {
    expect(wordsOf('sourceFile_path2')).toEqual(['source', 'file', 'path', '2']);
    expect(wordsOf('HTTPServerURL')).toEqual(['http', 'server', 'url']);
    expect(wordsOf('dry-run')).toEqual(['dry', 'run']);
  });

  it('of servers fit every client', () => {
    expect(clientNameOf('@scope/server_python.x')).toBe('server-python-x');
    expect(clientNameOf('__')).toBe('server');
    expect(clientNameOf('長亭')).toBe('server');
  });

  const OWNED = [
    ['@salesforce/mcp', 'salesforce'],
    ['@azure-devops/mcp', 'azure-devops'],
    ['@heroku/mcp-server', 'heroku'],
    ['io.github.somebody/server', 'io-github-somebody'],
    ['mcp-server', 'mcp-server'],
    ['@長亭/mcp', 'mcp'],
    ['@stripe/mcp-payments', 'mcp-payments'],
  ] as const;
  it.each(OWNED)('of servers that say only what all servers are are those of their owners: %s', (name, client) => {
    expect(clientNameOf(name)).toBe(client);
  });
});

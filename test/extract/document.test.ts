import { describe, expect, it } from 'vitest';
import { openDocument } from '../../src/extract/edge/document.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { fc } from '../helpers/fc.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const deep = (levels: number) => utf8(`${'['.repeat(levels)}${']'.repeat(levels)}`);

const GOOD: readonly {
  readonly title: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly value: unknown;
  readonly problem?: RegExp;
}[] = [
  { title: 'JSON', name: 'a.json', bytes: utf8('{"a": [1, "ü"]}'), value: { a: [1, 'ü'] } },
  { title: 'a byte-order mark', name: 'a.json', bytes: utf8('\uFEFF{"a": 1}'), value: { a: 1 } },
  { title: 'UTF-16 with its mark', name: 'a.json', bytes: Buffer.from('\uFEFF{"a": 1}', 'utf16le'), value: { a: 1 } },
  {
    title: 'comments and trailing commas',
    name: 'mcp.json',
    bytes: utf8('// c\n{"a": "//no", /* x, } */ "b": [1, 2, ], // d\n}'),
    value: { a: '//no', b: [1, 2] },
  },
  {
    title: 'invalid UTF-8',
    name: 'a.json',
    bytes: Buffer.from([0x22, 0xff, 0x22]),
    value: '\uFFFD',
    problem: /UTF-8/u,
  },
  {
    title: 'a lone surrogate',
    name: 'a.json',
    bytes: utf8('{"\\ud800": "x\\udfffy"}'),
    value: { '\uFFFD': 'x\uFFFDy' },
  },
  {
    title: 'duplicate keys',
    name: 'a.json',
    bytes: utf8('{"a": {"k": 1, "k": 2}, "b": [{"k": 3}, {"k": 4}]}'),
    value: { a: { k: 2 }, b: [{ k: 3 }, { k: 4 }] },
    problem: /duplicate keys.*"k"/u,
  },
  {
    title: 'numbers without an end',
    name: 'a.json',
    bytes: utf8(`[1e999, -2E400, ${'9'.repeat(400)}, 1e2, "1e999", true, {"e": 12}]`),
    value: [null, null, null, 100, '1e999', true, { e: 12 }],
  },
  {
    title: 'a key that is written in two ways',
    name: 'a.json',
    bytes: utf8('{"a": 1, "\\u0061": 2, "__proto__": {"b": "}:\\"{"}}'),
    value: JSON.parse('{"a": 2, "__proto__": {"b": "}:\\"{"}}'),
  },
  { title: 'depth 64', name: 'a.json', bytes: deep(64), value: expect.anything() },
  { title: 'JSON without an ending', name: 'server-card', bytes: utf8(' {"a": 1}'), value: { a: 1 } },
  {
    title: 'YAML',
    name: 'server.yaml',
    bytes: utf8('a: &x [1, 2026-01-02]\nb: *x\n'),
    value: { a: [1, '2026-01-02'], b: [1, '2026-01-02'] },
  },
  {
    title: 'TOML',
    name: 'config.toml',
    bytes: utf8('[mcp_servers.x]\ncommand = "npx"\n'),
    value: { mcp_servers: { x: { command: 'npx' } } },
  },
  { title: 'a page', name: 'README.md', bytes: utf8('# Hi'), value: undefined },
];

const BAD = [
  { title: 'JSON that is cut off', name: 'a.json', bytes: utf8('{"a": 1, "b'), reason: 'json-syntax' },
  { title: 'an empty file', name: 'a.json', bytes: utf8(' \n'), reason: 'empty' },
  { title: 'JSON of depth 65', name: 'a.json', bytes: deep(65), reason: 'too-deep' },
  { title: 'JSON of depth 200,000', name: 'a.json', bytes: deep(200_000), reason: 'too-deep' },
  {
    title: 'a Go template called YAML',
    name: 'catalog.yaml',
    bytes: utf8('registry:\n  {{.ServerName}}:\n    image: {{.Image}}\n'),
    reason: 'yaml-syntax',
  },
  {
    title: 'YAML of depth 100',
    name: 'a.yaml',
    bytes: utf8(`${'['.repeat(100)}${']'.repeat(100)}`),
    reason: 'too-deep',
  },
  { title: 'YAML of depth 50,000', name: 'a.yaml', bytes: utf8('['.repeat(50_000)), reason: /too-deep|yaml-syntax/u },
  {
    title: 'a YAML bomb',
    name: 'a.yaml',
    bytes: utf8(
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((c, i) => `${c}: &${c} [${`*${'abcdefghi'[i]},`.repeat(9)}]`)
        .join('\n')}`,
    ),
    reason: 'yaml-syntax',
  },
  { title: 'a page of depth 300,000', name: 'a.html', bytes: utf8('<div>'.repeat(300_000)), reason: 'too-deep' },
  { title: 'a page over the limit', name: 'a.md', bytes: new Uint8Array((4 << 20) + 1), reason: 'page-bytes' },
  { title: 'broken TOML', name: 'a.toml', bytes: utf8('a = = 1'), reason: 'toml-syntax' },
  {
    title: 'a file over the limit',
    name: 'a.json',
    bytes: new Uint8Array(LIMITS.manifestBytes + 1),
    reason: 'manifest-bytes',
  },
];

describe('a document at the edge', () => {
  for (const { title, name, bytes, value, problem } of GOOD) {
    it(`reads ${title}`, () => {
      const opened = openDocument(bytes, 'file:x', name);
      if (opened.kind === 'failed') throw new Error(opened.message);
      expect(opened.document.value).toEqual(value);
      expect(opened.problems.join()).toMatch(problem ?? /^$/u);
    });
  }
  for (const { title, name, bytes, reason } of BAD) {
    it(`refuses ${title}`, () => {
      const opened = openDocument(bytes, 'file:x', name);
      expect(opened).toMatchObject({
        kind: 'failed',
        reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      });
    });
  }

  it('keeps a key __proto__ as a key', () => {
    const opened = openDocument(utf8('{"__proto__": {"name": "x"}, "a": 1}'), 'file:x', 'a.json');
    if (opened.kind === 'failed') throw new Error(opened.message);
    expect(Object.keys(opened.document.value as object)).toEqual(['__proto__', 'a']);
    expect((opened.document.value as { name?: string }).name).toBeUndefined();
  });
});

describe('bytes that are kept as they came', () => {
  const opened = (text: string | Uint8Array) => {
    const bytes = typeof text === 'string' ? utf8(text) : text;
    const document = openDocument(bytes, 'file:a.json', 'a.json');
    return document.kind === 'document' ? document : undefined;
  };

  it.each([
    '{"a":[1,true,null,"x – \u{1f600} \u2028"],"b":{"c9":123456789012345}}',
    '[]',
    '{"__proto__":{"toString":0}}',
  ])('are those of printed JSON: %s', (text) => {
    expect(opened(text)?.json).toEqual(utf8(text));
  });

  it.each([
    '{"a": 1}',
    '{"a":1}\n',
    '{"a":1.0}',
    '{"a":-0}',
    '{"a":1e2}',
    '{"a":1234567890123456}',
    '{"b":1,"10":2,"9":3}',
    '{"a":1,"a":1}',
    '{"a":"\\u0041"}',
    '{"a":"\\/"}',
    '{"a":1,}',
    '{"a":1}//',
    '\uFEFF{"a":1}',
  ])('are no others: %s', (text) => {
    expect(opened(text)?.json).toBeUndefined();
  });

  it('are never those that were mended', () => {
    expect(opened(Buffer.concat([utf8('{"a":"'), Buffer.from([0xff]), utf8('"}')]))?.json).toBeUndefined();
    expect(opened(Buffer.from('\uFEFF{"a":1}', 'utf16le'))?.json).toBeUndefined();
  });

  it('are what printing the value gives, whatever it is', () => {
    const odd = fc.mapToConstant({ num: 12, build: (n) => ' 0159-.eE{}'.charAt(n) });
    let same = 0;
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), fc.option(odd), (json, at, put) => {
        const place = at % (json.length + 1);
        const document = opened(put === null ? json : json.slice(0, place) + put + json.slice(place));
        if (document?.json === undefined) return;
        same += 1;
        expect(Buffer.from(document.json).toString()).toBe(JSON.stringify(document.document.value));
      }),
      { numRuns: 3_000 },
    );
    expect(same).toBeGreaterThan(300);
  });
});

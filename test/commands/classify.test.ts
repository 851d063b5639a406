import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { classify } from '../../src/commands/classify.ts';
import type { Command, Input, World } from '../../src/commands/command.ts';
import { explain } from '../../src/commands/explain.ts';
import { Verdict } from '../../src/model/verdict.ts';
import { DATA } from '../classify/helpers.ts';

const folder = mkdtempSync(join(tmpdir(), 'toolrisk-classify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const Line = z.union([Verdict, z.strictObject({ line: z.int(), error: z.string() })]);

function inputOf(args: readonly string[], options: Readonly<Record<string, string>>): Input {
  return { args, option: (name) => options[name], list: () => [], has: (name) => name in options };
}

/** Runs a command on some input and gives its exit code and what it wrote. */
async function run(
  command: Command,
  stdin: string,
  args: readonly string[] = [],
  options: Readonly<Record<string, string>> = {},
) {
  const out = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      out[name] += text;
    },
    isTTY: false,
    columns: 80,
  });
  const world: World = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: Readable.from([stdin]),
    env: {},
    version: '0.0.0',
    cwd: folder,
    dataFolder: DATA,
    now: () => Date.UTC(2026, 0, 1),
    signal: new AbortController().signal,
  };
  const code = await command.run(inputOf(args, options), world);
  return { code, ...out, lines: out.stdout.split('\n').filter((line) => line !== '') };
}

const parse = (lines: readonly string[]) => lines.map((line) => Line.parse(JSON.parse(line)));
const TOOLS = [{ name: 'read_file' }, { name: 'delete_file', server: 'npm:y' }];

describe('classify', () => {
  it('prints one verdict per line, in order', async () => {
    const { code, lines } = await run(classify, TOOLS.map((tool) => JSON.stringify(tool)).join('\n'), ['-'], {
      server: 'npm:x',
    });
    expect(code).toBe(0);
    expect(parse(lines)).toMatchObject([
      { server: 'npm:x', name: 'read_file', category: 'Read' },
      { server: 'npm:y', name: 'delete_file', category: 'Destructive' },
    ]);
  });

  const bad: readonly (readonly [string, string])[] = [
    ['no JSON', 'what'],
    ['an empty line', ''],
    ['a number', '1'],
    ['no name', '{"description":"Deletes"}'],
    ['an empty name', '{"name":""}'],
    ['a description that is no text', '{"name":"x","description":{}}'],
  ];
  for (const [title, line] of bad) {
    it(`${title} gives a line with an error in its place, and exit 1`, async () => {
      const { code, lines } = await run(classify, `{"name":"a"}\n${line}\n{"name":"b"}\n`);
      expect(code).toBe(1);
      expect(parse(lines)).toMatchObject([{ name: 'a' }, { line: 2, error: expect.any(String) }, { name: 'b' }]);
    });
  }

  const documents: readonly (readonly [string, unknown])[] = [
    ['a bare result', { tools: TOOLS }],
    ['a JSON-RPC envelope', { jsonrpc: '2.0', id: 1, result: { tools: TOOLS } }],
    ['a list', TOOLS],
  ];
  for (const [title, document] of documents) {
    for (const indent of [0, 2]) {
      it(`accepts ${title}${indent === 0 ? ' on one line' : ' over many lines'}`, async () => {
        const { code, lines } = await run(classify, JSON.stringify(document, undefined, indent));
        expect(code).toBe(0);
        expect(parse(lines)).toMatchObject(TOOLS);
      });
    }
  }

  it('a document that is cut off gives an error for each of its lines', async () => {
    const { code, lines } = await run(classify, '{\n"tools": [\n');
    expect(code).toBe(1);
    expect(lines).toHaveLength(2);
  });
  it('says so where there was nothing to read', async () => {
    writeFileSync(join(folder, 'empty.jsonl'), '');
    await expect(run(classify, '', ['empty.jsonl'])).rejects.toThrow('empty.jsonl is empty; name a file');
    await expect(run(classify, '')).rejects.toThrow('Standard input is empty; name a file');
    expect((await run(classify, '{"tools":[]}')).code).toBe(0);
  });
  it('reads a file, and says so when there is none', async () => {
    writeFileSync(join(folder, 'tools.jsonl'), '{"name":"a"}\n');
    expect((await run(classify, '', ['tools.jsonl'])).lines).toHaveLength(1);
    await expect(run(classify, '', ['missing.jsonl'])).rejects.toThrow(
      'missing.jsonl does not exist; name a file with one tool per line',
    );
  });
});

describe('explain --tool', () => {
  const tool = {
    server: 'npm:x',
    name: 'manage_file',
    description:
      'Manages files.\n\nNever permanently deletes a \u001b[31mfile\u202e.\nIt sends an email to 長亭 people. 删除文件。',
    inputSchema: { type: 'object', properties: { action: { type: 'string', enum: ['read', 'delete_all'] } } },
  };
  it('draws the findings under the words that they point at', async () => {
    writeFileSync(join(folder, 'tool.json'), JSON.stringify(tool));
    const { code, stdout } = await run(explain, '', [], { tool: 'tool.json' });
    expect(code).toBe(0);
    await expect(stdout.replaceAll(/rules [0-9a-f]{12}/gu, 'rules VERSION')).toMatchFileSnapshot('explain.snap.txt');
  });
  it('prints the verdict with --json', async () => {
    writeFileSync(join(folder, 'tool.json'), JSON.stringify(tool));
    const { stdout } = await run(explain, '', [], { tool: 'tool.json', json: '' });
    expect(Verdict.parse(JSON.parse(stdout)).name).toBe('manage_file');
  });
  it('says which tool is missing', async () => {
    writeFileSync(join(folder, 'tool.json'), JSON.stringify(tool));
    const explained = (file: string, name = 'other') => run(explain, '', [name], { tool: file });
    await expect(explained('tool.json')).rejects.toThrow('tool.json has no tool other. Its tools are manage_file.');
    writeFileSync(join(folder, 'half.json'), JSON.stringify({ tools: [tool, { description: 'No name.' }] }));
    await expect(explained('half.json')).rejects.toThrow('half.json has no tool other. Its tools are manage_file.');
    writeFileSync(join(folder, 'none.json'), '{"tools":[{}]}');
    await expect(explained('none.json')).rejects.toThrow('none.json has no tool other: a tool needs a name.');
    await expect(explained('missing.json')).rejects.toThrow('missing.json does not exist; name a JSON file');
    await expect(explained('.')).rejects.toThrow('. is a folder; name a JSON file');
    await expect(run(explain, '')).rejects.toThrow('SERVER#TOOL');
  });
});

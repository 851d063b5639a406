import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError } from '../../src/commands/command.ts';
import { formats } from '../../src/policy/formats/index.ts';
import { makeCatalogue } from '../helpers/commands.ts';
import { tool as storedTool } from '../store/kit.ts';
import { run, workFolder } from './support/cli.ts';

const tool = (name: string, description: string, properties: object = {}) => ({
  name,
  description,
  inputSchema: { type: 'object', properties },
});
const PYTHON = {
  serverInfo: { name: 'python', version: '1.0.0' },
  tools: [
    tool('pip-install', 'Runs pip install. WARNING: may execute untrusted code.', { path: { type: 'string' } }),
    tool('pip-list', 'Lists the installed packages.'),
    tool('venv-remove', 'Deletes a virtual environment with all that is in it. This cannot be undone.'),
  ],
};
const SOURCES = 'sources:\n  - source: files\n    paths: [python.json]\n  - source: mcpb\n    bundles: [gone.mcpb]\n';
const CONFIG = { mcpServers: { py: { command: 'npx', args: ['-y', 'some-server'] }, local: { command: './bin/x' } } };
const ID = 'file:python.json';

let folder = '';
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const policy = (...args: string[]) => run(folder, ['policy', ...args]);

beforeAll(async () => {
  folder = workFolder({
    'python.json': JSON.stringify(PYTHON),
    'sources.yaml': SOURCES,
    'mcp.json': JSON.stringify(CONFIG),
    'empty.json': '{}',
    'wrong.json': JSON.stringify({ server: ID, calls: [{ tool: 'pip-list', expect: 'maybe' }] }),
    'cut.json': '{"permissions": {',
    'comments.json': '{\n  // Mine.\n  "model": "opus"\n}\n',
    'settings.json': JSON.stringify({ model: 'opus', permissions: { allow: ['Bash(ls)'], deny: ['mcp__other__x'] } }),
  });
  await run(folder, ['crawl', '--sources', 'sources.yaml']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('toolrisk policy', () => {
  it('says in words what the policy does', async () => {
    const { out } = await policy(`${ID}#pip-install`);
    expect(out).toContain(
      'An agent must ask a person before each call to `pip-install`, and may call it at most 10 times a minute.',
    );
    expect(out).toContain('An Execute tool of critical severity');
  });

  it('says that the tools are unknown, and why, where none could be read', async () => {
    const { out, err } = await policy('mcpb:gone.mcpb');
    expect(out).toBe(
      'mcpb:gone.mcpb, recommended: No tool of this server is known, so what it can do is unknown: every call to it is denied.\n',
    );
    expect(err).toMatch(/^No tool of mcpb:gone.mcpb is known. mcpb:gone.mcpb: not-found \(.+\)\n$/u);
    const shown = JSON.parse((await run(folder, ['show', 'mcpb:gone.mcpb', '--json'])).out);
    expect(shown).toMatchObject({ toolCount: null, visits: [{ outcome: 'not-found', tools: null }] });
    const meta = (await run(folder, ['export', 'meta', '-'])).out
      .split('\n')
      .find((line) => line.includes('mcpb:gone'));
    expect(meta).toContain('"scope":{"tools":null');
  });

  it('prints the policy as JSON, bound to the definitions', async () => {
    const model = JSON.parse((await policy(ID, '--json')).out);
    expect(model).toMatchObject({
      v: 1,
      serverName: 'python',
      default: 'deny',
      strength: 'recommended',
      unset: ['paths'],
    });
    for (const one of model.tools) expect(one.definitionHash).toMatch(/^[0-9a-f]{64}$/u);
    expect(model.expires).toMatch(/^\d{4}-\d\d-\d\d$/u);
  });

  it('lists the formats', async () => {
    const listed = JSON.parse((await policy('--formats', '--json')).out);
    expect(listed.map(({ id }: { id: string }) => id)).toEqual(formats.map(({ id }) => id));
    expect((await policy('--formats')).out.trimEnd().split('\n')).toHaveLength(formats.length + 1);
  });

  it('takes values and leaves limits out', async () => {
    const model = JSON.parse(
      (await policy(ID, '--json', '--set', 'paths=/srv', '--set', 'paths=/tmp', '--without-limits')).out,
    );
    const [pip] = model.tools;
    expect(pip).toMatchObject({ limits: [], constraints: [{ kind: 'prefix', prefixes: ['/srv/', '/tmp/'] }] });
  });

  const UNBOUND = [
    { title: 'that binds', set: ['paths=/srv'], says: '' },
    { title: 'that binds nothing', set: ['hosts=example.com'], says: `--set hosts binds no parameter of ${ID}.\n` },
    {
      title: 'beside one that binds',
      set: ['paths=/srv', 'max_amount=5'],
      says: `--set max_amount binds no parameter of ${ID}.\n`,
    },
  ];
  for (const { title, set, says } of UNBOUND) {
    it(`says of a value ${title} what it does, and prints the same policy`, async () => {
      const ran = await policy(ID, '--json', ...set.flatMap((one) => ['--set', one]));
      expect(ran).toMatchObject({ code: 0, err: says });
      expect(JSON.parse(ran.out).set).toEqual(set.map((one) => one.split('=')[0]).sort());
    });
  }

  it('names the servers of a configuration for which a value is none', async () => {
    const { code, err } = await policy('--config', 'mcp.json', '--format', 'codex', '--set', 'hosts=example.com');
    expect(code).toBe(0);
    expect(err).toContain('--set hosts binds no parameter of npm:some-server or file:local.\n');
  });

  for (const { id, fileName } of formats) {
    it(`writes ${id}, to stdout or a folder`, async () => {
      const { code, out, err } = await policy(ID, '--format', id);
      expect(code).toBe(0);
      expect(out).not.toBe('');
      expect(err).toContain('To know:');
      await policy(ID, '--format', id, '--out', `out-${id}`);
      expect(read(`out-${id}/${fileName}`)).toBe(out);
    });
  }

  it('writes the rules of one tool alone, and says so', async () => {
    const { out, err } = await policy(`${ID}#venv-remove`, '--format', 'claude-code', '--name', 'py');
    expect(JSON.parse(out).permissions).toEqual({ allow: [], ask: [], deny: ['mcp__py__venv-remove'] });
    expect(err).toContain(`For venv-remove of ${ID} alone. Of the other tools of the server this file says nothing`);
    const { part, tools } = JSON.parse((await policy(`${ID}#venv-remove`, '--json')).out);
    expect([part, tools.length]).toEqual([true, 1]);
    await expect(policy(`${ID}#venv-remove`, '--lock', 'one.json')).rejects.toThrow(`name ${ID} alone`);
  });

  it('says which name of the server it assumed, unless one was given', async () => {
    const assumed = `Assumed that your client calls ${ID} "python"; give another name with --name.`;
    expect((await policy(ID, '--format', 'codex')).err).toContain(assumed);
    expect((await policy(ID, '--format', 'codex', '--name', 'py')).err).not.toContain('Assumed');
    expect((await policy('--config', 'mcp.json', '--format', 'codex')).err).not.toContain('Assumed');
  });

  it('merges into a person’s file, updates it, and sees when it is up to date', async () => {
    const args = [ID, '--format', 'claude-code', '--name', 'py', '--merge', 'settings.json', '--lock', 'lock.json'];
    expect((await policy(...args, '--diff', 'settings.json')).code).toBe(1);
    await policy(...args, '--in-place');
    const merged = JSON.parse(read('settings.json'));
    expect(merged.model).toBe('opus');
    expect(merged.permissions).toEqual({
      allow: ['Bash(ls)', 'mcp__py__pip-list'],
      ask: ['mcp__py__pip-install'],
      deny: ['mcp__other__x', 'mcp__py__venv-remove'],
    });
    expect(await policy(...args, '--diff', 'settings.json')).toMatchObject({ code: 0, out: '' });
    // Another strength: what we wrote goes, what the person wrote stays.
    await policy(...args, '--in-place', '--strength', 'permissive');
    expect(JSON.parse(read('settings.json')).permissions).toEqual({
      allow: ['Bash(ls)', 'mcp__py__pip-list'],
      ask: ['mcp__py__pip-install', 'mcp__py__venv-remove'],
      deny: ['mcp__other__x'],
    });
  });

  it('says that comments are lost in a merge that changes something', async () => {
    writeFileSync(join(folder, 'config.toml'), '# Mine.\nmodel = "x"\n');
    const args = [ID, '--format', 'codex', '--merge', 'config.toml'];
    expect((await policy(...args)).err).toContain('Comments of config.toml are not kept.');
    writeFileSync(join(folder, 'config.toml'), `# Mine.\n${(await policy(...args)).out}`);
    const again = await policy(...args);
    expect(again.err).not.toContain('Comments');
    expect(again.out).toContain('# Mine.');
  });

  it('writes one file for a client’s configuration, with the names that it has there', async () => {
    const { out, err } = await policy('--config', 'mcp.json', '--format', 'codex');
    expect(out).toContain('[mcp_servers.py]');
    expect(out).toContain('[mcp_servers.local]');
    expect(out).toContain('enabled_tools = []');
    expect(err).toContain('denies everything on it');
  });

  it('says where a configuration starts another version than the catalogue has', async () => {
    const db = join(folder, 'pinned.db');
    await makeCatalogue(db, [{ id: 'npm:pinned', version: '2.0.0', tools: [storedTool('get_it')] }]);
    const entry = (what: string) => ({ command: 'npx', args: ['-y', what] });
    const mcpServers = {
      ...{ old: entry('pinned@1.0.0'), same: entry('pinned@2.0.0') },
      ...{ newest: entry('pinned@latest'), any: entry('pinned') },
    };
    writeFileSync(join(folder, 'pinned.json'), JSON.stringify({ mcpServers }));
    const { code, err } = await policy('--config', 'pinned.json', '--db', db);
    expect(code).toBe(0);
    expect(err).toBe(
      'old starts version 1.0.0 of npm:pinned, and the catalogue has 2.0.0: the policy is for that one.\n4 servers in pinned.json.\n',
    );
  });

  it('runs expectations, and fails on the first that is not met', async () => {
    const calls = [
      { tool: 'pip-list', expect: 'allow' },
      { tool: 'pip-install', times: 10, expect: 'ask' },
      { tool: 'pip-install', expect: 'deny' },
      { tool: 'pip-install', after: 60, expect: 'ask' },
      { tool: 'PIP-LIST', expect: 'deny' },
    ];
    writeFileSync(join(folder, 'good.json'), JSON.stringify({ server: ID, calls }));
    writeFileSync(join(folder, 'bad.yaml'), `server: ${ID}\ncalls:\n  - {tool: venv-remove, expect: allow}\n`);
    expect(await policy('test', 'good.json')).toMatchObject({ code: 0, out: '' });
    expect(await policy('test', 'bad.yaml')).toMatchObject({
      code: 1,
      out: 'call 1 of venv-remove: expected allow, got deny (rule)\n',
    });
  });

  const FAULTS = [
    { title: 'nothing named', args: [], says: 'name a SERVER' },
    { title: 'an unknown server', args: ['nobody'], says: 'no server nobody' },
    { title: 'a value for nothing', args: [ID, '--set', 'x=1'], says: 'use paths, hosts' },
    { title: 'a value without a name', args: [ID, '--set', 'x'], says: 'NAME=VALUE' },
    { title: 'a merge without a format', args: [ID, '--merge', 'settings.json'], says: '--merge needs --format' },
    { title: 'a merge into Cedar', args: [ID, '--format', 'agentcore', '--merge', 'x'], says: 'cannot be merged' },
    {
      title: 'a merge into a broken file',
      args: [ID, '--format', 'codex', '--merge', 'settings.json'],
      says: 'cannot be merged',
    },
    { title: 'a test without a file', args: ['test'], says: 'policy test FILE' },
    { title: 'a test that is none', args: ['test', 'python.json'], says: 'calls' },
    { title: 'a configuration without servers', args: ['--config', 'sources.yaml'], says: 'no MCP server' },
    { title: 'a file that is not there', args: ['test', 'nothing.json'], says: 'nothing.json does not exist' },
    { title: 'a folder for a test', args: ['test', '.'], says: 'is a folder' },
    {
      title: 'an empty test',
      args: ['test', 'empty.json'],
      says: 'empty.json is no test of a policy: it has no "calls"',
    },
    { title: 'a test with a wrong call', args: ['test', 'wrong.json'], says: 'at calls[0].expect' },
    {
      title: 'a file for a folder',
      args: [ID, '--format', 'codex', '--out', 'mcp.json'],
      says: 'mcp.json is a file: --out takes the folder',
    },
    {
      title: 'a merge into JSON that is cut off',
      args: [ID, '--format', 'claude-code', '--merge', 'cut.json'],
      says: /^cut[.]json cannot be merged into: it is no JSON [(].+[)][.]$/u,
    },
    {
      title: 'a merge into JSON with comments',
      args: [ID, '--format', 'claude-code', '--merge', 'comments.json'],
      says: 'It seems to have comments, which would be lost',
    },
    { title: 'a merge into a folder', args: [ID, '--format', 'claude-code', '--merge', '.'], says: '. is a folder.' },
    { title: 'a difference from a folder', args: [ID, '--format', 'codex', '--diff', '.'], says: '. is a folder.' },
    { title: 'a name that is near', args: ['npm:pyton'], says: `Did you mean ${ID}?` },
    { title: 'a name that is near nothing', args: ['file:x'], says: 'no server file:x. Try "toolrisk search TEXT"' },
  ];
  for (const { title, args, says } of FAULTS) {
    it(`says what to do about ${title}`, async () => {
      await expect(policy(...args)).rejects.toThrow(CommandError);
      await expect(policy(...args)).rejects.toThrow(says);
    });
  }
});

describe('toolrisk verify', () => {
  it('is quiet until a tool drifts', async () => {
    await policy(ID, '--lock', 'verify.json');
    expect(await run(folder, ['verify', 'verify.json'])).toMatchObject({ code: 0, out: '' });
    const changed = {
      ...PYTHON,
      tools: [{ ...PYTHON.tools[0], description: 'Now does something else.' }, PYTHON.tools[1]],
    };
    writeFileSync(join(folder, 'python.json'), JSON.stringify(changed));
    await run(folder, ['crawl', '--sources', 'sources.yaml'], Date.UTC(2026, 10, 23));
    const { code, out } = await run(folder, ['verify', 'verify.json']);
    expect(code).toBe(1);
    expect(out).toContain('file:python.json#pip-install has another definition');
    expect(out).toContain('file:python.json#venv-remove is gone');
  });

  it('fails on an old policy, and says where the lock is missing', async () => {
    await policy(ID, '--lock', 'old.json');
    const { code, out } = await run(folder, ['verify', 'old.json', '--json'], Date.UTC(2028, 0, 1));
    expect(code).toBe(1);
    expect(out).toContain('"what":"expired"');
    await expect(run(folder, ['verify'])).rejects.toThrow('toolrisk policy SERVER --lock');
    expect(existsSync(join(folder, 'toolrisk.lock.json'))).toBe(false);
  });
});

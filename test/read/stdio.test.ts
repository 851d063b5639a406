import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseLocator } from '../../src/model/id.ts';
import { MCP_REASONS } from '../../src/read/mcp/failures.ts';
import type { ReadWorld } from '../../src/read/reader.ts';
import { dummyFor, settingsIn } from '../../src/read/sandbox/dummies.ts';
import { createExecution, type Execution, machineOf } from '../../src/read/sandbox/execution.ts';
import { EXECUTE_REASONS } from '../../src/read/sandbox/failures.ts';
import { installPackage } from '../../src/read/sandbox/install.ts';
import { selfTest } from '../../src/read/sandbox/probes.ts';
import { listLocal, runOf } from '../../src/read/stdio.ts';
import { npmRegistry, type Registry } from '../helpers/npm-registry.ts';
import { hasBwrap, stdioServer as server } from '../helpers/sandbox.ts';
import { makePackage } from '../helpers/tarballs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EVERYTHING = 'node_modules/@modelcontextprotocol/server-everything/dist/index.js';

/** A folder on the way here that the sandbox may not enter: it runs as another user where we are root. */
const OTHERS_MAY_ENTER = 0o001;
const CLOSED = process.getuid?.() === 0 ? closedFolder(dirname(join(ROOT, 'x'))) : undefined;
function closedFolder(folder: string): string | undefined {
  if ((statSync(folder).mode & OTHERS_MAY_ENTER) === 0) return folder;
  return dirname(folder) === folder ? undefined : closedFolder(dirname(folder));
}

/** A world that may run things without proving the sandbox again for each test; the proof has a test of its own. */
function world(root: string, more: Partial<Execution> = {}): ReadWorld {
  const execute = createExecution(machineOf(process.env), process.env, tmpdir());
  return {
    client: { fetch: unreachable, open: unreachable, close: async () => undefined },
    npmRegistry: () => ({ url: 'http://127.0.0.1:1', headers: {} }),
    pypiIndex: () => 'http://127.0.0.1:1',
    parsers: { parse: async () => ({ kind: 'died', message: 'none' }), close: async () => undefined },
    root,
    execute: { ...execute, refusal: async () => undefined, ...more },
  };
}

const unreachable = async () =>
  ({ kind: 'failed', outcome: 'unreachable', reason: 'test', message: 'The test has no network.' }) as const;

describe.skipIf(!hasBwrap)('running servers (needs bubblewrap, and leave to use it)', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'toolrisk-stdio-'));
    chmodSync(folder, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(name: string, source: string, more: Partial<Execution> = {}) {
    writeFileSync(join(folder, `${name}.cjs`), source);
    return listLocal(parseLocator(`stdio:node ${name}.cjs`), world(folder, more));
  }

  async function listed(name: string, source: string) {
    const result = await run(name, source);
    if (result.kind === 'failed') throw new Error(`${result.reason}: ${result.message}`);
    return result;
  }

  // Who is not root is the user of the sandbox, and may enter what is theirs.
  test.skipIf(process.getuid?.() !== 0)(
    'a folder that is closed to the user of the sandbox is named (needs root)',
    async () => {
      const place = join(folder, 'closed', 'inside');
      mkdirSync(place, { recursive: true });
      chmodSync(join(folder, 'closed'), 0o700);
      writeFileSync(join(place, 'one.cjs'), '');
      expect(await listLocal(parseLocator('stdio:node one.cjs'), world(place))).toMatchObject({
        kind: 'failed',
        reason: 'sandbox-closed',
        message: expect.stringContaining(place),
      });
    },
  );

  describe('the sandbox', () => {
    let listener: Server;
    let touched = 0;
    beforeAll(async () => {
      listener = createServer((socket) => {
        touched += 1;
        socket.destroy();
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => listener.once('listening', resolve));
    });
    afterAll(() => listener.close());

    test('contains every attempt of its self-test', async () => {
      const address = listener.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const probes = await selfTest(machineOf(process.env), homedir(), port);
      expect(probes.filter((probe) => !probe.contained)).toEqual([]);
      expect(probes.map((probe) => probe.name)).toEqual([
        'network',
        'loopback of the machine',
        'home folder',
        'other processes',
        'signal to the parent',
        'user and capabilities',
        'user namespace',
        'environment',
        'disk fill',
        'fork bomb',
        'allocation of 2 GiB',
        'endless output',
      ]);
      expect(touched).toBe(0);
    });

    describe('with a Node that lies in a home folder, as version managers put it there', () => {
      const SEES = server(
        "if (call.method === 'tools/list') { say({ id: call.id, result: { tools: [{ ...tool, description: JSON.stringify(seen) }] } }); return true; }",
        `const fs = require('node:fs');
         const tree = (folder) => fs.readdirSync(folder).flatMap((name) => fs.statSync(folder + '/' + name).isDirectory() ? tree(folder + '/' + name) : [folder + '/' + name]);
         const seen = { version: process.version, node: process.execPath, tree: tree('/node').sort(), npm: require('node:child_process').spawnSync('npm', { encoding: 'utf8' }).stdout };`,
      );
      let home = '';
      let node = '';
      beforeAll(() => {
        home = mkdtempSync(join(tmpdir(), 'toolrisk-home-'));
        const prefix = join(home, '.versions', 'node');
        node = join(prefix, 'bin', 'node');
        mkdirSync(join(prefix, 'bin'), { recursive: true });
        mkdirSync(join(prefix, 'lib', 'node_modules', 'npm', 'bin'), { recursive: true });
        mkdirSync(join(prefix, 'lib', 'node_modules', 'private'), { recursive: true });
        for (const program of ['npm', 'npx']) {
          const file = join(prefix, 'lib', 'node_modules', 'npm', 'bin', `${program}-cli.js`);
          writeFileSync(file, `#!/usr/bin/env node\nconsole.log('${program} runs');`, { mode: 0o755 });
        }
        writeFileSync(join(prefix, 'lib', 'node_modules', 'private', 'secret'), 'secret');
        writeFileSync(join(home, 'secret'), 'secret');
        copyFileSync(process.execPath, node);
      });
      afterAll(() => rmSync(home, { recursive: true, force: true }));

      const bin = ['/node/bin/node', '/node/bin/npm', '/node/bin/npx'];
      const npm = ['/node/lib/node_modules/npm/bin/npm-cli.js', '/node/lib/node_modules/npm/bin/npx-cli.js'];
      // Root becomes another user for the sandbox, who may not enter what is root's alone; anybody else may.
      const isRoot = process.getuid?.() === 0;

      test.each([
        ['that everybody may enter', 0o755, [...bin, ...npm]],
        ['that only its owner may enter', 0o700, isRoot ? ['/node/bin/node'] : [...bin, ...npm]],
      ])('%s: contained, runs, and sees nothing else of it', async (_, mode, tree) => {
        chmodSync(home, mode);
        const machine = machineOf(process.env, node);
        const probes = await selfTest(machine, home);
        expect(probes.filter((probe) => !probe.contained)).toEqual([]);
        expect(probes).toHaveLength(12);
        const result = await run('sees', SEES, { machine });
        if (result.kind === 'failed') throw new Error(result.message);
        const seen = JSON.parse(result.server.tools[0]?.definition.description ?? '{}');
        expect(seen).toMatchObject({ version: process.version, node: '/node/bin/node', tree });
        if (tree.length > 1) expect(seen.npm).toContain('npm runs');
      });
    });
  });

  const needs = CLOSED === undefined ? '' : ` (needs leave for others to enter ${CLOSED})`;
  test.skipIf(CLOSED !== undefined)(
    `the reference server: 13 tools, and 6 more for a client with capabilities${needs}`,
    async () => {
      const result = await listLocal(parseLocator(`stdio:node ${EVERYTHING}`), world(ROOT));
      if (result.kind === 'failed') throw new Error(result.message);
      const { tools } = result.server;
      expect(result).toMatchObject({ protocol: '2025-11-25', transport: 'stdio' });
      expect(tools.filter((tool) => !tool.gated)).toHaveLength(13);
      expect(tools.filter((tool) => tool.gated)).toHaveLength(6);
      expect(tools.every((tool) => tool.method === 'executed')).toBe(true);
    },
  );

  test('noise on standard output is passed over', async () => {
    const noise = "console.log('Starting…'); console.log('{not json'); console.log('[info] ready');";
    expect((await listed('noise', server('', noise))).server.tools).toHaveLength(1);
  });

  test('a server that ends itself over the newer question is asked the older one', async () => {
    expect(await listed('old', server("if (call.method === 'server/discover') process.exit(1);"))).toMatchObject({
      protocol: '2025-06-18',
    });
  });

  test('a server of the modern era is listed without a handshake', async () => {
    const change = `if (call.method === 'initialize') process.exit(1);
      if (call.method === 'server/discover') { say({ id: call.id, result: { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } } }); return true; }`;
    expect(await listed('modern', server(change))).toMatchObject({ protocol: '2026-07-28', isPublic: true });
  });

  test('a server that wants settings gets dummies, and the listing says so', async () => {
    const start = `for (const name of ['SERVICE_API_KEY', 'SERVICE_BASE_URL']) if (!process.env[name]) { console.error('Error: ' + name + ' is required'); process.exit(1); }
      if (!process.argv[2]) { console.error('Usage: server FOLDER'); process.exit(1); }`;
    const { facts } = (await listed('settings', server('', start))).server;
    expect(facts.notes).toContain('listed with dummy values for SERVICE_API_KEY, SERVICE_BASE_URL');
    expect(facts.notes).toContain('listed with the argument /tmp');
  });

  test('a server that asks things of the client is refused and listed', async () => {
    const change = `if (call.method === 'tools/list') { say({ id: 77, method: 'roots/list' }); global.waiting = call.id; return true; }
      if (call.id === 77) { say({ id: global.waiting, result: { tools: call.error ? [tool, { ...tool, name: 'refused' }] : [] } }); return true; }`;
    expect((await listed('asks', server(change))).server.tools).toHaveLength(2);
  });

  test('none of our variables, files or processes is seen', async () => {
    const start = `const fs = require('node:fs');
      const seen = [Object.keys(process.env).sort().join(), fs.readdirSync('/').sort().join(), process.getuid(), fs.readdirSync('/srv').length > 0];`;
    const change = `if (call.method === 'tools/list') { say({ id: call.id, result: { tools: [{ ...tool, description: JSON.stringify(seen) }] } }); return true; }`;
    const { tools } = (await listed('seen', server(change, start))).server;
    const [variables, root, user, srv] = JSON.parse(tools[0]?.definition.description ?? '[]');
    expect(variables).toBe('HOME,PATH,PWD');
    expect(root).not.toMatch(/\b(?:root|work|mnt|opt|var|boot)\b/u);
    expect([user, srv]).toEqual([65_534, true]);
  });

  test.each<[string, string, string, string]>([
    ['ends at once', server('', "console.error('boom'); process.exit(3);"), 'unreachable', 'execute-exited'],
    ['is no program', 'this is not JavaScript', 'unreachable', 'execute-exited'],
    [
      'prints for ever',
      server('', "setInterval(() => process.stdout.write('x'.repeat(1 << 20)), 0);"),
      'too-large',
      'mcp-message-bytes',
    ],
    [
      'prints errors for ever',
      server(
        "if (call.method === 'tools/list') { setInterval(() => process.stderr.write('x'.repeat(1 << 20)), 0); return true; }",
      ),
      'too-large',
      'execute-output',
    ],
    [
      'sends a flood of notifications',
      server(
        "if (call.method === 'tools/list') { for (let i = 0; i < 5000; i++) say({ method: 'notifications/message' }); return true; }",
      ),
      'too-large',
      'mcp-messages',
    ],
    [
      'repeats its cursor',
      server(
        "if (call.method === 'tools/list') { say({ id: call.id, result: { tools: [], nextCursor: 'x' } }); return true; }",
      ),
      'malformed',
      'mcp-cursor-loop',
    ],
    [
      'lists 6,000 tools',
      server(
        "if (call.method === 'tools/list') { say({ id: call.id, result: { tools: Array.from({ length: 6000 }, (_, n) => ({ name: 't' + n })) } }); return true; }",
      ),
      'too-large',
      'mcp-tools',
    ],
    [
      'answers with an error',
      server(
        "if (call.method === 'tools/list') { say({ id: call.id, error: { code: 1, message: 'no' } }); return true; }",
      ),
      'malformed',
      'mcp-error',
    ],
  ])('a server that %s', async (name, source, outcome, reason) => {
    expect(await run(name.replaceAll(' ', '-'), source)).toMatchObject({ kind: 'failed', outcome, reason });
  });

  test('the scratch folder of a package that cannot be installed is gone afterwards', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'toolrisk-scratch-'));
    const execution = {
      ...createExecution(
        machineOf(process.env),
        {
          PATH: process.env.PATH,
          HOME: scratch,
          npm_config_registry: 'http://127.0.0.1:1/',
          npm_config_fetch_retries: '0',
        },
        scratch,
      ),
    };
    expect(await installPackage('no-such-package', undefined, execution)).toMatchObject({ reason: 'install-failed' });
    expect(
      execFileSync('find', [scratch, '-maxdepth', '1', '-name', 'toolrisk-*', '-not', '-path', scratch]).toString(),
    ).toBe('');
    rmSync(scratch, { recursive: true, force: true });
  });
});

describe('running nothing', () => {
  test.each([
    ['stdio:node server.js', 'execute-off'],
    ['npm:some-package', 'execute-off'],
  ])('%s without leave → %s', async (locator, reason) => {
    const { execute: _, ...off } = world('.');
    expect(await listLocal(parseLocator(locator), off)).toMatchObject({ kind: 'failed', outcome: 'refused', reason });
  });

  test('without bubblewrap the refusal says what to install', async () => {
    const execution = createExecution({ ...machineOf(process.env), path: '/nowhere' }, process.env, tmpdir());
    const refusal = await execution.refusal();
    expect(refusal).toMatchObject({ outcome: 'refused', reason: 'sandbox-missing' });
    expect(refusal?.message).toContain('install the packages bubblewrap and util-linux');
  });

  test.each(['stdio:uvx some-server', 'stdio:docker run some/image', 'stdio:npx mcp-remote https://example.org/mcp'])(
    '%s is not run',
    async (locator) => {
      expect(await listLocal(parseLocator(locator), world('.'))).toMatchObject({ reason: 'execute-unsupported' });
    },
  );

  test.each(['git+https://example.org/x.git', '../folder', 'https://example.org/x.tgz', 'a b', '-g'])(
    '%j is no package that npm is asked for',
    async (name) => {
      const execution = createExecution(machineOf(process.env), {}, tmpdir());
      expect(await installPackage(name, undefined, execution)).toMatchObject({ reason: 'install-failed' });
    },
  );
});

test.each(['git+https://example.org/x.git', 'file:../x', 'https://example.org/x.tgz', 'npm:other@1', 'github:a/b'])(
  '%j is no version that npm is asked for',
  async (version) => {
    const execution = createExecution(machineOf(process.env), {}, tmpdir());
    expect(await installPackage('good', version, execution)).toMatchObject({ reason: 'install-failed' });
  },
);

describe('the version that is installed', () => {
  const FUTURE = { node: '>=999' };
  const packed = (version: string, engines?: object) =>
    makePackage({
      'package.json': JSON.stringify({ name: 'some-server', version, bin: 'server.cjs', engines }),
      'server.cjs': server(''),
    });
  let registry: Registry;
  let scratch = '';
  let execution: Execution;
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'toolrisk-install-'));
    chmodSync(scratch, 0o755);
    registry = await npmRegistry({
      'some-server': {
        '0.2.0': { archive: await packed('0.2.0') },
        '0.14.0': { archive: await packed('0.14.0', FUTURE), engines: FUTURE },
      },
    });
    const env = { PATH: process.env.PATH, HOME: scratch, npm_config_registry: registry.url };
    execution = createExecution(machineOf(process.env), env, scratch);
  });
  afterAll(async () => {
    await registry.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  test.each([
    [undefined, '0.14.0', '>=999'],
    ['latest', '0.14.0', '>=999'],
    ['0.14.0', '0.14.0', '>=999'],
    ['0.2.0', '0.2.0', undefined],
  ])('asked for %s it is %s, whatever Node it wants', async (version, expected, wantsNode) => {
    const installed = await installPackage('some-server', version, execution);
    if (installed.kind === 'failed') throw new Error(installed.message);
    expect([installed.version, installed.wantsNode]).toEqual([expected, wantsNode]);
    await installed.remove();
  });

  test.skipIf(!hasBwrap)('a list says that the package wants another Node (needs bubblewrap)', async () => {
    const execute = { ...execution, refusal: async () => undefined };
    const result = await listLocal(parseLocator('npm:some-server'), world('.', execute));
    expect(result).toMatchObject({
      kind: 'listed',
      server: {
        facts: {
          version: '0.14.0',
          notes: expect.arrayContaining([`wants Node >=999, and ran on ${process.versions.node}`]),
        },
      },
    });
  });
});

describe('dummy settings', () => {
  test.each<[string, readonly string[]]>([
    ['Error: SLACK_BOT_TOKEN and SLACK_TEAM_ID must be set', ['SLACK_BOT_TOKEN']],
    ['Error: A_TOKEN_SET and SLACK_TEAM_ID must be set', ['A_TOKEN_SET', 'SLACK_TEAM_ID']],
    ['Give API_KEY or API_KEY_FILE', ['API_KEY']],
    ["code: 'ERR_MODULE_NOT_FOUND', MODULE_NOT_FOUND", []],
    ['Node.js v20.20.2', []],
    ['Set API_KEY. API_KEY is missing', ['API_KEY']],
    ['IS_SET_KEY or TEAM_ID', ['TEAM_ID']],
  ])('%s', (errors, settings) => expect(settingsIn(errors, (name) => name === 'IS_SET_KEY')).toEqual(settings));

  test.each([
    ['SERVICE_URL', 'http://127.0.0.1:9/'],
    ['DB_HOST', '127.0.0.1'],
    ['API_KEY', 'dummy-value-not-real'],
  ])('%s → %s', (name, value) => expect(dummyFor(name)).toBe(value));
});

test.each([
  ['npm:@scope/name@1.2.3', 'stdio:npx -y @scope/name@1.2.3'],
  ['npm:name', 'stdio:npx -y name'],
  ['pypi:name', undefined],
  ['remote:https://example.org/mcp', undefined],
])('%s is run by %s', (locator, run) => expect(runOf(parseLocator(locator))).toBe(run));

test('no two failures share a word', () => {
  const words = [...Object.keys(MCP_REASONS), ...Object.keys(EXECUTE_REASONS)];
  expect(new Set(words).size).toBe(words.length);
});

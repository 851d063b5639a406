import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { list } from '../../src/commands/list.ts';
import { run } from '../helpers/commands.ts';
import { type Served, serveByHand, serveModern } from '../helpers/mcp-servers.ts';

const ENV = { PATH: process.env.PATH, HOME: process.env.HOME };
const ask = (locator: string, typed = {}) => run(list, [locator], typed, { env: ENV, cwd: process.cwd() });

describe('toolrisk list', () => {
  let [modern, hostile]: Served[] = [];
  beforeAll(async () => {
    const tools = [{ name: 'evil\u001b[2Jname', description: 'a\u202eb' }, { description: 'nameless' }];
    [modern, hostile] = await Promise.all([
      serveModern('private'),
      serveByHand((call, response) => {
        if (call.method !== 'tools/list') return undefined;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, result: { tools } }));
        return true;
      }),
    ]);
  });
  afterAll(() => Promise.all([modern?.close(), hostile?.close()]));

  test('prints what a server answers, a list for whoever asks included', async () => {
    const { code, stdout, stderr } = await ask(modern?.url ?? '');
    expect(code).toBe(0);
    expect(stdout).toContain('2026-07-28 over streamable HTTP, a list for whoever asks');
    expect(stdout).toContain('Be kind.');
    expect(stdout).toMatch(/^drop\s+destructive/mu);
    expect(stderr).toBe('2 tools, 0 left out.\n');
  });

  test('prints one line of JSON', async () => {
    const { stdout } = await ask(`remote:${modern?.url}`, { json: true });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(JSON.parse(stdout)).toMatchObject({
      v: 1,
      protocol: '2026-07-28',
      public: false,
      tools: [{ method: 'live' }, {}],
    });
  });

  test('shows what a terminal would obey, and names what it left out', async () => {
    const { stdout, stderr } = await ask(`remote:${hostile?.url}`);
    expect(stdout).toContain('evil[U+001B][2Jname');
    expect(stdout).toContain('a[U+202E]b');
    expect(stderr).toContain('the entry has no name');
    expect(stderr).toContain('1 tool, 1 left out.');
  });

  test.each([
    ['npm:some-package', /add --execute/u],
    ['stdio:node server.js', /add --execute/u],
    ['pypi:some-package', /cannot be asked: give remote:URL, stdio:COMMAND or npm:NAME/u],
    ['remote:https://{tenant}.example.org/', /parts to fill in/u],
  ])('%s is an error that says what to do', async (locator, message) => {
    const { code, stderr } = await ask(locator);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

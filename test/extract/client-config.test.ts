import { describe, expect, it } from 'vitest';
import { readClientConfig } from '../../src/extract/client-config.ts';
import { launchOf, startedPackage } from '../../src/extract/edge/command-line.ts';
import { withoutSecrets } from '../../src/read/document.ts';
import { documentOf, extracted } from './documents.ts';

const SECRET = 'sk-live-7c1d';
const notes = { command: 'npx', args: ['-y', '@x/notes@1.2.3', '--key', SECRET], env: { KEY: SECRET } };
const far = { url: `https://far.example/mcp?api_key=${SECRET}`, headers: { Authorization: `Bearer ${SECRET}` } };

/** The same two servers in the form of each client. */
const CLIENTS: readonly {
  readonly title: string;
  readonly file: string;
  readonly content: string | object;
  readonly names?: readonly string[];
}[] = [
  { title: 'Claude Desktop', file: 'claude_desktop_config.json', content: { mcpServers: { notes, far } } },
  {
    title: 'Claude Code, project',
    file: '.mcp.json',
    content: { mcpServers: { notes, far: { type: 'http', ...far } } },
  },
  {
    title: 'Claude Code, user',
    file: '.claude.json',
    content: { mcpServers: { notes }, projects: { '/w': { mcpServers: { far } } } },
  },
  { title: 'Cursor', file: 'mcp.json', content: { mcpServers: { notes, far } } },
  {
    title: 'VS Code, with comments',
    file: 'mcp.json',
    content: `{ // mine\n "inputs": [{"id": "k", "type": "promptString"}],\n "servers": {"notes": ${JSON.stringify(notes)}, "far": ${JSON.stringify({ type: 'http', ...far })},}\n}`,
  },
  {
    title: 'VS Code, settings',
    file: 'settings.json',
    content: { 'editor.tabSize': 2, mcp: { servers: { notes, far } } },
  },
  {
    title: 'Windsurf',
    file: 'mcp_config.json',
    content: { mcpServers: { notes, far: { serverUrl: far.url, headers: far.headers } } },
  },
  {
    title: 'Gemini CLI',
    file: 'settings.json',
    content: { theme: 'x', mcpServers: { notes, far: { httpUrl: far.url, headers: far.headers } } },
  },
  {
    title: 'Codex',
    file: 'config.toml',
    content: `model = "x"\n[mcp_servers.notes]\ncommand = "npx"\nargs = ["-y", "@x/notes@1.2.3", "${SECRET}"]\nenv = { KEY = "${SECRET}" }\n[mcp_servers.far]\nurl = "${far.url}"\nhttp_headers = { A = "${SECRET}" }\n`,
  },
  {
    title: 'Zed',
    file: 'settings.json',
    content: { context_servers: { notes: { command: { path: 'npx', args: notes.args, env: notes.env } }, far } },
  },
  {
    title: 'Cline',
    file: 'cline_mcp_settings.json',
    content: {
      mcpServers: { notes: { ...notes, disabled: false, autoApprove: ['a'] }, far: { ...far, disabled: true } },
    },
  },
  {
    title: 'Continue',
    file: 'config.yaml',
    content: `name: a\nmcpServers:\n  - name: notes\n    command: npx\n    args: ["-y", "@x/notes@1.2.3"]\n    env: {KEY: ${SECRET}}\n  - name: far\n    url: "${far.url}"\n`,
  },
  {
    title: 'Goose',
    file: 'config.yaml',
    content: `extensions:\n  notes:\n    type: stdio\n    cmd: npx\n    args: ["-y", "@x/notes@1.2.3"]\n    envs: {KEY: ${SECRET}}\n  far:\n    type: streamable_http\n    uri: "${far.url}"\n  memory: {type: builtin, enabled: true}\n`,
  },
  {
    title: 'opencode',
    file: 'opencode.json',
    content: {
      mcp: {
        notes: { type: 'local', command: ['npx', ...notes.args], environment: notes.env },
        far: { type: 'remote', ...far },
      },
    },
  },
];

describe('the configuration of a client', () => {
  for (const { title, file, content } of CLIENTS) {
    it(title, () => {
      const servers = readClientConfig(documentOf(file, content));
      expect(servers.map(({ name, id, locator, transport }) => [name, id, locator, transport])).toEqual([
        ['notes', 'npm:@x/notes', 'npm:@x/notes@1.2.3', 'stdio'],
        ['far', 'remote:https://far.example/mcp', 'remote:https://far.example/mcp', 'http'],
      ]);
      const found = extracted(file, content);
      expect(found.by).toBe('client-config');
      expect(found.leads).toEqual(['npm:@x/notes@1.2.3', 'remote:https://far.example/mcp']);
      expect(JSON.stringify([servers, found])).not.toContain(SECRET);
    });
  }

  it('keeps programs of the machine as servers without a locator', () => {
    const content = {
      mcpServers: {
        mine: { command: '/opt/x/server --token abc' },
        odd: { args: [] },
        off: { command: 'uvx', args: ['t'], disabled: true },
      },
    };
    expect(readClientConfig(documentOf('mcp.json', content))).toEqual([
      { name: 'mine', transport: 'stdio', pointer: '/mcpServers/mine', program: 'server', disabled: false },
      {
        name: 'off',
        transport: 'stdio',
        pointer: '/mcpServers/off',
        id: 'pypi:t',
        locator: 'pypi:t',
        started: { id: 'pypi:t', asked: { kind: 'any' } },
        program: 'uvx',
        disabled: true,
      },
    ]);
  });

  it('without servers is one all the same', () =>
    expect(extracted('mcp.json', { mcpServers: {} }).by).toBe('client-config'));
});

const LAUNCHES: readonly (readonly [line: string, locator: string | undefined])[] = [
  ['npx -y @x/notes', 'npm:@x/notes'],
  ['npx --yes notes@latest --flag', 'npm:notes'],
  ['npx -p @x/notes@2.0.1 notes-bin', 'npm:@x/notes@2.0.1'],
  ['npx --package=@x/notes -- notes-bin', 'npm:@x/notes'],
  ['cmd /c npx -y notes', 'npm:notes'],
  ['C:\\node\\npx.cmd -y notes', 'npm:notes'],
  ['env A=b npx notes', 'npm:notes'],
  ['pnpm dlx notes', 'npm:notes'],
  ['bunx notes', 'npm:notes'],
  ['deno run -A npm:notes@1.0.0', 'npm:notes@1.0.0'],
  ['uvx notes_server==1.4', 'pypi:notes-server@1.4'],
  ['uvx --python 3.12 --from notes-server[all]==1.4 notes', 'pypi:notes-server@1.4'],
  ['uv tool run notes', 'pypi:notes'],
  ['pipx run --spec notes-server notes', 'pypi:notes-server'],
  ['docker run -i --rm -e KEY -v /a:/b --name=x docker.io/x/notes:1.0 serve', 'oci:x/notes'],
  ['podman run --pull always ghcr.io/x/notes@sha256:00', 'oci:ghcr.io/x/notes'],
  ['npx -y mcp-remote https://far.example/sse?x=1 --header a', 'remote:https://far.example/sse'],
  ['uvx mcp-proxy http://far.example/mcp', 'remote:http://far.example/mcp'],
  ['npx mcp-remote', undefined],
  ['npx ./local', undefined],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: crawled text
  ['npx -y ${PACKAGE}', undefined],
  ['uvx --from git+https://x.example/r notes', undefined],
  ['node dist/index.js', undefined],
  ['python -m notes', undefined],
  ['bash -c npx\\ notes', undefined],
  ['docker build .', undefined],
];

describe('a command line declares', () => {
  for (const [line, locator] of LAUNCHES) {
    it(`${line} → ${locator ?? 'nothing'}`, () => {
      const [command = '', ...args] = line.split(/(?<!\\) /u);
      expect(launchOf(command, args)?.locator).toBe(locator);
      expect(launchOf(line, [])?.locator).toBe(locator);
    });
  }
});

/** What a command line asks of a package: a version, `any` or `range`. */
const STARTED: readonly (readonly [line: string, id: string | undefined, asked?: string])[] = [
  ['npx -y mcp-remote@0.1.0 https://far.example/sse', 'npm:mcp-remote', '0.1.0'],
  ['npx mcp-remote@0.1.0', 'npm:mcp-remote', '0.1.0'],
  ['npx -y mcp-remote@latest https://far.example/sse', 'npm:mcp-remote', 'any'],
  ['npx -y mcp-remote', 'npm:mcp-remote', 'any'],
  ['npx -y @x/notes@v2.0.1-rc.1', 'npm:@x/notes', 'v2.0.1-rc.1'],
  ['npx -y @x/notes@2.0', 'npm:@x/notes', 'range'],
  ['npx -y @x/notes@^2.0.1', 'npm:@x/notes', 'range'],
  ['npx -y @x/notes@next', 'npm:@x/notes', 'range'],
  ['npx -p @x/notes@2.0.1 notes-bin', 'npm:@x/notes', '2.0.1'],
  ['bunx @x/notes', 'npm:@x/notes', 'any'],
  ['deno run -A npm:notes@1.0.0', 'npm:notes', '1.0.0'],
  ['uvx Notes_Server==1.4', 'pypi:notes-server', '1.4'],
  ['uvx notes-server@1.4', 'pypi:notes-server', '1.4'],
  ['uvx notes-server@latest', 'pypi:notes-server', 'any'],
  ['uvx --from notes-server[all]==1.4 notes', 'pypi:notes-server', '1.4'],
  ['uvx --from notes-server>=1.4 notes', 'pypi:notes-server', 'range'],
  ['uvx --from notes-server==1.* notes', 'pypi:notes-server', 'range'],
  ['pipx run notes-server', 'pypi:notes-server', 'any'],
  ['docker run -i x/notes:1.0', undefined],
  ['npx ./local', undefined],
  ['node dist/index.js', undefined],
];

describe('a command line starts', () => {
  for (const [line, id, asked] of STARTED) {
    it(`${line} → ${id ?? 'nothing'} ${asked ?? ''}`, () => {
      const [command = '', ...args] = line.split(' ');
      const started = startedPackage(command, args);
      expect(started?.id).toBe(id);
      expect(started?.asked.kind === 'exact' ? started.asked.version : started?.asked.kind).toBe(asked);
    });
  }

  it('a package also where it is a bridge, and none where the entry is an address', () => {
    const content = {
      mcpServers: {
        far: { command: 'npx', args: ['mcp-remote@0.1.0', 'https://far.example/mcp'] },
        near: { url: 'https://near.example/mcp' },
      },
    };
    expect(readClientConfig(documentOf('mcp.json', content)).map(({ id, started }) => [id, started?.id])).toEqual([
      ['remote:https://far.example/mcp', 'npm:mcp-remote'],
      ['remote:https://near.example/mcp', undefined],
    ]);
  });
});

it('a body that is kept has no values of environments and headers', () => {
  const body = {
    mcp: {
      env: { A: SECRET },
      headers: [{ name: 'X-Key', value: SECRET }],
      args: ['a'],
      nested: { environment: { B: { c: [SECRET] } } },
    },
  };
  const kept = JSON.stringify(withoutSecrets(body));
  expect(kept).not.toContain(SECRET);
  expect(kept).toContain('X-Key');
  expect(kept).toContain('"args":["a"]');
});

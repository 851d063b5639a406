import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { scan } from '../../src/commands/scan.ts';
import { show } from '../../src/commands/show.ts';
import { siteInput } from '../../src/commands/site-input.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { DATA } from '../classify/helpers.ts';
import { makeCatalogue, run, type Typed } from '../helpers/commands.ts';
import { npmRegistry, type Registry } from '../helpers/npm-registry.ts';
import { sarifFaults } from '../helpers/sarif.ts';
import { makePackage } from '../helpers/tarballs.ts';
import { tool } from '../store/kit.ts';

const folder = mkdtempSync(join(tmpdir(), 'toolrisk-vulnerabilities-'));
const db = join(folder, 'catalogue.db');
const FILES = '@modelcontextprotocol/server-filesystem';
let registry: Registry;

beforeAll(async () => {
  const tools = [tool('read_file', { description: 'Read a file.' })];
  await makeCatalogue(db, [
    { id: `npm:${FILES}`, version: '0.6.2', aliases: ['registry:x/files'], tools },
    { id: 'npm:n8n-mcp', version: '9.0.0', tools },
    { id: 'npm:@cyanheads/git-mcp-server', version: '2.1.4', tools },
    // Of which versions have what is published of it, nothing is known.
    { id: 'pypi:aws-mcp-server', version: '1.2.0', tools },
    // The version is that of the first package.
    { id: 'npm:kubectl-mcp-server', version: '1.1.0', aliases: ['pypi:kubectl-mcp-server'], tools },
    { id: 'pypi:mcp-server-git', version: '2025.9.25', tools },
    { id: 'npm:quiet', version: '1.0.0', tools },
  ]);
  const bridge = async (version: string) => ({
    archive: await makePackage({ 'package.json': JSON.stringify({ name: 'mcp-remote', version }), 'index.js': '' }),
  });
  registry = await npmRegistry({ 'mcp-remote': { '0.1.16': await bridge('0.1.16') } });
});
afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

const Advisory = z.strictObject({
  package: z.string(),
  version: z.string().optional(),
  id: z.string(),
  title: z.string(),
  url: z.url(),
  state: z.enum(['affected', 'unknown']),
  affected: z.string().optional(),
  fixed: z.string().optional(),
  severity: z.string().optional(),
  advice: z.string(),
});
const Report = z.object({
  servers: z.array(z.object({ name: z.string(), advisories: z.array(Advisory).min(1).optional() })),
});
const Log = z.object({
  runs: z.tuple([
    z.object({
      tool: z.object({ driver: z.object({ rules: z.array(z.looseObject({ id: z.string() })) }) }),
      results: z.array(
        z.object({
          ruleId: z.string(),
          ruleIndex: z.int(),
          level: z.string(),
          locations: z.array(z.unknown()),
          properties: z.looseObject({}),
        }),
      ),
    }),
  ]),
});

/** Scans one configuration of these command lines, offline unless said otherwise. */
async function scanned(lines: Readonly<Record<string, string>>, typed: Typed = {}, online = false) {
  const home = mkdtempSync(join(folder, 'home-'));
  const servers = Object.entries(lines).map(([name, line]) => {
    const [command, ...args] = line.split(' ');
    return [name, { command, args, ...(name === 'off' ? { disabled: true } : {}) }] as const;
  });
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, '.mcp.json'), JSON.stringify({ mcpServers: Object.fromEntries(servers) }, undefined, 1));
  const env = { HOME: home, npm_config_registry: registry.url, PATH: '/usr/bin:/bin' };
  return run(scan, ['.mcp.json'], { db, ...(online ? {} : { offline: true }), ...typed }, { cwd: home, env });
}

/** What a scan says of each server, by its name. */
async function advisoriesOf(lines: Readonly<Record<string, string>>, online = false) {
  const { stdout, stderr } = await scanned(lines, { json: true }, online);
  const { servers } = Report.parse(JSON.parse(stdout), { error: () => stderr });
  return new Map(
    servers.map(({ name, advisories = [] }) => [
      name,
      advisories.map(({ id, state, version = '?' }) => `${id} ${state} ${version}`),
    ]),
  );
}

/** Does it when it is first asked for. */
function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const BRIDGE = 'https://127.0.0.1:1/mcp';

const RUNS: readonly (readonly [title: string, line: string, found: readonly string[]])[] = [
  ['an affected pin', 'npx -y mcp-remote@0.1.15', ['CVE-2025-6514 affected 0.1.15']],
  ['an affected pin of a bridge to a remote', `npx mcp-remote@0.1.0 ${BRIDGE}`, ['CVE-2025-6514 affected 0.1.0']],
  ['a fixed pin', `npx mcp-remote@0.1.16 ${BRIDGE}`, []],
  ['a pin before the first affected version', `npx mcp-remote@0.0.4 ${BRIDGE}`, []],
  ['no pin, and no catalogue knows it', `npx mcp-remote ${BRIDGE}`, ['CVE-2025-6514 unknown ?']],
  ['a range', `npx mcp-remote@^0.1.0 ${BRIDGE}`, ['CVE-2025-6514 unknown ?']],
  ['half a version', `npx mcp-remote@0.1 ${BRIDGE}`, ['CVE-2025-6514 unknown ?']],
  [
    'no pin: the version of the catalogue',
    `npx ${FILES} /home`,
    ['CVE-2025-53109 affected 0.6.2', 'CVE-2025-53110 affected 0.6.2'],
  ],
  ['no pin: a fixed version in the catalogue', 'npx n8n-mcp@latest', []],
  ['a pin goes before the catalogue', `npx ${FILES}@2025.7.1 /home`, []],
  [
    'the version of the catalogue is that of another package',
    'uvx kubectl-mcp-server',
    ['CVE-2025-69902 unknown ?', 'CVE-2025-65719 unknown ?'],
  ],
  [
    'several, and not the one that is fixed',
    'uvx mcp-server-git',
    ['CVE-2025-68144 affected 2025.9.25', 'CVE-2025-68145 affected 2025.9.25', 'CVE-2026-27735 affected 2025.9.25'],
  ],
  [
    'versions that are not known to be affected',
    'uvx aws-mcp-server',
    ['CVE-2025-5277 unknown 1.2.0', 'CVE-2026-5058 unknown 1.2.0'],
  ],
  ['Python', 'uvx mcp-salesforce-connector==0.1.9', ['CVE-2026-25650 affected 0.1.9']],
  [
    'Python, a version that cannot be compared',
    'uvx mcp-salesforce-connector==1!0.1',
    ['CVE-2026-25650 unknown 1!0.1'],
  ],
  ['Python, in another spelling', 'uvx MCP_Salesforce.Connector@0.1.9', ['CVE-2026-25650 affected 0.1.9']],
  ['Python, fixed', 'uvx --from mcp-salesforce-connector==0.1.10 x', []],
  ['a name that is longer', 'npx mcp-remote-go@0.1.0', []],
  ['the same name in a scope', 'npx @x/mcp-remote@0.1.0', []],
  ['the same name in another registry', 'uvx mcp-remote==0.1.0', []],
  ['an image of the same name', 'docker run mcp-remote:0.1.0', []],
  ['a program of the machine', '/opt/mcp-remote@0.1.0', []],
  ['a package of which nothing is published', 'npx quiet@1.0.0', []],
];

describe('scan says which known vulnerabilities run', () => {
  const all = lazy(() => advisoriesOf(Object.fromEntries(RUNS.map(([title, line]) => [title, line]))));
  it.each(RUNS)('%s', async (title, _, found) => expect((await all()).get(title)).toEqual(found));

  it('no pin: the version that the registry would give', async () => {
    const asked = registry.asked.length;
    expect((await advisoriesOf({ it: `npx mcp-remote ${BRIDGE}` }, true)).get('it')).toEqual([]);
    expect(registry.asked.length).toBeGreaterThan(asked);
  });

  it('does not say that a version runs here which its registry does not have', async () => {
    const lines = { it: `npx ${FILES}@0.6.1 /home` };
    expect((await advisoriesOf(lines, true)).get('it')).toEqual([
      'CVE-2025-53109 unknown 0.6.1',
      'CVE-2025-53110 unknown 0.6.1',
    ]);
    const { stdout } = await scanned(lines, {}, true);
    expect(stdout).toContain('unknown: not-found');
    expect(stdout).toContain('What runs here has perhaps 2 known vulnerabilities.');
    expect(stdout).toContain('since its registry does not have it.');
    // Of a bridge it is the remote that was not there.
    const bridged = await advisoriesOf({ it: `npx mcp-remote@0.1.15 ${BRIDGE}` }, true);
    expect(bridged.get('it')).toEqual(['CVE-2025-6514 affected 0.1.15']);
  });

  it('and what to do: the version in which all is fixed, worst first', async () => {
    const { stdout } = await scanned({ old: 'npx n8n-mcp@2.47.5', older: 'npx n8n-mcp@2.47.5', mine: '/opt/run' });
    expect(stdout).toContain('n8n-mcp 2.47.5 (old and older): update to 2.57.4\n  critical   CVE-2026-54052  ');
    expect(stdout.match(/CVE-/gu)?.length).toBe(8);
    expect(stdout).toContain('What runs here has 8 known vulnerabilities.');
    expect(stdout).toContain('What would help most after the updates: ');
  });

  it.each<[title: string, line: string, sentence: string]>([
    ['no fix', 'npx mcp-watch@0.1.0', 'mcp-watch 0.1.0 (it): no fix is known, do without it\n'],
    [
      'which version would run',
      `npx mcp-remote ${BRIDGE}`,
      'Not known whether mcp-remote (it) has CVE-2025-6514: pin 0.1.16 or later, since which version would run is not known.',
    ],
    [
      'which versions are affected',
      'uvx aws-mcp-server==1.3.0',
      'Not known whether aws-mcp-server 1.3.0 (it) has CVE-2025-5277 or CVE-2026-5058: read the advisory, since which versions it affects is not known.',
    ],
    ['how bad it is', 'npx @cyanheads/git-mcp-server', '  not rated  CVE-2025-53107  '],
    ['whether any does', `npx mcp-remote ${BRIDGE}`, 'What runs here has perhaps 1 known vulnerability.'],
  ])('not known is %s', async (_, line, sentence) => expect((await scanned({ it: line })).stdout).toContain(sentence));

  it.each(['table', 'json', 'sarif', 'markdown'])('and nothing where there is none: %s', async (format) => {
    const { stdout } = await scanned({ quiet: 'npx quiet', fixed: `npx mcp-remote@0.1.16 ${BRIDGE}` }, { format });
    expect(stdout).not.toMatch(/advisories|ulnerabilit/u);
  });

  it('in Markdown, with links', async () => {
    const lines = { it: 'uvx mcp-server-git', other: 'uvx aws-mcp-server' };
    const { stdout } = await scanned(lines, { format: 'markdown' });
    expect(stdout).toContain('| medium | [CVE-2026-27735](https://nvd.nist.gov/vuln/detail/CVE-2026-27735) | it |');
    expect(stdout).toContain(' or [CVE-2026-5058](https://nvd.nist.gov/vuln/detail/CVE-2026-5058)&#58; read');
  });

  it('in SARIF: valid, a rule for each, the level by the severity, unknown as a note, what is off left out', async () => {
    const lines = {
      old: `npx mcp-remote@0.1.0 ${BRIDGE}`,
      git: 'uvx mcp-server-git',
      aws: 'uvx aws-mcp-server',
      unrated: 'npx @cyanheads/git-mcp-server',
      off: 'npx n8n-mcp@2.47.5',
    };
    const { stdout } = await scanned(lines, { format: 'sarif' });
    expect(sarifFaults(JSON.parse(stdout))).toEqual([]);
    const [{ tool: about, results }] = Log.parse(JSON.parse(stdout)).runs;
    const found = results.filter(({ ruleId }) => ruleId.startsWith('CVE-'));
    expect(found.map(({ ruleId, level, properties }) => [ruleId, level, properties.state])).toEqual([
      ['CVE-2025-6514', 'error', 'affected'],
      ['CVE-2025-68144', 'warning', 'affected'],
      ['CVE-2025-68145', 'warning', 'affected'],
      ['CVE-2026-27735', 'warning', 'affected'],
      ['CVE-2025-5277', 'note', 'unknown'],
      ['CVE-2026-5058', 'note', 'unknown'],
      ['CVE-2025-53107', 'error', 'affected'],
    ]);
    const { rules } = about.driver;
    for (const { ruleId, ruleIndex } of found) expect(rules[ruleIndex]?.id).toBe(ruleId);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(found[0]?.locations[0]).toMatchObject({
      physicalLocation: { artifactLocation: { uri: '.mcp.json' }, region: { startLine: 3 } },
    });
  });

  it.each<[title: string, line: string, least: string, code: number]>([
    ['a medium one of a low tool', 'uvx mcp-server-git', 'medium', 1],
    ['a medium one is not high', 'uvx mcp-server-git', 'high', 0],
    ['one without a severity counts as high', 'npx @cyanheads/git-mcp-server', 'high', 1],
    ['and not as critical', 'npx @cyanheads/git-mcp-server', 'critical', 0],
    ['a critical one', `npx mcp-remote@0.1.0 ${BRIDGE}`, 'critical', 1],
    ['what is not known counts for nothing', `npx mcp-remote ${BRIDGE}`, 'critical', 0],
    ['what is fixed counts for nothing', `npx mcp-remote@0.1.16 ${BRIDGE}`, 'critical', 0],
  ])('--fail-on: %s', async (_, line, least, code) =>
    expect((await scanned({ it: line }, { 'fail-on': least })).code).toBe(code),
  );

  it('--fail-on: what is off counts for nothing', async () =>
    expect((await scanned({ off: `npx mcp-remote@0.1.0 ${BRIDGE}` }, { 'fail-on': 'low' })).code).toBe(0));
});

describe('show says which are known', () => {
  const shown = (id: string, typed: Typed = {}) => run(show, [id], { db, ...typed });

  it.each<[title: string, id: string, parts: string[]]>([
    [
      'an affected version',
      `npm:${FILES}`,
      [
        'vulnerability CVE-2025-53109 Symbolic links lead out of the allowed folders (high)\n',
        'The version that we read is affected. Affected: <0.6.4 or >=2025.0.0 <2025.7.1. Fixed in 0.6.4 / 2025.7.1.\n',
        'https://nvd.nist.gov/vuln/detail/CVE-2025-53109\n',
      ],
    ],
    ['a server by its second name', 'registry:x/files', ['vulnerability CVE-2025-53109 ']],
    [
      'a fixed version',
      'npm:n8n-mcp',
      ['The version that we read is not affected. Affected: <2.56.1. Fixed in 2.56.1.'],
    ],
    ['no known range', 'pypi:aws-mcp-server', ['Whether the version that we read is affected is not known.\n']],
  ])('%s', async (_, id, parts) => {
    const { code, stdout, stderr } = await shown(id);
    expect(code, stderr).toBe(0);
    for (const part of parts) expect(stdout).toContain(part);
  });

  it('what matters first', async () => {
    const { stdout } = await shown('pypi:mcp-server-git');
    expect(stdout.match(/CVE-\d+-\d+(?= )/gu)).toEqual([
      'CVE-2025-68144',
      'CVE-2025-68145',
      'CVE-2026-27735',
      'CVE-2025-68143',
    ]);
  });

  it('one of two packages of a server once', async () => {
    const { stdout } = await shown('npm:kubectl-mcp-server');
    expect(stdout.match(/CVE-\d+-\d+(?= )/gu)).toEqual(['CVE-2025-65719', 'CVE-2025-69902']);
  });

  it('a page too: once, affected before unknown, and nothing is said of the package whose version is not known', () => {
    const catalogue = openCatalogue(db, { mode: 'read', now: Date.now });
    const server = catalogue.server('npm:kubectl-mcp-server');
    const { advisoriesOf } = siteInput(catalogue, DATA);
    expect(server?.aliases).toEqual(['pypi:kubectl-mcp-server']);
    const states = (version: string) =>
      server === undefined ? [] : advisoriesOf({ ...server, version }).map(({ id, state }) => `${id} ${state}`);
    expect(states('1.1.0')).toEqual(['CVE-2025-65719 affected', 'CVE-2025-69902 unknown']);
    // Neither is said not to be affected: the Python package may be.
    expect(states('1.3.0')).toEqual(['CVE-2025-69902 unknown', 'CVE-2025-65719 unknown']);
    catalogue.close();
  });

  it('as JSON, and nothing where there is none', async () => {
    const { advisories } = JSON.parse((await shown('npm:@cyanheads/git-mcp-server', { json: true })).stdout);
    expect(advisories).toEqual([
      {
        id: 'CVE-2025-53107',
        title: 'Git tools pass arguments to a shell',
        url: 'https://nvd.nist.gov/vuln/detail/CVE-2025-53107',
        state: 'affected',
        affected: '<2.1.5',
        fixed: '2.1.5',
      },
    ]);
    for (const typed of [{}, { json: true }] as const)
      expect((await shown('npm:quiet', typed)).stdout).not.toMatch(/advisories|vulnerability/u);
  });

  it('also of a package that the catalogue does not have', async () => {
    const { code, stderr } = await shown('npm:mcp-remote');
    expect(code).toBe(2);
    expect(stderr).toContain('known vulnerabilities: CVE-2025-6514 (in >=0.0.5 <0.1.16, fixed in 0.1.16).');
    expect((await shown('npm:mcp-remote-more')).stderr).not.toContain('CVE-');
  });
});

/**
 * Runs npm packages in the sandbox twice, once listed by us and once by the client of the protocol's own SDK, and reads
 * them statically as well: are the executed lists equal, and where does static reading differ?
 * `npm run compare:executed -- [NAME…]`; packages come from the configured registry. The last line is JSON.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { openReading } from '../src/commands/setup.ts';
import type { ReadResult } from '../src/model/manifest.ts';
import type { ToolDefinition } from '../src/model/tool.ts';
import { readLocator } from '../src/read/index.ts';
import type { LiveListing } from '../src/read/mcp/list.ts';
import { sandboxCommand } from '../src/read/sandbox/command.ts';
import { dummyFor } from '../src/read/sandbox/dummies.ts';
import { createExecution, machineOf } from '../src/read/sandbox/execution.ts';
import { installPackage } from '../src/read/sandbox/install.ts';
import { listLocal } from '../src/read/stdio.ts';

/** Servers that answer without a network. */
const DEFAULT = [
  '@modelcontextprotocol/server-everything',
  '@modelcontextprotocol/server-filesystem',
  '@modelcontextprotocol/server-memory',
  '@modelcontextprotocol/server-sequential-thinking',
  '@modelcontextprotocol/server-github',
  '@modelcontextprotocol/server-slack',
  '@modelcontextprotocol/server-gitlab',
  '@upstash/context7-mcp',
  '@notionhq/notion-mcp-server',
  'chrome-devtools-mcp',
  'tavily-mcp',
  'mcp-server-kubernetes',
  'figma-developer-mcp',
  'exa-mcp-server',
  '@brave/brave-search-mcp-server',
  '@sentry/mcp-server',
  '@hubspot/mcp-server',
  'firecrawl-mcp',
  '@playwright/mcp',
];

const ARGUMENT = 'listed with the argument ';
const DUMMIES = 'listed with dummy values for ';

const names = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'toolrisk-compare-'));
// Sandboxes run as users of their own.
chmodSync(scratch, 0o755);
const execute = createExecution(machineOf(process.env), process.env, scratch);
const refusal = await execute.refusal();
if (refusal !== undefined) throw new Error(refusal.message);
const setup = await openReading({
  env: process.env,
  cwd: process.cwd(),
  dataFolder: join(import.meta.dirname, '../data'),
  version: '0.0.0',
  now: Date.now,
  signal: new AbortController().signal,
});

let [listedCount, equal] = [0, 0];
const missing: string[] = [];
console.log('package\texecuted\tgated\tstatic\tonly executed\tonly static\tSDK client');
for (const name of names.length === 0 ? DEFAULT : names) {
  const ours = await listLocal({ kind: 'npm', name }, { ...setup.read, execute });
  const read = await readLocator(`npm:${name}`, setup.read);
  const still = read.kind === 'read' ? (read.servers[0]?.tools.map((tool) => tool.definition.name) ?? []) : [];
  if (ours.kind === 'failed') {
    missing.push(name);
    console.log(`${name}\t${ours.reason}\t\t${still.length || reasonOf(read)}\t\t\t${ours.message}`);
    continue;
  }
  listedCount += 1;
  const sdk = await bySdk(name, ours);
  const same = typeof sdk !== 'string' && differences(plain(ours), sdk).length === 0;
  if (same) equal += 1;
  const executed = ours.server.tools.map((tool) => tool.definition.name);
  const onlyExecuted = executed.filter((one) => !still.includes(one));
  const onlyStatic = still.filter((one) => !executed.includes(one));
  const gated = ours.server.tools.filter((tool) => tool.gated).length;
  const verdict = same
    ? 'equal'
    : typeof sdk === 'string'
      ? sdk
      : `differs: ${differences(plain(ours), sdk).join(', ')}`;
  console.log([name, executed.length, gated, still.length, few(onlyExecuted), few(onlyStatic), verdict].join('\t'));
}
await setup.close();
rmSync(scratch, { recursive: true, force: true });
console.log(
  JSON.stringify({
    bench: 'compare-executed',
    packages: listedCount + missing.length,
    listed: listedCount,
    equal,
    missing,
  }),
);

/** What the client of the SDK lists, started with the same command, the same sandbox and the same settings. */
async function bySdk(name: string, ours: LiveListing): Promise<readonly Listed[] | string> {
  const installed = await installPackage(name, undefined, execute);
  if (installed.kind === 'failed') return installed.message;
  const notes = ours.server.facts.notes;
  const settings =
    notes
      .find((note) => note.startsWith(DUMMIES))
      ?.slice(DUMMIES.length)
      .split(', ') ?? [];
  const argument = notes.find((note) => note.startsWith(ARGUMENT))?.slice(ARGUMENT.length);
  const args = argument === undefined ? [] : [argument];
  const inside = {
    command: ['node', installed.program, ...args],
    folder: installed.folder,
    env: Object.fromEntries(settings.map((one) => [one, dummyFor(one)])),
  };
  const [command = '', ...rest] = sandboxCommand(inside, execute.machine.node);
  const transport = new StdioClientTransport({
    command,
    args: rest,
    env: { PATH: execute.machine.path },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'toolrisk', version: '0' }, { listMaxPages: 64 });
  try {
    await client.connect(transport, { timeout: 20_000 });
    const { tools } = await client.listTools();
    return tools.map((tool) => listedOf(tool));
  } catch (error) {
    return `SDK: ${String(error).replace(/\s+/gu, ' ').slice(0, 100)}`;
  } finally {
    await client.close();
    await installed.remove();
  }
}

interface Listed {
  readonly name: string;
  readonly rest: unknown;
}

function listedOf(
  tool: Pick<ToolDefinition, 'name'> & {
    readonly [Key in 'title' | 'description' | 'inputSchema' | 'outputSchema']?: unknown;
  },
): Listed {
  const { name, title, description, inputSchema, outputSchema } = tool;
  return { name, rest: JSON.parse(JSON.stringify({ title, description, inputSchema, outputSchema })) };
}

function plain(ours: LiveListing): readonly Listed[] {
  return ours.server.tools.filter((tool) => !tool.gated).map((tool) => listedOf(tool.definition));
}

function differences(a: readonly Listed[], b: readonly Listed[]): readonly string[] {
  const all = new Set([...a, ...b].map((one) => one.name));
  return [...all].filter((name) => {
    const [left, right] = [a, b].map((list) => list.find((one) => one.name === name)?.rest);
    return !isDeepStrictEqual(left, right);
  });
}

function reasonOf(read: ReadResult): string {
  return read.kind === 'failed' ? read.reason : read.kind;
}

function few(list: readonly string[]): string {
  return list.length > 6 ? `${list.slice(0, 6).join(' ')} and ${list.length - 6} more` : list.join(' ') || '–';
}

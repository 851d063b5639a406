/**
 * Runs npm packages in the sandbox twice, once listed by us and once by the client of the protocol's own SDK, and reads
 * them statically as well: are the executed lists equal, and where does static reading differ?
 * `npm run compare:executed -- [NAME…]`; packages come from the configured registry. Two packages at a time, each within
 * 72 seconds, so that a whole run takes twelve minutes at most. The last line is JSON.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import PQueue, { TimeoutError } from 'p-queue';
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
if (execute.machine.node.closed)
  throw new Error('The SDK starts programs without open files: use a Node that every user may read.');
const setup = await openReading({
  env: process.env,
  cwd: process.cwd(),
  dataFolder: join(import.meta.dirname, '../data'),
  version: '0.0.0',
  now: Date.now,
  signal: new AbortController().signal,
});

/** Two cores; and the longest that one package may take: installing it twice, listing it up to a dozen times. */
const AT_ONCE = 2;
const PACKAGE_MS = 72_000;

/** How one package came out. */
type Row =
  | { readonly kind: 'listed'; readonly sdk: 'equal' | 'different' | 'refused'; readonly cells: readonly unknown[] }
  | { readonly kind: 'missing' | 'late'; readonly cells: readonly unknown[] };

const started = performance.now();
console.log('package\texecuted\tgated\tstatic\tonly executed\tonly static\tSDK client\tseconds');
const queue = new PQueue({ concurrency: AT_ONCE, timeout: PACKAGE_MS });
const rows = await Promise.all(
  (names.length === 0 ? DEFAULT : names).map(async (name) => {
    const row = await queue.add(() => timed(name)).catch(late);
    console.log([name, ...row.cells].join('\t'));
    return { name, ...row };
  }),
);
const named = (test: (row: Row) => boolean) => rows.filter(test).map(({ name }) => name);
console.log(
  JSON.stringify({
    bench: 'compare-executed',
    packages: rows.length,
    listed: named(({ kind }) => kind === 'listed').length,
    equal: named((row) => row.kind === 'listed' && row.sdk === 'equal').length,
    different: named((row) => row.kind === 'listed' && row.sdk === 'different'),
    refusedBySdk: named((row) => row.kind === 'listed' && row.sdk === 'refused'),
    missing: named(({ kind }) => kind === 'missing'),
    late: named(({ kind }) => kind === 'late'),
    seconds: Math.round((performance.now() - started) / 1000),
  }),
);
await setup.close();
rmSync(scratch, { recursive: true, force: true });
// What was late may still be running; it ends with us.
process.exit();

function late(error: unknown): Row {
  if (!(error instanceof TimeoutError)) throw error;
  return { kind: 'late', cells: [`not done after ${PACKAGE_MS / 1000} s`] };
}

async function timed(name: string): Promise<Row> {
  const from = performance.now();
  const row = await compare(name);
  return { ...row, cells: [...row.cells, Math.round((performance.now() - from) / 1000)] };
}

async function compare(name: string): Promise<Row> {
  const ours = await listLocal({ kind: 'npm', name }, { ...setup.read, execute });
  const read = await readLocator(`npm:${name}`, setup.read);
  const still = read.kind === 'read' ? (read.servers[0]?.tools.map((tool) => tool.definition.name) ?? []) : [];
  if (ours.kind === 'failed') {
    return { kind: 'missing', cells: [ours.reason, '', still.length || reasonOf(read), '', '', ours.message] };
  }
  const sdk = await bySdk(name, ours);
  const differing = typeof sdk === 'string' ? [] : differences(plain(ours), sdk);
  const executed = ours.server.tools.map((tool) => tool.definition.name);
  const gated = ours.server.tools.filter((tool) => tool.gated).length;
  const cells = [
    executed.length,
    gated,
    still.length,
    few(executed.filter((one) => !still.includes(one))),
    few(still.filter((one) => !executed.includes(one))),
  ];
  if (typeof sdk === 'string') return { kind: 'listed', sdk: 'refused', cells: [...cells, sdk] };
  if (differing.length === 0) return { kind: 'listed', sdk: 'equal', cells: [...cells, 'equal'] };
  return { kind: 'listed', sdk: 'different', cells: [...cells, `differs: ${differing.join(', ')}`] };
}

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

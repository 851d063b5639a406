/**
 * Runs npm packages in the sandbox twice, once listed by us and once by the client of the protocol's own SDK, and reads
 * them statically as well: are the executed lists equal, and where does static reading differ?
 * `npm run compare:executed -- [NAME…]`; packages come from the configured registry. Two packages at a time, each within
 * 72 seconds, so that a whole run takes twelve minutes at most. The last line is JSON.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import PQueue from 'p-queue';
import * as z from 'zod';
import { openReading } from '../src/commands/setup.ts';
import { parseLocator } from '../src/model/id.ts';
import type { Failure, ReadResult } from '../src/model/manifest.ts';
import type { ToolDefinition } from '../src/model/tool.ts';
import { readLocator } from '../src/read/index.ts';
import type { LiveListing } from '../src/read/mcp/list.ts';
import { sandboxCommand } from '../src/read/sandbox/command.ts';
import { dummyFor } from '../src/read/sandbox/dummies.ts';
import { createExecution, machineOf } from '../src/read/sandbox/execution.ts';
import { type Installed, installPackage } from '../src/read/sandbox/install.ts';
import type { Machine } from '../src/read/sandbox/run.ts';
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

/** Two cores; and the longest that one package may take: installing it, listing it up to a dozen times. */
const AT_ONCE = 2;
const PACKAGE_MS = 72_000;

/** How one package came out, as the process that looked at it prints it. */
const Row = z.object({
  kind: z.enum(['equal', 'different', 'refusedBySdk', 'missing', 'late']),
  cells: z.array(z.union([z.string(), z.number()])),
});
type Row = z.infer<typeof Row>;

const [first, ...others] = process.argv.slice(2);
if (first === '--one') console.log(JSON.stringify(await one(others[0] ?? '', others[1] ?? tmpdir())));
else await all(first === undefined ? DEFAULT : [first, ...others]);

/** Every package in a process of its own, which is ended with everything below it when it is late. */
async function all(names: readonly string[]): Promise<void> {
  const started = performance.now();
  const scratch = mkdtempSync(join(tmpdir(), 'toolrisk-compare-'));
  // Sandboxes run as users of their own.
  chmodSync(scratch, 0o755);
  const execute = createExecution(machineOf(process.env), process.env, scratch);
  const refusal = await execute.refusal();
  if (refusal !== undefined) throw new Error(refusal.message);
  if (execute.machine.node.closed)
    throw new Error('The SDK starts programs without open files: use a Node that every user may read.');
  console.log('package\texecuted\tgated\tstatic\tonly executed\tonly static\tSDK client\tseconds');
  const queue = new PQueue({ concurrency: AT_ONCE });
  const rows = await Promise.all(names.map((name) => queue.add(() => inProcess(name, scratch))));
  rmSync(scratch, { recursive: true, force: true });
  const named = (kind: Row['kind']) => names.filter((_, index) => rows[index]?.kind === kind);
  const equal = named('equal').length;
  const rest = { different: named('different'), refusedBySdk: named('refusedBySdk') };
  const listed = equal + rest.different.length + rest.refusedBySdk.length;
  const seconds = secondsSince(started);
  const [missing, late] = [named('missing'), named('late')];
  console.log(
    JSON.stringify({
      bench: 'compare-executed',
      packages: names.length,
      listed,
      equal,
      ...rest,
      missing,
      late,
      seconds,
    }),
  );
}

async function inProcess(name: string, scratch: string): Promise<Row> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', import.meta.filename, '--one', name, scratch], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const clock = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), PACKAGE_MS);
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  clearTimeout(clock);
  const last = text.trim().split('\n').at(-1) ?? '';
  const row: Row = last === '' ? { kind: 'late', cells: ['not done'] } : Row.parse(JSON.parse(last));
  console.log([name, ...row.cells, secondsSince(started)].join('\t'));
  return row;
}

function secondsSince(started: number): number {
  return Math.round((performance.now() - started) / 1000);
}

/** Looks at one package. The sandbox was proved by the process that started this one. */
async function one(name: string, scratch: string): Promise<Row> {
  const proved = createExecution(machineOf(process.env), process.env, scratch);
  const execute = { ...proved, refusal: async () => undefined };
  const setup = await openReading({
    env: process.env,
    cwd: process.cwd(),
    dataFolder: join(import.meta.dirname, '../data'),
    version: '0.0.0',
    now: Date.now,
    signal: new AbortController().signal,
  });
  const read = await readLocator(`npm:${name}`, setup.read);
  const installed = await installPackage(name, undefined, execute);
  if (installed.kind === 'failed') {
    await setup.close();
    return { kind: 'missing', cells: [installed.reason, '', '', '', '', installed.message] };
  }
  // As `npm:NAME` is run, from the one folder that both clients are given.
  const ours = await listLocal(parseLocator(`stdio:node ${installed.program}`), {
    ...setup.read,
    execute,
    root: installed.folder,
  });
  const sdk = ours.kind === 'failed' ? ours.message : await bySdk(ours, installed, execute.machine);
  await Promise.all([installed.remove(), setup.close()]);
  return rowOf(ours, read, sdk);
}

function rowOf(ours: LiveListing | Failure, read: ReadResult, sdk: readonly Listed[] | string): Row {
  const still = read.kind === 'read' ? (read.servers[0]?.tools.map((tool) => tool.definition.name) ?? []) : [];
  if (ours.kind === 'failed')
    return { kind: 'missing', cells: [ours.reason, '', still.length || reasonOf(read), '', '', ours.message] };
  const executed = ours.server.tools.map((tool) => tool.definition.name);
  const cells = [
    executed.length,
    ours.server.tools.filter((tool) => tool.gated).length,
    still.length,
    few(executed.filter((tool) => !still.includes(tool))),
    few(still.filter((tool) => !executed.includes(tool))),
  ];
  if (typeof sdk === 'string') return { kind: 'refusedBySdk', cells: [...cells, sdk] };
  const differing = differences(plain(ours), sdk);
  if (differing.length > 0) return { kind: 'different', cells: [...cells, `differs: ${differing.join(', ')}`] };
  return { kind: 'equal', cells: [...cells, 'equal'] };
}

/** What the client of the SDK lists, started with the same command, the same sandbox and the same settings. */
async function bySdk(ours: LiveListing, installed: Installed, machine: Machine): Promise<readonly Listed[] | string> {
  const notes = ours.server.facts.notes;
  const settings =
    notes
      .find((note) => note.startsWith(DUMMIES))
      ?.slice(DUMMIES.length)
      .split(', ') ?? [];
  const argument = notes.find((note) => note.startsWith(ARGUMENT))?.slice(ARGUMENT.length);
  const inside = {
    command: ['node', installed.program, ...(argument === undefined ? [] : [argument])],
    folder: installed.folder,
    env: Object.fromEntries(settings.map((setting) => [setting, dummyFor(setting)])),
  };
  const [command = '', ...args] = sandboxCommand(inside, machine.node);
  const transport = new StdioClientTransport({ command, args, env: { PATH: machine.path }, stderr: 'ignore' });
  const client = new Client({ name: 'toolrisk', version: '0' }, { listMaxPages: 64 });
  try {
    await client.connect(transport, { timeout: 20_000 });
    const { tools } = await client.listTools();
    return tools.map((tool) => listedOf(tool));
  } catch (error) {
    return `SDK: ${String(error).replace(/\s+/gu, ' ').slice(0, 100)}`;
  } finally {
    await client.close();
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

import { createHash } from 'node:crypto';
import { launchOf } from '../extract/edge/command-line.ts';
import { type Locator, parseLocator, type ServerId, serverIdOf } from '../model/id.ts';
import type { Failure, ReadResult } from '../model/manifest.ts';
import type { JsonObject, ObservedTool } from '../model/tool.ts';
import { type LiveListing, listTools } from './mcp/list.ts';
import { Budget } from './mcp/message.ts';
import { ALL_CAPABILITIES } from './mcp/peer.ts';
import { connectStdio } from './mcp/stdio-peer.ts';
import { failureFrom } from './mcp/wire.ts';
import type { Reader, ReadWorld } from './reader.ts';
import type { Hidden } from './sandbox/command.ts';
import { dummyFor, settingsIn } from './sandbox/dummies.ts';
import type { Execution } from './sandbox/execution.ts';
import { executeFailure } from './sandbox/failures.ts';
import { installPackage } from './sandbox/install.ts';
import { type Running, runInside } from './sandbox/run.ts';

/** How often a server is started again with more dummy settings. */
const MAX_ROUNDS = 5;

/** Ends of a server that another setting may change. */
const MENDABLE: ReadonlySet<string> = new Set(['execute-exited', 'mcp-timeout']);

/** A program of this machine, and what its tools are to be called. */
export interface LocalProgram {
  readonly id: ServerId;
  /** Prefix of each provenance. */
  readonly location: string;
  /** As seen from inside of the folder; nothing is passed on beside it. */
  readonly command: readonly string[];
  /** The only folder beside the system's own that it sees, read-only. */
  readonly folder: string;
  /** What it does not see of the folder. */
  readonly hidden?: readonly Hidden[];
}

/** One that lies ready. */
interface Ready extends LocalProgram {
  readonly version?: string;
  /** What is to be known of the list. */
  readonly notes?: readonly string[];
  readonly execution: Execution;
}

/** What a start is tried with. */
interface Setting {
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

/** Runs a local server in the sandbox, when that was asked for, and lists its tools. */
export const stdioReader: Reader = {
  kind: 'stdio',
  async read(locator: Locator, world: ReadWorld): Promise<ReadResult> {
    const listed = await listLocal(locator, world);
    if (listed.kind === 'failed') return listed;
    return { kind: 'read', servers: [listed.server], problems: [], leads: [], contentHash: listed.contentHash };
  },
};

/** Lists the tools of `stdio:COMMAND` or of the npm package `npm:NAME` by running it in the sandbox. */
export async function listLocal(locator: Locator, world: ReadWorld): Promise<LiveListing | Failure> {
  const { execute } = world;
  if (execute === undefined) return executeFailure('execute-off', `${locator.kind}:${locator.name}`);
  const refusal = await execute.refusal();
  if (refusal !== undefined) return refusal;
  const [command = '', ...args] = locator.name.trim().split(/\s+/u);
  const launch = locator.kind === 'stdio' ? launchOf(command, args) : undefined;
  const target = launch === undefined ? locator : parseLocator(launch.locator);
  if (target.kind === 'npm') return execute.inTurn(() => listPackage(target, execute));
  if (target.kind !== 'stdio') return executeFailure('execute-unsupported', `${target.kind}:${target.name}`);
  const id = serverIdOf(locator);
  return listProgram({ id, location: `stdio:${locator.name}`, command: [command, ...args], folder: world.root }, world);
}

/** Lists the tools of a program of this machine by running it in the sandbox. */
export async function listProgram(program: LocalProgram, world: ReadWorld): Promise<LiveListing | Failure> {
  const { execute } = world;
  if (execute === undefined) return executeFailure('execute-off', program.location);
  return (await execute.refusal()) ?? execute.inTurn(() => listReady({ ...program, execution: execute }));
}

/** The locator that runs what another one names, where that is possible. */
export function runOf({ kind, name, version }: Locator): string | undefined {
  return kind === 'npm' ? `stdio:npx -y ${name}${version === undefined ? '' : `@${version}`}` : undefined;
}

async function listPackage({ name, version }: Locator, execution: Execution): Promise<LiveListing | Failure> {
  const installed = await installPackage(name, version, execution);
  if (installed.kind === 'failed') return installed;
  const { wantsNode } = installed;
  const notes = wantsNode === undefined ? [] : [`wants Node ${wantsNode}, and ran on ${process.versions.node}`];
  try {
    const listed = await listReady({
      id: `npm:${name}`,
      location: `npm:${name}@${installed.version}`,
      version: installed.version,
      command: ['node', installed.program],
      folder: installed.folder,
      notes,
      execution,
    });
    if (listed.kind === 'listed' || notes.length === 0) return listed;
    return { ...listed, message: `${listed.message} It ${notes.join('; ')}.` };
  } finally {
    await installed.remove();
  }
}

/** Starts the server until it lists, each time with what its last error asked for; then once more as a client that can do everything. */
async function listReady(ready: Ready): Promise<LiveListing | Failure> {
  let setting: Setting = { env: {}, args: [] };
  for (let round = 1; ; round += 1) {
    const { listed, errors } = await listOnce(ready, setting, {});
    if (listed.kind === 'listed') return withCapabilities(ready, setting, listed);
    const next =
      round < MAX_ROUNDS && MENDABLE.has(listed.reason) ? moreSettings(setting, errors, listed.reason) : undefined;
    if (next === undefined) return listed;
    setting = next;
  }
}

function moreSettings(setting: Setting, errors: string, reason: string): Setting | undefined {
  const missing = settingsIn(errors, (name) => Object.hasOwn(setting.env, name));
  if (missing.length > 0) {
    return {
      ...setting,
      env: { ...setting.env, ...Object.fromEntries(missing.map((name) => [name, dummyFor(name)])) },
    };
  }
  if (setting.args.length > 0) return undefined;
  // What runs and says nothing may be serving HTTP; what ends itself may want a folder to work in.
  return { ...setting, args: [reason === 'mcp-timeout' ? '--stdio' : '/tmp'] };
}

interface Once {
  readonly listed: LiveListing | Failure;
  readonly errors: string;
}

/** One start for each way to begin: a server that ends itself over the newer question is asked the older one. */
async function listOnce(ready: Ready, setting: Setting, capabilities: JsonObject): Promise<Once> {
  const first = await start(ready, setting, capabilities, true);
  const ended = first.listed.kind === 'failed' && first.listed.reason === 'execute-exited';
  return ended ? start(ready, setting, capabilities, false) : first;
}

async function start(ready: Ready, setting: Setting, capabilities: JsonObject, probe: boolean): Promise<Once> {
  const { command, folder, hidden = [], execution } = ready;
  const inside = { command: [...command, ...setting.args], folder, hidden, env: setting.env };
  const running = runInside(inside, execution.machine);
  const budget = new Budget();
  const notes = [...notesOf(setting), ...(ready.notes ?? [])];
  try {
    const peer = await connectStdio(running, budget, { capabilities, probe });
    const { id, location, version } = ready;
    const context = { id, method: 'executed', location, notes, ...(version === undefined ? {} : { version }) } as const;
    const listed = peer.kind === 'failed' ? peer : await listTools(peer, budget, context);
    const why = listed.kind === 'failed' ? await explain(listed, running) : listed;
    return { listed: why, errors: running.errors() };
  } catch (error) {
    return { listed: await explain(failureFrom(error), running), errors: running.errors() };
  } finally {
    running.kill();
    await running.ended;
  }
}

/** Says why a server that stopped talking stopped. */
async function explain(failure: Failure, running: Running): Promise<Failure> {
  const cut = running.cut();
  if (cut !== undefined && cut !== 'closed') return executeFailure(`execute-${cut}`, failure.reason);
  if (failure.reason !== 'mcp-closed') return failure;
  const code = await running.ended;
  const after = running.cut();
  if (after !== undefined && after !== 'closed') return executeFailure(`execute-${after}`, failure.reason);
  const said = lastWords(running.errors());
  if (CLOSED.test(said)) return executeFailure('sandbox-closed', said);
  return executeFailure('execute-exited', `exit code ${code}${said === '' ? '' : `: ${said}`}`);
}

/** What bubblewrap says of a folder that it may not mount: the program did not start. */
const CLOSED = /^bwrap: Can't find source path .*: Permission denied$/u;

/** The line of an error text that says most: the last one that speaks of an error, else the last. */
function lastWords(errors: string): string {
  const lines = errors.trim().split('\n');
  const telling = lines.findLast((line) => /error|cannot|required|missing|must|usage/iu.test(line));
  return (telling ?? lines.at(-1) ?? '').trim().slice(0, 300);
}

/** Adds the tools that only a client with capabilities is shown, marked as gated. */
async function withCapabilities(ready: Ready, setting: Setting, listed: LiveListing): Promise<LiveListing> {
  const able = (await listOnce(ready, setting, ALL_CAPABILITIES)).listed;
  if (able.kind === 'failed') return listed;
  const names = new Set(listed.server.tools.map((tool) => tool.definition.name));
  const more = able.server.tools.filter((tool) => !names.has(tool.definition.name)).map(gated);
  if (more.length === 0) return listed;
  return {
    ...listed,
    server: { ...listed.server, tools: [...listed.server.tools, ...more] },
    contentHash: createHash('sha256').update(`${listed.contentHash} ${able.contentHash}`).digest('hex'),
  };
}

function gated(tool: ObservedTool): ObservedTool {
  const note = 'listed only to a client that declares capabilities (roots, sampling, elicitation, tasks)';
  return { ...tool, gated: true, notes: [...tool.notes, note].sort() };
}

function notesOf({ env, args }: Setting): readonly string[] {
  const names = Object.keys(env);
  return [
    ...(names.length === 0 ? [] : [`listed with dummy values for ${names.join(', ')}`]),
    ...(args.length === 0 ? [] : [`listed with the argument ${args.join(' ')}`]),
  ];
}

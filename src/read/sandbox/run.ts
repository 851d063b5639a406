import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { MCP_LIMITS } from '../mcp/limits.ts';
import { SANDBOX } from './bounds.ts';
import { type Inside, sandboxCommand } from './command.ts';
import type { NodeProgram } from './node.ts';

/** Why a sandboxed program was ended by us. */
export type Cut = 'time' | 'output' | 'memory' | 'closed';

/** A program that runs in the sandbox. */
export interface Running {
  /** Standard output, counted; ends when the program does. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Writes to standard input; false when the program does not read any more. */
  write(text: string): boolean;
  /** The last of standard error, as text. */
  errors(): string;
  /** What we ended it for; undefined while it runs or when it ended by itself. */
  cut(): Cut | undefined;
  /** Exit code, 128 + signal, once it ended. */
  readonly ended: Promise<number>;
  kill(why?: Cut): void;
}

/** What running needs to know of the machine. */
export interface Machine {
  readonly node: NodeProgram;
  /** Our user id: root gives its rights up before the sandbox is made, since limits on processes do not hold for root. */
  readonly userId: number;
  /** PATH on which bwrap and prlimit are looked for. */
  readonly path: string;
}

/** First of the user ids that sandboxes take when we are root; far above those of people and services. */
const FIRST_USER = 2_000_000_000;

/** Starts a program in the sandbox. It is bounded from the first instant, whatever the caller does. */
export function runInside(inside: Inside, machine: Machine, wallMs: number = SANDBOX.wallMs): Running {
  const child = spawnPiped(inside, machine);
  let cut: Cut | undefined;
  let bytes = 0;
  let errors = Buffer.alloc(0);
  const kill = (why: Cut = 'closed'): void => {
    // What nobody reads any more would keep the pipe, and with it the end, open.
    if (why === 'closed') child.stdout.destroy();
    if (child.exitCode !== null || child.signalCode !== null) return;
    cut ??= why;
    child.kill('SIGKILL');
  };
  const count = (chunk: Uint8Array): void => {
    bytes += chunk.byteLength;
    if (bytes > SANDBOX.outputBytes) kill('output');
  };
  const clock = setTimeout(() => kill('time'), wallMs);
  const watch = setInterval(() => {
    if (residentOf(child.pid ?? 0) > SANDBOX.residentBytes) kill('memory');
  }, SANDBOX.watchMs);
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (chunk: Buffer) => {
    count(chunk);
    errors = Buffer.concat([errors, chunk]).subarray(-MCP_LIMITS.stderrBytes);
  });
  const ended = new Promise<number>((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 137));
  }).finally(() => {
    clearTimeout(clock);
    clearInterval(watch);
  });
  return {
    output: counted(child, count),
    write: (text) => child.stdin.writable && child.stdin.write(text),
    errors: () => errors.toString('utf8'),
    cut: () => cut,
    ended,
    kill,
  };
}

type Piped = ChildProcess & { readonly stdin: Writable; readonly stdout: Readable; readonly stderr: Readable };

function spawnPiped(inside: Inside, machine: Machine): Piped {
  const [program = 'bwrap', ...args] = sandboxCommand(inside, machine.node);
  const user = FIRST_USER + Math.floor(Math.random() * 100_000_000);
  const handle = machine.node.closed ? openSync(machine.node.path, 'r') : undefined;
  try {
    const child = spawn(program, args, {
      cwd: '/',
      env: { PATH: machine.path },
      stdio: ['pipe', 'pipe', 'pipe', ...(handle === undefined ? [] : [handle])],
      ...(machine.userId === 0 ? { uid: user, gid: user } : {}),
    });
    if (!isPiped(child)) throw new Error('a child without its three pipes');
    return child;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function isPiped(child: ChildProcess): child is Piped {
  return child.stdin !== null && child.stdout !== null && child.stderr !== null;
}

async function* counted(child: Piped, count: (chunk: Uint8Array) => void) {
  for await (const chunk of child.stdout) {
    count(chunk);
    yield chunk as Uint8Array;
  }
}

/** Resident memory of a process and everything below it, bytes. What cannot be read counts nothing. */
function residentOf(root: number): number {
  const children = new Map<number, number[]>();
  const resident = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/u.test(name)) continue;
    const stat = textOf(`/proc/${name}/stat`);
    // The name of the program stands in parentheses and may hold anything.
    const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const parent = Number(rest[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    resident.set(Number(name), Number(rest[21]) * PAGE);
  }
  let total = 0;
  const queue = [root];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    total += resident.get(pid) || 0;
    queue.push(...(children.get(pid) ?? []));
  }
  return total;
}

const PAGE = 4_096;

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

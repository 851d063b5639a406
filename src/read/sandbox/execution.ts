import { spawn } from 'node:child_process';
import { userInfo } from 'node:os';
import PQueue from 'p-queue';
import type { Failure } from '../../model/manifest.ts';
import { executeFailure } from './failures.ts';
import { nodeProgram } from './node.ts';
import { type Probe, selfTest } from './probes.ts';
import type { Machine } from './run.ts';

/** Leave to run servers, given by `--execute`, with what that needs. Absent from the world: nothing is run. */
export interface Execution {
  readonly machine: Machine;
  /** Variables for the npm client, which installs outside of the sandbox and runs no scripts. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder for packages; each gets one of its own below it, removed afterwards. */
  readonly scratch: string;
  /** Why nothing can be run here, or undefined. Tried once. */
  refusal(): Promise<Failure | undefined>;
  /** Waits for a turn: few servers run at a time, however many visits are under way. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** Servers that run at the same time. */
const RUNNING = 4;

/** What the sandbox needs to know of this machine, from the environment of the program and Node's own file. */
export function machineOf(env: Readonly<Record<string, string | undefined>>, node: string = process.execPath): Machine {
  const userId = userInfo().uid;
  return { node: nodeProgram(node, userId), userId, path: env.PATH ?? '/usr/bin:/bin' };
}

/** Gives leave to run servers on this machine. The sandbox proves itself before the first one. */
export function createExecution(
  machine: Machine,
  env: Readonly<Record<string, string | undefined>>,
  scratch: string,
): Execution {
  let tried: Promise<Failure | undefined> | undefined;
  const turns = new PQueue({ concurrency: RUNNING });
  return {
    machine,
    env,
    scratch,
    refusal() {
      tried ??= prove(machine, env.HOME ?? '/home');
      return tried;
    },
    inTurn: (work) => turns.add(work),
  };
}

async function prove(machine: Machine, home: string): Promise<Failure | undefined> {
  for (const program of ['bwrap', 'prlimit']) {
    if (!(await starts(program, machine.path))) return executeFailure('sandbox-missing', `no ${program}`);
  }
  const leaks = leaksOf(await selfTest(machine, home));
  return leaks === '' ? undefined : executeFailure('sandbox-leaks', leaks);
}

function leaksOf(probes: readonly Probe[]): string {
  return probes
    .filter((probe) => !probe.contained)
    .map((probe) => `${probe.name}: ${probe.detail}`)
    .join('; ');
}

function starts(program: string, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, ['--version'], { stdio: 'ignore', env: { PATH: path } });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

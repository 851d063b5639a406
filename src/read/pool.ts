import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ChildJob, SourcePackage } from '../extract/source/protocol.ts';
import type { SourceResult } from '../extract/source/result.ts';
import { LIMITS } from '../model/limits.ts';
import type { SourceJob, SourceParser } from './reader.ts';

/** Bounds of the pool. Times in milliseconds. */
export interface PoolOptions {
  /** Child processes at once. Default 2. */
  readonly children?: number;
  readonly fileMs?: number;
  readonly packageMs?: number;
  readonly heapMb?: number;
  /** How many files of one package may kill a parser before the package is given up. Default 4. */
  readonly killers?: number;
}

/** How one try in one child ended. */
type Attempt =
  | { readonly kind: 'answered'; readonly result: SourceResult }
  | { readonly kind: 'died' | 'timed-out'; readonly file: string | undefined; readonly message: string };

interface Waiting {
  readonly job: SourceJob;
  readonly settle: (result: SourceResult) => void;
}

/**
 * A pool of child processes that parse source. A child that dies or hangs is replaced, and its package is tried again
 * without the file that was being parsed, so that a killer costs only itself. The parent never parses.
 */
export function createParserPool(options: PoolOptions = {}): SourceParser {
  const bounds = {
    children: options.children ?? 2,
    fileMs: options.fileMs ?? LIMITS.parseFileMs,
    packageMs: options.packageMs ?? LIMITS.parsePackageMs,
    heapMb: options.heapMb ?? LIMITS.parserHeapMb,
    killers: options.killers ?? 4,
  };
  const waiting: Waiting[] = [];
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  let busy = 0;
  let closed = false;

  const take = (): ChildProcess => {
    const ready = idle.pop();
    if (ready !== undefined) return ready;
    const child = startChild(bounds.heapMb);
    all.add(child);
    child.once('exit', () => {
      all.delete(child);
      const at = idle.indexOf(child);
      if (at >= 0) idle.splice(at, 1);
    });
    return child;
  };
  const next = () => {
    while (busy < bounds.children && !closed) {
      const turn = waiting.shift();
      if (turn === undefined) return;
      busy += 1;
      void parsePackage(turn.job, take, (child) => idle.push(child), bounds).then((result) => {
        busy -= 1;
        turn.settle(result);
        next();
      });
    }
  };
  return {
    parse(job) {
      const size = tooLarge(job);
      if (size !== undefined) return Promise.resolve({ kind: 'too-large', message: size });
      if (closed) return Promise.resolve({ kind: 'died', message: 'The parser pool is closed' });
      return new Promise((settle) => {
        waiting.push({ job, settle });
        next();
      });
    },
    async close() {
      closed = true;
      for (const { settle } of waiting.splice(0)) settle({ kind: 'died', message: 'The parser pool is closed' });
      const gone = [...all].map((child) => new Promise<void>((resolve) => child.once('exit', () => resolve())));
      for (const child of all) child.kill('SIGKILL');
      await Promise.all(gone);
    },
  };
}

function tooLarge(job: SourceJob): string | undefined {
  let bytes = 0;
  for (const content of job.files.values()) bytes += content.byteLength;
  return bytes > LIMITS.sourceBytes ? `${bytes} bytes of source, and ${LIMITS.sourceBytes} are parsed` : undefined;
}

async function parsePackage(
  job: SourceJob,
  take: () => ChildProcess,
  giveBack: (child: ChildProcess) => void,
  bounds: { readonly fileMs: number; readonly packageMs: number; readonly killers: number },
): Promise<SourceResult> {
  const packages: readonly SourcePackage[] = job.packages ?? [];
  const skip: string[] = [];
  const problems: string[] = [];
  let last: Attempt | undefined;
  for (const [path, content] of job.files) {
    if (content.byteLength <= LIMITS.sourceFileBytes) continue;
    skip.push(path);
    problems.push(`${path} has ${content.byteLength} bytes and was not parsed`);
  }
  while (problems.length <= bounds.killers) {
    const child = take();
    const attempt = await tryOnce(child, { ...job, packages, skip: [...skip] }, bounds);
    if (attempt.kind === 'answered') {
      giveBack(child);
      return withProblems(attempt.result, problems, last);
    }
    last = attempt;
    if (attempt.file === undefined || skip.includes(attempt.file)) break;
    skip.push(attempt.file);
    problems.push(`${attempt.file}: ${attempt.message}`);
  }
  return {
    kind: last?.kind === 'timed-out' ? 'timed-out' : 'died',
    message: problems.join('; ') || (last?.kind === 'answered' ? '' : (last?.message ?? 'The parser died')),
  };
}

/** A package whose only source killed its parser has an outcome of its own; one that still shows tools is partial. */
function withProblems(result: SourceResult, problems: readonly string[], last: Attempt | undefined): SourceResult {
  if (result.kind !== 'parsed' || problems.length === 0) return result;
  if (result.tools.length === 0 && last !== undefined && last.kind !== 'answered') {
    return { kind: last.kind, message: problems.join('; ') };
  }
  return { ...result, problems: [...problems, ...result.problems] };
}

function tryOnce(
  child: ChildProcess,
  job: ChildJob,
  bounds: { readonly fileMs: number; readonly packageMs: number },
): Promise<Attempt> {
  return new Promise((resolve) => {
    let file: string | undefined;
    let timedOut: string | undefined;
    const stop = (text: string) => {
      timedOut = text;
      child.kill('SIGKILL');
    };
    const whole = setTimeout(() => stop(`took more than ${bounds.packageMs} ms`), bounds.packageMs);
    let perFile: NodeJS.Timeout | undefined;
    const reports = createInterface({ input: child.stdio[4] as Readable });
    const onReport = (line: string) => {
      file = reportedFile(line) ?? file;
      clearTimeout(perFile);
      const before = cpuMs(child.pid) ?? 0;
      let grace = STARVED_TIMES;
      const check = () => {
        const used = cpuMs(child.pid);
        // On a busy machine the child may hardly have run: it gets its time, a few times over.
        if (used === undefined || used - before > bounds.fileMs / 2 || grace === 0) {
          stop(`took more than ${bounds.fileMs} ms`);
          return;
        }
        grace -= 1;
        perFile = setTimeout(check, bounds.fileMs);
      };
      perFile = setTimeout(check, bounds.fileMs);
    };
    const finish = (attempt: Attempt) => {
      clearTimeout(whole);
      clearTimeout(perFile);
      reports.off('line', onReport);
      reports.close();
      child.off('message', onMessage);
      child.off('close', onClose);
      resolve(attempt);
    };
    const onMessage = (result: unknown) => finish({ kind: 'answered', result: result as SourceResult });
    // `close` comes after the report pipe is read to its end, so that the file in work is known.
    const onClose = (code: number | null, signal: string | null) =>
      finish(
        timedOut === undefined
          ? { kind: 'died', file, message: `its parser ended with ${signal ?? `exit code ${code}`}` }
          : { kind: 'timed-out', file, message: timedOut },
      );
    reports.on('line', onReport);
    child.on('message', onMessage);
    child.on('close', onClose);
    child.send(job, () => undefined);
  });
}

/** How often a child that is kept from running gets its time again. The bound of the package holds all the same. */
const STARVED_TIMES = 3;

/** Processor time of a process, milliseconds; undefined where the system does not tell. */
function cpuMs(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name in parentheses: state is the first field, user and system time the 12th and 13th, in 1/100 s.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

function reportedFile(line: string): string | undefined {
  try {
    const report: unknown = JSON.parse(line);
    if (typeof report === 'object' && report !== null && 'file' in report && typeof report.file === 'string')
      return report.file;
  } catch {
    // A line that the child's death cut short.
  }
  return undefined;
}

function startChild(heapMb: number): ChildProcess {
  const here = import.meta.url;
  const development = here.endsWith('.ts');
  const path = fileURLToPath(new URL(`../extract/source/child.${development ? 'ts' : 'js'}`, here));
  const loader = development ? ['--import', pathToFileURL(createRequire(here).resolve('tsx')).href] : [];
  return fork(path, [], {
    execArgv: [`--max-old-space-size=${heapMb}`, ...loader],
    serialization: 'advanced',
    // No environment: what parses hostile source has no business with tokens.
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
  });
}

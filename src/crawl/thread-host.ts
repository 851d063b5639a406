import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { ReadResult } from '../model/manifest.ts';
import { isLarge, unpack } from './parcel.ts';
import type { FromThread, ThreadStart, ToThread } from './thread-protocol.ts';
import { AHEAD, type Job, type Over, type VisitBounds, type Visits } from './visits.ts';

/** Memory of the thread, MB: what is over it ends the thread, never the program. */
const MEMORY: ResourceLimits = { maxOldGenerationSizeMb: 1_024 };

/** How often a thread that has work is asked whether it still hears, and how long it may take to say so. Milliseconds. */
const PING_MS = 5_000;
const SILENT_MS = 60_000;

/** So many threads in a row may die without having finished a visit; then something is wrong with the program. */
const MAX_DEATHS = 3;

/** How long a thread may take to end by itself, milliseconds. */
const END_MS = 2_000;

/** The number of the question whose answer nobody waits for. */
const GREETING = 0;

interface Held {
  readonly job: Job;
  readonly over: Over;
  readonly lost: (error: Error) => void;
}

interface Question {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One life of a thread. */
interface Life {
  readonly worker: Worker;
  readonly begun: Int32Array;
  /** Jobs by number, in the order in which they are begun. */
  readonly held: Map<number, Held>;
  readonly questions: Map<number, Question>;
  /** Number of its first job. */
  readonly first: number;
  heardAt: number;
}

/** How a thread is started. */
export interface ThreadOptions<Setup> {
  /** The module that calls `serveVisits`. */
  readonly module: URL;
  /** What that module wants; plain data. */
  readonly setup: Setup;
  /** For tests: shorter bounds. */
  readonly pingMs?: number;
  readonly silentMs?: number;
  readonly memory?: ResourceLimits;
}

/**
 * The thread that reads, seen from the one that stores. A thread that dies or hangs is replaced: the visits that it had
 * begun are `parser-died`, and those that it had not begun are made by the next one.
 */
export class ReadingThread<Setup, Ask = unknown> {
  readonly #options: ThreadOptions<Setup>;
  #life: Life | undefined;
  #bounds: VisitBounds | undefined;
  #greeting: Ask | undefined;
  #watch: NodeJS.Timeout | undefined;
  /** Jobs that are not handed over yet: those of one turn go together. */
  #waiting: Held[] = [];
  #nextJob = 0;
  #nextQuestion = 0;
  #deaths = 0;
  #isCut = false;

  constructor(options: ThreadOptions<Setup>) {
    this.#options = options;
  }

  /** The visits of one crawl. */
  visits(bounds: VisitBounds): Visits {
    this.#bounds = bounds;
    this.#isCut = false;
    if (this.#life !== undefined) say(this.#life, { kind: 'bounds', bounds });
    return {
      window: AHEAD * bounds.concurrency,
      visit: (job, over, lost) => this.#visit({ job, over, lost }),
      stop: () => {
        for (const { over } of this.#waiting.splice(0)) over(undefined);
        if (this.#life !== undefined) say(this.#life, { kind: 'stop' });
      },
      cut: () => this.#cut(),
    };
  }

  /** Asks this before anything else, each time a thread begins. No answer is waited for. */
  greet(question: Ask): void {
    this.#greeting = question;
    if (this.#life !== undefined) say(this.#life, { kind: 'question', number: GREETING, question });
  }

  /** Asks what the thread's module answers. Rejects when the thread dies meanwhile. */
  ask(question: Ask, signal: AbortSignal | undefined): Promise<unknown> {
    const life = this.#alive();
    this.#nextQuestion += 1;
    const number = this.#nextQuestion;
    const forget = () => say(life, { kind: 'forget', number });
    say(life, { kind: 'question', number, question });
    const answer = new Promise((resolve, reject) => life.questions.set(number, { resolve, reject }));
    if (signal?.aborted === true) forget();
    signal?.addEventListener('abort', forget, { once: true });
    return answer.finally(() => signal?.removeEventListener('abort', forget));
  }

  /** Ends the thread, by force when it does not end by itself. */
  async close(): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    const gone = new Promise<void>((resolve) => life.worker.once('exit', () => resolve()));
    say(life, { kind: 'end' });
    const late = setTimeout(() => void life.worker.terminate(), END_MS);
    await gone;
    clearTimeout(late);
  }

  #visit(held: Held): void {
    this.#waiting.push(held);
    if (this.#waiting.length === 1) queueMicrotask(() => this.#handOver());
  }

  #handOver(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const life = this.#alive();
    const first = this.#nextJob;
    const jobs: Job[] = [];
    for (const held of waiting) {
      life.held.set(first + jobs.length, held);
      jobs.push(held.job);
    }
    this.#nextJob += jobs.length;
    say(life, { kind: 'jobs', first, jobs });
  }

  #alive(): Life {
    if (this.#life !== undefined) return this.#life;
    const begun = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const { module, setup, memory } = this.#options;
    const workerData: ThreadStart<Setup> = { begun, setup };
    const worker = new Worker(module, { workerData, resourceLimits: memory ?? MEMORY });
    const life: Life = {
      worker,
      begun: new Int32Array(begun),
      held: new Map(),
      questions: new Map(),
      first: this.#nextJob,
      heardAt: performance.now(),
    };
    this.#life = life;
    let cause: unknown;
    worker.on('message', (message: FromThread) => this.#hear(life, message));
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => this.#bury(life, cause));
    if (this.#greeting !== undefined) say(life, { kind: 'question', number: GREETING, question: this.#greeting });
    if (this.#bounds !== undefined) say(life, { kind: 'bounds', bounds: this.#bounds });
    clearInterval(this.#watch);
    this.#watch = setInterval(() => this.#check(life), this.#options.pingMs ?? PING_MS);
    this.#watch.unref();
    return life;
  }

  #hear(life: Life, message: FromThread): void {
    life.heardAt = performance.now();
    if (message.kind === 'pong') return;
    if (message.kind === 'answer') {
      life.questions.get(message.number)?.resolve(message.answer);
      life.questions.delete(message.number);
      return;
    }
    this.#deaths = 0;
    if (isLarge(message)) say(life, { kind: 'took', size: message.size });
    for (const { number, visited } of unpack(message)) {
      const held = life.held.get(number);
      life.held.delete(number);
      held?.over(visited);
    }
  }

  /** Ends a thread that has something to do and has not been heard for long: a document holds it in a loop. */
  #check(life: Life): void {
    const now = performance.now();
    if (life.held.size + life.questions.size === 0) life.heardAt = now;
    if (now - life.heardAt > (this.#options.silentMs ?? SILENT_MS)) void life.worker.terminate();
    else say(life, { kind: 'ping' });
  }

  /** Visits that the thread does not end by itself end here. */
  #cut(): void {
    this.#isCut = true;
    const life = this.#life;
    if (life === undefined) return;
    say(life, { kind: 'cut' });
    const held = [...life.held.values()];
    life.held.clear();
    for (const { over } of held) over({ result: CUT, durationMs: 0 });
  }

  #bury(life: Life, cause: unknown): void {
    clearInterval(this.#watch);
    this.#life = undefined;
    const message = `the thread that reads ended: ${cause instanceof Error ? cause.message : 'it gave no answer any more'}`;
    for (const { reject } of life.questions.values()) reject(new Error(message));
    if (life.held.size === 0) return;
    this.#deaths += 1;
    const firstUnbegun = life.first + (life.begun[0] ?? 0);
    const again: Held[] = [];
    for (const [number, held] of life.held) {
      if (this.#deaths > MAX_DEATHS) held.lost(new Error(message, { cause }));
      else if (number < firstUnbegun) held.over({ result: died(message), durationMs: 0 });
      else if (this.#isCut) held.over(undefined);
      else again.push(held);
    }
    if (again.length === 0) return;
    this.#waiting.unshift(...again);
    this.#handOver();
  }
}

const CUT: ReadResult = {
  kind: 'failed',
  outcome: 'unreachable',
  reason: 'aborted',
  message: 'the visit was cut short',
};

function died(message: string): ReadResult {
  return { kind: 'failed', outcome: 'parser-died', reason: 'reader-died', message };
}

function say(life: Life, message: ToThread): void {
  life.worker.postMessage(message);
}

import { setImmediate } from 'node:timers/promises';
import { STRENGTHS } from '../model/policy.ts';
import { needsAllTools, type Renderer, type ServerJob } from './render.ts';
import { CAN_THREAD, RenderThreads } from './threads.ts';
import type { WorkerStart } from './worker.ts';

/** Pages that are rendered before threads are worth their start. */
const BEFORE_THREADS = 600;
const THREADS = 1;
/** Jobs that wait for a thread, and characters of them: bounds for memory. */
const MOST_WAITING = 16;
const MOST_CHARS = 4 << 20;
/** Pages that are rendered here before answers are looked at. */
const TURN_PAGES = 32;

/**
 * Shares the rendering between this thread and others. The pages of tools are rendered here, those of servers and their
 * policies on threads, as far as both have the same to do: the code of each is then compiled once, which is a good part
 * of a build of some thousand pages.
 */
export class SharedRendering {
  readonly #here: Renderer;
  readonly #wanted: number | undefined;
  readonly #start: WorkerStart;
  #threads: RenderThreads | undefined;
  /** What came before threads were worth their start. */
  #held: ServerJob[] = [];
  #pages = 0;
  /** Pages of servers that no thread has room for yet; as texts, which are moved at less cost than objects. */
  readonly #waiting: string[] = [];
  #chars = 0;

  /** `threads` is how many are started at once; by default one is, when there turns out to be much to do. */
  constructor(here: Renderer, start: WorkerStart, threads: number | undefined) {
    this.#here = here;
    this.#start = start;
    this.#wanted = CAN_THREAD ? threads : 0;
  }

  /** Files that threads wrote. */
  get files(): number {
    return this.#threads?.files ?? 0;
  }

  /** Their size. */
  get bytes(): number {
    return this.#threads?.bytes ?? 0;
  }

  /** Takes a job; its pages are written some time before `finish` ends. Throws what a thread threw. */
  async render(job: ServerJob): Promise<void> {
    if (this.#wanted === 0) {
      this.#here.server(job);
      return;
    }
    if (this.#threads !== undefined) {
      await this.#share(job, this.#threads);
      return;
    }
    this.#pages += pagesOf(job);
    const isEnough = this.#wanted !== undefined || this.#pages > BEFORE_THREADS;
    // A rebuild has little to do most of the time: to hold what it has would only keep garbage alive.
    if (!isEnough && !this.#start.fresh) {
      this.#here.server(job);
      return;
    }
    this.#held.push(job);
    if (!isEnough) return;
    const threads = new RenderThreads(this.#wanted ?? THREADS, this.#start);
    this.#threads = threads;
    const held = this.#held;
    this.#held = [];
    for (const one of held) await this.#share(one, threads);
  }

  /** Waits until everything is written. */
  async finish(): Promise<void> {
    for (const job of this.#held) this.#here.server(job);
    this.#held = [];
    const threads = this.#threads;
    if (threads === undefined) return;
    this.#feed(threads);
    while (this.#waiting.length > 0) await this.#help(threads);
    while (threads.busy) await threads.answer();
  }

  async close(): Promise<void> {
    await this.#threads?.close();
  }

  async #share(job: ServerJob, threads: RenderThreads): Promise<void> {
    if (threads.hungry && this.#waiting.length === 0) {
      threads.send(encodeJob(job));
      return;
    }
    if (job.whole || job.badge || job.policies) {
      const own = encodeJob({ ...job, wanted: [], gone: [] });
      this.#waiting.push(own);
      this.#chars += own.length;
    }
    this.#feed(threads);
    for (const tools of toolJobs(job)) {
      this.#here.server(tools);
      await this.#turn(threads);
    }
    while (this.#waiting.length > MOST_WAITING || this.#chars > MOST_CHARS) await this.#help(threads);
  }

  /** Renders here what waits for a thread. */
  async #help(threads: RenderThreads): Promise<void> {
    const own = this.#take();
    if (own !== undefined) this.#here.server(JSON.parse(own));
    await this.#turn(threads);
  }

  async #turn(threads: RenderThreads): Promise<void> {
    await setImmediate();
    threads.check();
    this.#feed(threads);
  }

  /** Sends what threads have room for. */
  #feed(threads: RenderThreads): void {
    while (threads.room) {
      const own = this.#take();
      if (own === undefined) return;
      threads.send(own);
    }
  }

  #take(): string | undefined {
    const own = this.#waiting.pop();
    if (own !== undefined) this.#chars -= own.length;
    return own;
  }
}

/** A job as JSON. Of its tools, which are most of it, the texts are used that are there already. */
function encodeJob(job: ServerJob): string {
  const { tools, texts, ...rest } = job;
  const all = needsAllTools(job);
  const wanted = new Set(job.wanted);
  const parts = tools.map((tool, at) =>
    tool && (all || wanted.has(at)) ? (texts[at] ?? JSON.stringify(tool)) : 'null',
  );
  return `${JSON.stringify({ ...rest, texts: [] }).slice(0, -1)},"tools":[${parts.join()}]}`;
}

/** The pages of a job's tools, a few at a time. */
function* toolJobs(job: ServerJob): Generator<ServerJob> {
  const { wanted, gone } = job;
  const only = { pages: job.pages, tools: job.tools, texts: job.texts, whole: false, badge: false, policies: false };
  for (let at = 0; at < wanted.length; at += TURN_PAGES)
    yield { ...only, wanted: wanted.slice(at, at + TURN_PAGES), gone: [] };
  if (gone.length > 0) yield { ...only, wanted: [], gone };
}

/** Pages of a job. */
function pagesOf({ wanted, gone, whole, policies }: ServerJob): number {
  return wanted.length + gone.length + (whole ? 1 : 0) + (policies ? STRENGTHS.length : 0);
}

import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { STRENGTHS } from '../model/policy.ts';
import type { ServerJob } from './render.ts';
import type { WorkerAnswer, WorkerStart } from './worker.ts';

/** Pages in one batch: large enough that sending it costs little. */
const BATCH_PAGES = 64;
/** Batches that wait for a thread: enough that it never idles, few enough that memory stays the same. */
const WAITING = 2;
/** Memory of one thread, MB: pages are made and dropped at once, so young objects are nearly all there are. */
const MEMORY = { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 64 };

/** Threads that render and write pages beside the main thread, which reads rows and renders what they have no time for. */
export class RenderThreads {
  files = 0;
  bytes = 0;
  readonly #threads: readonly { readonly worker: Worker; waiting: number }[];
  #batch: ServerJob[] = [];
  #pages = 0;
  #error: unknown;
  #wake: () => void = () => {};

  constructor(count: number, start: WorkerStart) {
    this.#threads = Array.from({ length: count }, () => {
      const worker = startWorker(start);
      const thread = { worker, waiting: 0 };
      worker.on('message', (answer: WorkerAnswer) => {
        thread.waiting--;
        this.files += answer.files;
        this.bytes += answer.bytes;
        if (answer.error !== undefined) this.#error = answer.error;
        this.#wake();
      });
      worker.on('error', (error) => {
        this.#error = error;
        this.#wake();
      });
      return thread;
    });
  }

  /** Takes a job. While all threads have enough to do, what waits is rendered `here`. Throws what a thread threw. */
  async add(job: ServerJob, here: (job: ServerJob) => void): Promise<void> {
    this.#batch.push(job);
    this.#pages += pagesOf(job);
    while (this.#pages >= BATCH_PAGES && !this.#send()) {
      const own = this.#batch.pop();
      if (own === undefined) return;
      this.#pages -= pagesOf(own);
      here(own);
      // Answers arrive between two turns only.
      await setImmediate();
      if (this.#error !== undefined) throw this.#error;
    }
  }

  /** Waits until everything is written. */
  async finish(here: (job: ServerJob) => void): Promise<void> {
    for (const job of this.#batch) here(job);
    this.#batch = [];
    while (this.#threads.some(({ waiting }) => waiting > 0)) await this.#answer();
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  /** Gives the batch to the thread with the least to do, unless all have enough. */
  #send(): boolean {
    const idle = this.#threads.reduce((a, b) => (b.waiting < a.waiting ? b : a));
    if (idle.waiting >= WAITING) return false;
    idle.waiting++;
    idle.worker.postMessage(JSON.stringify(this.#batch));
    this.#batch = [];
    this.#pages = 0;
    return true;
  }

  async #answer(): Promise<void> {
    await new Promise<void>((wake) => {
      this.#wake = wake;
    });
    if (this.#error !== undefined) throw this.#error;
  }
}

/** Pages of a job. */
export function pagesOf({ wanted, gone, whole, policies }: ServerJob): number {
  return wanted.length + gone.length + (whole ? 1 : 0) + (policies ? STRENGTHS.length : 0);
}

/** Whether threads can be started: not from source, since a thread does not have the loader of the main one. */
export const CAN_THREAD = !import.meta.url.endsWith('.ts');

function startWorker(start: WorkerStart): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), { workerData: start, resourceLimits: MEMORY });
}

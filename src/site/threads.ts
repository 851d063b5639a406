import { Worker } from 'node:worker_threads';
import type { ServerJob } from './render.ts';
import type { WorkerAnswer, WorkerStart } from './worker.ts';

/** Pages in one batch: large enough that sending it costs little. */
const BATCH_PAGES = 64;
/** Batches that wait for a thread: enough that it never idles, few enough that memory stays the same. */
const WAITING = 2;
/** Memory of one thread, MB: pages are made and dropped at once, so young objects are nearly all there are. */
const MEMORY = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };

/** Threads that render and write pages while the main thread reads rows. */
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

  /** Takes a job; waits while all threads have enough to do. Throws what a thread threw. */
  async add(job: ServerJob): Promise<void> {
    this.#batch.push(job);
    this.#pages += job.wanted.length + 1;
    if (this.#pages >= BATCH_PAGES) await this.#send();
  }

  /** Waits until everything is written. */
  async finish(): Promise<void> {
    if (this.#batch.length > 0) await this.#send();
    while (this.#threads.some(({ waiting }) => waiting > 0)) await this.#answer();
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  async #send(): Promise<void> {
    const batch = JSON.stringify(this.#batch);
    this.#batch = [];
    this.#pages = 0;
    for (;;) {
      const idle = this.#threads.reduce((a, b) => (b.waiting < a.waiting ? b : a));
      if (idle.waiting < WAITING) {
        idle.waiting++;
        idle.worker.postMessage(batch);
        return;
      }
      await this.#answer();
    }
  }

  async #answer(): Promise<void> {
    await new Promise<void>((wake) => {
      this.#wake = wake;
    });
    if (this.#error !== undefined) throw this.#error;
  }
}

/** Whether threads can be started: not from source, since a thread does not have the loader of the main one. */
export const CAN_THREAD = !import.meta.url.endsWith('.ts');

function startWorker(start: WorkerStart): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), { workerData: start, resourceLimits: MEMORY });
}

import { Worker } from 'node:worker_threads';
import type { WorkerAnswer, WorkerStart } from './worker.ts';

/** Jobs that a thread has at a time: enough that it never idles while this thread renders a few pages. */
const WAITING = 6;
/** Memory of one thread, MB: pages are made and dropped at once, so young objects are nearly all there are. */
const MEMORY = { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 64 };

/** Threads that render and write pages beside the main thread. Their answers arrive between two of its turns. */
export class RenderThreads {
  files = 0;
  bytes = 0;
  readonly #threads: readonly { readonly worker: Worker; waiting: number }[];
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

  /** A thread has something to do. */
  get busy(): boolean {
    return this.#threads.some(({ waiting }) => waiting > 0);
  }

  /** A thread will soon have nothing to do. */
  get hungry(): boolean {
    return this.#threads.some(({ waiting }) => waiting < 3);
  }

  /** A thread takes another job. */
  get room(): boolean {
    return this.#threads.some(({ waiting }) => waiting < WAITING);
  }

  /** Gives a job, as JSON, to the thread with the least to do. */
  send(job: string): void {
    const thread = this.#threads.reduce((a, b) => (b.waiting < a.waiting ? b : a));
    thread.waiting++;
    thread.worker.postMessage(job);
  }

  /** Throws what a thread threw. */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  /** Waits for the next answer. Throws what a thread threw. */
  async answer(): Promise<void> {
    await new Promise<void>((wake) => {
      this.#wake = wake;
    });
    this.check();
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }
}

/** Whether threads can be started: not from source, since a thread does not have the loader of the main one. */
export const CAN_THREAD = !import.meta.url.endsWith('.ts');

function startWorker(start: WorkerStart): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), { workerData: start, resourceLimits: MEMORY });
}

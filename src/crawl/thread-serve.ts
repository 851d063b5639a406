import type { MessagePort } from 'node:worker_threads';
import { prepareResult } from '../store/prepare.ts';
import type { Judge } from '../store/verdicts.ts';
import { isLarge, pack, type Told } from './parcel.ts';
import type { FromThread, ThreadStart, ToThread } from './thread-protocol.ts';
import { type Job, LocalVisits, type Read, type Visited } from './visits.ts';

/** What the thread reads and judges with, and answers questions by. */
export interface ThreadWorld {
  readonly read: Read;
  /** Absent until it is known; tools are then judged where they are stored. */
  judge(): Judge | undefined;
  /** Answers what is none of the crawl's business: the sources' requests go through the thread's one client. */
  answer(question: unknown, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

/** Results are sent together: so many, or what has come after this long, milliseconds. */
const BATCH = 32;
const BATCH_MS = 5;

/** No visit begins while so much that was sent is not taken: what is not stored yet stays bounded. Bytes, about. */
const UNTAKEN = 64 << 20;

/** Runs in the thread that reads: makes visits, judges what they bring, and answers questions, until it is told to end. */
export function serveVisits(port: MessagePort, { begun }: ThreadStart<unknown>, world: ThreadWorld): void {
  const count = new Int32Array(begun);
  const questions = new Map<number, AbortController>();
  const answers = new Answers(port);
  let visits: LocalVisits | undefined;
  const say = (message: FromThread) => port.postMessage(message);

  function visit(number: number, job: Job): void {
    const over = (visited: Visited | undefined) =>
      answers.add(visited === undefined ? { number } : { number, visited: prepared(job, visited, world.judge()) });
    answers.whenRoom(() => (visits === undefined ? over(undefined) : visits.visit(job, over)));
  }

  async function ask(number: number, question: unknown): Promise<void> {
    const stop = new AbortController();
    questions.set(number, stop);
    const answer = await world.answer(question, stop.signal);
    questions.delete(number);
    say({ kind: 'answer', number, answer });
  }

  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'bounds':
        visits = new LocalVisits(world.read, message.bounds, () => Atomics.add(count, 0, 1));
        return;
      case 'jobs':
        for (const [index, job] of message.jobs.entries()) visit(message.first + index, job);
        return;
      case 'question':
        void ask(message.number, message.question);
        return;
      case 'forget':
        questions.get(message.number)?.abort();
        return;
      case 'took':
        answers.took(message.size);
        return;
      case 'stop':
        visits?.stop();
        return;
      case 'cut':
        visits?.cut();
        return;
      case 'ping':
        say({ kind: 'pong' });
        return;
      case 'end':
        void world.close().then(() => port.close());
    }
  });
}

/** Collects how visits ended, and sends them together. */
class Answers {
  readonly #port: MessagePort;
  #batch: Told[] = [];
  #timer: NodeJS.Timeout | undefined;
  #untaken = 0;
  #waiting: (() => void)[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
  }

  add(told: Told): void {
    this.#batch.push(told);
    if (this.#batch.length >= BATCH) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), BATCH_MS);
  }

  /** Does something when there is room for more results; in the order of the calls. */
  whenRoom(act: () => void): void {
    this.#waiting.push(act);
    this.#proceed();
  }

  took(size: number): void {
    this.#untaken -= size;
    this.#proceed();
  }

  #proceed(): void {
    while (this.#untaken <= UNTAKEN) {
      const act = this.#waiting.shift();
      if (act === undefined) return;
      act();
    }
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const parcel = pack(this.#batch);
    this.#batch = [];
    if (isLarge(parcel)) this.#untaken += parcel.size;
    this.#port.postMessage(parcel, [parcel.bodies.buffer]);
  }
}

/** Does all that the result needs before it can be written. What has not changed is not judged: nothing of it is written. */
function prepared(job: Job, { result, durationMs }: Visited, judge: Judge | undefined): Visited {
  const isSame = result.kind === 'read' && result.contentHash === job.previous?.contentHash;
  return {
    result: result.kind === 'prepared' ? result : prepareResult(result, isSame ? undefined : judge, job.aliases),
    durationMs,
  };
}

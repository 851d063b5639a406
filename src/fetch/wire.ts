import type { Dispatcher } from 'undici';

/** What may wait for its reader before the connection is told to hold on, bytes. */
const WAITING_BYTES = 64 << 10;

/** Status and headers of an answer, names in lower case. */
export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

type Controller = Dispatcher.DispatchController;

/**
 * One answer as it comes in from undici: its head, then its body, read either in pieces or as a whole. Without a stream
 * between, since most bodies are one piece. Ends with the first error, be it the connection's or that of `abort`.
 */
export class Wire implements Dispatcher.DispatchHandler {
  /** Rejects with what ended the request before its headers came. */
  readonly head: Promise<Head>;
  readonly #onInterim: () => void;
  #gotHead: (head: Head) => void = () => {};
  #lostHead: (error: Error) => void = () => {};
  #controller: Controller | undefined;
  #chunks: Uint8Array[] = [];
  /** Bytes that wait in `chunks`. */
  #waiting = 0;
  #isPaused = false;
  #error: Error | undefined;
  #isOver = false;
  /** Of a body that is read as a whole, or thrown away: how long it may become, and what happens past it. */
  #bound: { readonly bytes: number; readonly over: () => Error } | undefined;
  #isDropped = false;
  #wake: () => void = () => {};

  /** `onInterim` is called for each interim answer (1xx). */
  constructor(onInterim: () => void) {
    this.#onInterim = onInterim;
    this.head = new Promise((resolve, reject) => {
      this.#gotHead = resolve;
      this.#lostHead = reject;
    });
    // Who waits for it hears of it; before, nobody may.
    this.head.catch(() => undefined);
  }

  /** Ends the request at once, with an error for whoever reads. */
  abort(error: Error): void {
    if (this.#isOver) return;
    this.#chunks = [];
    this.#fail(error);
    this.#controller?.abort(error);
  }

  /** The pieces of the body, as they come. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#waiting -= chunk.byteLength;
        if (this.#isPaused && this.#waiting < WAITING_BYTES) this.#resume();
        yield chunk;
        continue;
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#isOver) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The whole body, of at most `bytes`; throws what `over` makes when it is longer. */
  async whole(bytes: number, over: () => Error): Promise<Uint8Array> {
    this.#limit(bytes, over);
    while (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#error !== undefined) throw this.#error;
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
  }

  /** Throws the body away. The connection is kept when at most `bytes` come within `ms`. */
  discard(bytes: number, ms: number): void {
    if (this.#isOver) return;
    const tooMuch = () => new Error('the body of an answer that nobody reads is long');
    this.#isDropped = true;
    this.#chunks = [];
    this.#limit(bytes, tooMuch);
    setTimeout(() => this.abort(tooMuch()), ms).unref();
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#error !== undefined) controller.abort(this.#error);
  }

  onResponseStart(_: Controller, status: number, headers: Head['headers']): void {
    if (status < 200) this.#onInterim();
    else this.#gotHead({ status, headers });
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#waiting += chunk.byteLength;
    if (!this.#isDropped) this.#chunks.push(chunk);
    if (this.#bound !== undefined) {
      if (this.#waiting > this.#bound.bytes) this.abort(this.#bound.over());
      return;
    }
    if (this.#waiting >= WAITING_BYTES) {
      this.#isPaused = true;
      controller.pause();
    }
    this.#wake();
  }

  onResponseEnd(): void {
    this.#isOver = true;
    this.#wake();
  }

  onResponseError(_: Controller, error: Error): void {
    this.#fail(error);
  }

  #limit(bytes: number, over: () => Error): void {
    this.#bound = { bytes, over };
    if (this.#waiting > bytes) this.abort(over());
    else if (this.#isPaused) this.#resume();
  }

  #resume(): void {
    this.#isPaused = false;
    this.#controller?.resume();
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#error = error;
    this.#lostHead(error);
    this.#wake();
  }
}

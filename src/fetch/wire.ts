import type { Dispatcher } from 'undici';

/** What may wait for its reader before the connection is told to hold on, bytes. */
const WAITING_BYTES = 64 << 10;

/** Status and headers of an answer, names in lower case. */
export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Whoever reads a body that is longer than it may be says what is wrong with that. */
export interface Bounded {
  tooLong(): Error;
}

type Controller = Dispatcher.DispatchController;

/**
 * One answer as it comes in from undici: its head, then its body, read either in pieces or as a whole. Without a stream
 * between, since most bodies are one piece. Ends with the first error, be it the connection's or that of `abort`.
 */
export class Wire implements Dispatcher.DispatchHandler {
  /** Rejects with what ended the request before its headers came. */
  readonly head: Promise<Head>;
  readonly #onFlood: () => void;
  /** Interim answers that may still come. */
  #interim: number;
  #gotHead: (head: Head) => void = ignore;
  #lostHead: (error: Error) => void = ignore;
  #controller: Controller | undefined = undefined;
  #chunks: Uint8Array[] = [];
  /** Bytes that wait in `chunks`. */
  #waiting = 0;
  #isPaused = false;
  #error: Error | undefined = undefined;
  #isOver = false;
  /** Of a body that is read as a whole, or thrown away: how long it may become, and what happens past it. */
  #maxBytes = Number.POSITIVE_INFINITY;
  #reader: Bounded | undefined = undefined;
  #isDropped = false;
  #wake: () => void = ignore;

  /** `onFlood` is called when there are more than `maxInterim` interim answers (1xx). */
  constructor(maxInterim: number, onFlood: () => void) {
    this.#interim = maxInterim;
    this.#onFlood = onFlood;
    this.head = new Promise((resolve, reject) => {
      this.#gotHead = resolve;
      this.#lostHead = reject;
    });
    // Who waits for it hears of it; before, nobody may.
    this.head.catch(ignore);
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

  /** The whole body, of at most `bytes`; throws what `reader` says when it is longer. */
  async whole(bytes: number, reader: Bounded): Promise<Uint8Array> {
    this.#limit(bytes, reader);
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
    this.#isDropped = true;
    this.#chunks = [];
    this.#limit(bytes, NOBODY);
    setTimeout(() => this.abort(NOBODY.tooLong()), ms).unref();
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#error !== undefined) controller.abort(this.#error);
  }

  onResponseStart(_: Controller, status: number, headers: Head['headers']): void {
    if (status >= 200) {
      this.#gotHead({ status, headers });
      return;
    }
    this.#interim -= 1;
    if (this.#interim < 0) this.#onFlood();
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#waiting += chunk.byteLength;
    if (!this.#isDropped) this.#chunks.push(chunk);
    if (this.#reader !== undefined) {
      if (this.#waiting > this.#maxBytes) this.abort(this.#reader.tooLong());
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

  #limit(bytes: number, reader: Bounded): void {
    this.#maxBytes = bytes;
    this.#reader = reader;
    if (this.#waiting > bytes) this.abort(reader.tooLong());
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

const NOBODY: Bounded = { tooLong: () => new Error('the body of an answer that nobody reads is long') };

function ignore(): void {}

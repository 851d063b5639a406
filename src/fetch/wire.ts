import type { Dispatcher } from 'undici';

/** What may wait for its reader before the connection is told to hold on, bytes. */
const WAITING_BYTES = 64 << 10;

/** Headers of an answer, names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Whoever reads a body that is longer than it may be says what is wrong with that. */
export interface Bounded {
  tooLong(): Error;
}

/** Whoever waits for an answer: is told of its head, or of what ended the request before that. Must not throw. */
export interface Waiting {
  began(status: number, headers: Headers): void;
  lost(error: Error): void;
  /** There are more interim answers than may be. */
  flooded(): void;
}

type Controller = Dispatcher.DispatchController;

/**
 * One answer as it comes in from undici: its head, then its body, read either in pieces or as a whole. Without a stream
 * between, since most bodies are one piece. Ends with the first error, be it the connection's or that of `abort`.
 */
export class Wire implements Dispatcher.DispatchHandler {
  readonly #waits: Waiting;
  /** Interim answers that may still come. */
  #interim: number;
  #hasBegun = false;
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

  /** More than `maxInterim` interim answers (1xx) are a flood. */
  constructor(maxInterim: number, waits: Waiting) {
    this.#interim = maxInterim;
    this.#waits = waits;
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

  /** The whole body, of at most `bytes`, at once when it is here; throws what `reader` says when it is longer. */
  whole(bytes: number, reader: Bounded): Uint8Array | Promise<Uint8Array> {
    this.#limit(bytes, reader);
    if (!this.#isOver) return this.#wholeLater();
    if (this.#error === undefined && this.#waiting > bytes) throw reader.tooLong();
    return this.#all();
  }

  async #wholeLater(): Promise<Uint8Array> {
    while (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#all();
  }

  #all(): Uint8Array {
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

  onResponseStart(_: Controller, status: number, headers: Headers): void {
    if (status >= 200) {
      // One that was given up already has said so.
      if (this.#isOver) return;
      this.#waits.began(status, headers);
      this.#hasBegun = true;
      return;
    }
    this.#interim -= 1;
    if (this.#interim < 0) this.#waits.flooded();
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
    if (!this.#hasBegun) this.#waits.lost(error);
    this.#wake();
  }
}

const NOBODY: Bounded = { tooLong: () => new Error('the body of an answer that nobody reads is long') };

function ignore(): void {}

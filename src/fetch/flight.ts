import type { Place } from './hosts.ts';
import { fetchError } from './reasons.ts';
import type { Wire } from './wire.ts';

/**
 * One request under way: its deadline, the caller's signal, and its place in the queue. The deadline covers what no
 * other timer does: slow bodies, endless interim answers, back pressure, redirects together. It starts with the first
 * byte sent, so waiting for a place costs nothing.
 */
export class Flight {
  #error: Error | undefined;
  /** The hop that is under way. */
  #wire: Wire | undefined;
  readonly #url: string;
  readonly #ms: number;
  readonly #outer: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;
  #place: Place | undefined;
  #kept = false;

  constructor(url: string, ms: number, outer: AbortSignal | undefined) {
    this.#url = url;
    this.#ms = ms;
    this.#outer = outer;
    outer?.addEventListener('abort', this.#called, { once: true });
    if (outer?.aborted === true) this.#called();
  }

  /** Why it had to end: the deadline, the caller, or we; a `FetchError`. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Carries one hop: when the flight has to end, so does the hop. */
  carry(wire: Wire): void {
    this.#wire = wire;
    if (this.#error !== undefined) wire.abort(this.#error);
  }

  /** Takes a place; the first one starts the clock. */
  enter(place: Place): void {
    this.#place = place;
    this.#timer ??= setTimeout(() => {
      this.abort(fetchError('deadline', `${this.#ms} ms for ${this.#url}`));
      this.finish();
    }, this.#ms);
  }

  /** Gives the place back. */
  leave(): void {
    this.#place?.release();
    this.#place = undefined;
  }

  abort(error: Error): void {
    this.#error ??= error;
    this.#wire?.abort(this.#error);
  }

  /** Leaves the end to whoever reads the body: it calls `finish`. An event stream keeps no place meanwhile. */
  keep(longLived: boolean): void {
    this.#kept = true;
    if (longLived) this.leave();
  }

  /** Ends the flight unless its body is still being read. */
  end(): void {
    if (!this.#kept) this.finish();
  }

  /** Gives everything back. May be called more than once. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#called);
    this.leave();
  }

  readonly #called = () => this.abort(fetchError('aborted', this.#url));
}

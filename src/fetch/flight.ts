import type { Place } from './hosts.ts';
import { fetchError } from './reasons.ts';
import type { Wire } from './wire.ts';

/** Who calls flights off: one listener per signal, however many flights it is for. */
export class Callers {
  readonly #flights = new WeakMap<AbortSignal, Set<Flight>>();

  /** Calls a flight off as soon as the signal is aborted. */
  join(signal: AbortSignal, flight: Flight): void {
    let flights = this.#flights.get(signal);
    if (flights === undefined) {
      const all = new Set<Flight>();
      flights = all;
      this.#flights.set(signal, all);
      signal.addEventListener(
        'abort',
        () => {
          for (const one of [...all]) one.callOff();
        },
        { once: true },
      );
    }
    flights.add(flight);
    if (signal.aborted) flight.callOff();
  }

  leave(signal: AbortSignal, flight: Flight): void {
    this.#flights.get(signal)?.delete(flight);
  }
}

/** What a flight is bounded by. */
export interface FlightBounds {
  readonly url: string;
  /** Of the whole request, milliseconds. */
  readonly ms: number;
  readonly signal: AbortSignal | undefined;
  readonly callers: Callers;
}

/**
 * One request under way: its deadline, the caller's signal, and its place in the queue. The deadline covers what no
 * other timer does: slow bodies, endless interim answers, back pressure, redirects together. It starts with the first
 * byte sent, so waiting for a place costs nothing.
 */
export class Flight {
  #error: Error | undefined = undefined;
  /** The hop that is under way. */
  #wire: Wire | undefined = undefined;
  readonly #bounds: FlightBounds;
  #timer: NodeJS.Timeout | undefined = undefined;
  #place: Place | undefined = undefined;
  #kept = false;

  constructor(bounds: FlightBounds) {
    this.#bounds = bounds;
    if (bounds.signal !== undefined) bounds.callers.join(bounds.signal, this);
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
    this.#timer ??= setTimeout(endLate, this.#bounds.ms, this);
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

  /** Its caller wants it no longer. */
  callOff(): void {
    this.abort(fetchError('aborted', this.#bounds.url));
  }

  /** Its time is over. */
  late(): void {
    this.abort(fetchError('deadline', `${this.#bounds.ms} ms for ${this.#bounds.url}`));
    this.finish();
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
    const { signal, callers } = this.#bounds;
    clearTimeout(this.#timer);
    if (signal !== undefined) callers.leave(signal, this);
    this.leave();
  }
}

function endLate(flight: Flight): void {
  flight.late();
}

import { setMaxListeners } from 'node:events';

/** Visits that begin within this part of a visit's bound are one shift, … */
const SPAN_SHARE = 1 / 256;

/** … which is as long at most, milliseconds. */
const MAX_SPAN_MS = 100;

/** Makes what ends visits. As many listeners as there are visits under way are no leak. */
function newStop(): AbortController {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  return stop;
}

/**
 * What ended shifts leave for later ones. In V8's eyes every signal is of a kind of its own, so that code that was
 * compiled for the signals that it knew is thrown away when another one comes: a few of them serve all visits in turns.
 */
export class Stops {
  readonly #spare: AbortController[] = [];

  take(): AbortController {
    return this.#spare.pop() ?? newStop();
  }

  giveBack(stop: AbortController): void {
    if (!stop.signal.aborted) this.#spare.push(stop);
  }
}

/**
 * Visits that begin within one short span, with one signal and one timer for all of them: both for each visit cost as
 * much as reading a small manifest. A visit may take its bound and what was left of the span when it began.
 */
export class Shift<Visit> {
  readonly #stops: Stops;
  readonly #stop: AbortController;
  readonly #visits = new Set<Visit>();
  readonly #openUntil: number;
  readonly #timer: NodeJS.Timeout;
  #isOver = false;
  #isCut = false;

  /** `onLate` gets the visits that are not over in time, which the shift has left; `now` and `boundMs` are milliseconds. */
  constructor(now: number, boundMs: number, stops: Stops, onLate: (late: readonly Visit[]) => void) {
    const span = Math.min(boundMs * SPAN_SHARE, MAX_SPAN_MS);
    this.#openUntil = now + span;
    this.#stops = stops;
    this.#stop = stops.take();
    this.#timer = setTimeout(() => {
      const late = [...this.#visits];
      this.#visits.clear();
      // What was aborted serves no other shift.
      this.#stop.abort();
      this.#finish();
      onLate(late);
    }, boundMs + span);
  }

  /** Aborted when its visits have to end. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether its last visit has ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether a visit may still join, and would have its bound. */
  isOpen(now: number): boolean {
    return now < this.#openUntil && !this.#isOver && !this.#isCut;
  }

  add(visit: Visit): void {
    this.#visits.add(visit);
  }

  /** False when it had ended already. A shift that is empty is over. */
  delete(visit: Visit): boolean {
    const wasHere = this.#visits.delete(visit);
    if (wasHere && this.#visits.size === 0) this.#finish();
    return wasHere;
  }

  abort(): void {
    this.#isCut = true;
    this.#stop.abort();
  }

  #finish(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#stops.giveBack(this.#stop);
  }
}

import PQueue from 'p-queue';
import type { Failure } from '../model/manifest.ts';
import { unsaidPause } from './delays.ts';
import { type Manner, mannerFor } from './manners.ts';
import { Places } from './places.ts';
import { failure } from './reasons.ts';
import { evict, touch } from './remembered.ts';
import type { Trust } from './types.ts';

/** A pause longer than this is not waited out: the request fails with the instant to come back. */
const MAX_WAIT_MS = 30_000;

/** Longest spacing that a robots.txt can ask for. */
const MAX_INTERVAL_MS = 30_000;

/** The world that waiting needs. */
export interface Waiting {
  now(): number;
  /** Resolves after `ms`, or early when `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A place among the requests under way; `release` may be called more than once. */
export interface Place {
  readonly kind: 'place';
  release(): void;
}

/** What a request gets that asked for a place. */
type Granted = Place | Failure;

/** A request that waits for its place. */
interface Waiter {
  readonly url: URL;
  readonly signal: AbortSignal | undefined;
  readonly grant: (place: Granted) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Who waits for a host, and the queue that serves them. A task of the queue is a lane: it serves one after the other
 * until for a turn nobody comes, so that the queue, which is many times slower than a list, is not asked each time.
 */
interface Line {
  readonly queue: PQueue;
  readonly manner: Manner;
  readonly waiting: Waiter[];
  /** Lanes that were opened and not closed. */
  lanes: number;
  /** Those that nobody waits for: each takes the next who comes, or closes. */
  readonly idle: Lane[];
  /** Earliest start of the next request. */
  nextAt: number;
}

/** One task of a line's queue. */
interface Lane {
  readonly line: Line;
  /** Ends the task. */
  readonly close: () => void;
}

interface HostState {
  pausedUntil: number;
  /** Shortest time between two starts that the host itself asks for. */
  intervalMs: number;
  /** 429 in a row. */
  complaints: number;
}

/**
 * The queues: one p-queue per host, or per family of hosts that share machines, and one bound over all. A pause counts
 * for one host name, so that a hostile page of a shared host cannot silence its neighbours, and for everyone who
 * waits for that host.
 */
export class HostQueues {
  readonly #lines = new Map<string, Line>();
  /** The line that was asked for last: it is often the next one too. */
  #last: { readonly host: string; readonly trust: Trust; readonly line: Line } | undefined;
  readonly #hosts = new Map<string, HostState>();
  readonly #all: Places;
  readonly #waiting: Waiting;
  readonly #table: readonly Manner[];

  constructor(waiting: Waiting, table: readonly Manner[], concurrency: number) {
    this.#waiting = waiting;
    this.#table = table;
    this.#all = new Places(concurrency);
  }

  /**
   * Gives a place, at once where one is free: promises for each request cost more than the rest of the queue. Fails with
   * `host-paused` when the wait would be long, `aborted` when it was called off.
   */
  acquire(url: URL, trust: Trust, signal: AbortSignal | undefined): Granted | Promise<Granted> {
    const line = this.#line(url, trust);
    const isFree = line.idle.length > 0 && this.#mayGo(line, url, signal) && this.#all.take();
    const lane = line.idle.pop();
    if (isFree && lane !== undefined) return this.#placeIn(lane);
    return new Promise((grant, fail) => {
      const waiter: Waiter = { url, signal, grant, fail };
      if (lane !== undefined) {
        this.#serve(lane, waiter);
        return;
      }
      line.waiting.push(waiter);
      if (line.lanes < line.manner.concurrency) this.#open(line, fail);
    });
  }

  #open(line: Line, fail: (error: unknown) => void): void {
    line.lanes += 1;
    line.queue.add(() => new Promise<void>((close) => this.#next({ line, close }))).catch(fail);
  }

  /** Serves whoever waits next, or waits until the end of the turn for who comes. */
  #next(lane: Lane): void {
    const { waiting, idle } = lane.line;
    const waiter = waiting.shift();
    if (waiter !== undefined) {
      this.#serve(lane, waiter);
      return;
    }
    // The visit that a lane has served is often followed by another one at once.
    if (idle.length === 0) setImmediate(closeIdle, lane.line);
    idle.push(lane);
  }

  #serve(lane: Lane, waiter: Waiter): void {
    if (this.#mayGo(lane.line, waiter.url, waiter.signal) && this.#all.take()) waiter.grant(this.#placeIn(lane));
    else void this.#serveLater(lane, waiter);
  }

  async #serveLater(lane: Lane, { url, signal, grant, fail }: Waiter): Promise<void> {
    try {
      const isFree = this.#mayGo(lane.line, url, signal);
      const refusal = isFree ? undefined : await this.#wait(lane.line, url, signal);
      if (refusal === undefined) {
        if (!this.#all.take()) await this.#all.next();
        if (!isAborted(signal)) {
          grant(this.#placeIn(lane));
          return;
        }
        this.#all.giveBack();
      }
      grant(refusal ?? failure('aborted', url.href));
    } catch (error) {
      fail(error);
    }
    this.#next(lane);
  }

  #placeIn(lane: Lane): Place {
    let isHeld = true;
    return {
      kind: 'place',
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#all.giveBack();
        this.#next(lane);
      },
    };
  }

  /** Whether nothing is there to wait for, which is so nearly always. */
  #mayGo(line: Line, url: URL, signal: AbortSignal | undefined): boolean {
    if (line.manner.intervalMs > 0 || isAborted(signal) || this.#hosts.has(url.host)) return false;
    return line.nextAt <= this.#waiting.now();
  }

  async #wait(line: Line, url: URL, signal: AbortSignal | undefined): Promise<Failure | undefined> {
    for (;;) {
      if (isAborted(signal)) return failure('aborted', url.href);
      const now = this.#waiting.now();
      const host = this.#hosts.get(url.host);
      const pausedUntil = host?.pausedUntil ?? 0;
      if (pausedUntil - now > MAX_WAIT_MS) {
        return failure('host-paused', `${url.host} until ${new Date(pausedUntil).toISOString()}`, pausedUntil);
      }
      if (pausedUntil > now) {
        await this.#waiting.sleep(pausedUntil - now, signal);
        continue;
      }
      const interval = Math.max(line.manner.intervalMs, host?.intervalMs ?? 0);
      // A clock that was set back must not turn a short interval into a long wait.
      const startAt = Math.min(Math.max(now, line.nextAt), now + MAX_INTERVAL_MS);
      line.nextAt = startAt + interval;
      if (startAt > now) await this.#waiting.sleep(startAt - now, signal);
      return isAborted(signal) ? failure('aborted', url.href) : undefined;
    }
  }

  /** Lets nobody through to the host before `until`, epoch milliseconds. */
  pause(url: URL, until: number): void {
    const host = this.#host(url);
    host.pausedUntil = Math.max(host.pausedUntil, until);
  }

  /** Notes a 429, and says until when to wait where the host did not. */
  complain(url: URL, until: number | undefined): number {
    const host = this.#host(url);
    host.complaints += 1;
    const end = until ?? unsaidPause(host.complaints, this.#waiting.now());
    host.pausedUntil = Math.max(host.pausedUntil, end);
    return end;
  }

  /** Notes a good answer: complaints are counted in a row. */
  content(url: URL): void {
    const host = this.#hosts.get(url.host);
    if (host !== undefined) host.complaints = 0;
  }

  /** Spaces the requests to a host as its robots.txt asks, within bounds. */
  space(url: URL, intervalMs: number): void {
    this.#host(url).intervalMs = Math.min(Math.max(intervalMs, 0), MAX_INTERVAL_MS);
  }

  /** How many queues are in memory. */
  get size(): number {
    return this.#lines.size;
  }

  #line(url: URL, trust: Trust): Line {
    const last = this.#last;
    // It is the newest, so that no order changes.
    if (last !== undefined && last.host === url.host && last.trust === trust) return last.line;
    const { queue: name, manner } = mannerFor(url.hostname, url.port, trust, this.#table);
    const line = this.#lines.get(name) ?? newLine(manner);
    touch(this.#lines, name, line);
    evict(this.#lines, (one) => one.lanes === 0);
    this.#last = { host: url.host, trust, line };
    return line;
  }

  #host(url: URL): HostState {
    const known = this.#hosts.get(url.host);
    const host = known ?? { pausedUntil: 0, intervalMs: 0, complaints: 0 };
    touch(this.#hosts, url.host, host);
    const now = this.#waiting.now();
    evict(this.#hosts, (one) => one.pausedUntil <= now);
    return host;
  }
}

function newLine(manner: Manner): Line {
  return { queue: new PQueue({ concurrency: manner.concurrency }), manner, waiting: [], lanes: 0, idle: [], nextAt: 0 };
}

/** Ends the lanes of a line for which nobody came. */
function closeIdle(line: Line): void {
  const idle = line.idle.splice(0);
  line.lanes -= idle.length;
  for (const { close } of idle) close();
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

import { Agent, type buildConnector } from 'undici';
import { LIMITS } from '../model/limits.ts';
import type { Failure, NotModified } from '../model/manifest.ts';
import { quotaPause, retryAfter } from './delays.ts';
import { failureOf } from './errors.ts';
import { type Answer, exchange } from './exchange.ts';
import { Callers, Flight } from './flight.ts';
import { guardedConnector, openConnector, type Resolve, systemResolve } from './guard.ts';
import { requestHeaders, validatorsOf } from './headers.ts';
import { HostQueues } from './hosts.ts';
import { MANNERS, type Manner } from './manners.ts';
import { failure, statusFailure } from './reasons.ts';
import { retryWait } from './retry.ts';
import { Robots } from './robots.ts';
import { type Accepted, fetched, opened, type Take } from './taking.ts';
import { acceptsType, mediaType } from './text.ts';
import type { FetchRequest, HttpClient, Trust } from './types.ts';
import { checkUrl, endpointOf, redirectTarget } from './url.ts';

export interface HttpClientOptions {
  /** `product/version (+https://contact)`; its product is the name that robots.txt knows us by. */
  readonly userAgent: string;
  /** Epoch milliseconds. */
  now(): number;
  /** Waits; default: a timer. Must not reject. */
  sleep?(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 to 1, for jitter. */
  random?(): number;
  /** Requests under way over all hosts. Default 32. */
  readonly concurrency?: number;
  /** Origins that the operator configured: a redirect to one of them keeps the operator's trust. */
  operatorOrigins?(): readonly string[];
  /** Further lines of the table of manners, before the built-in ones. */
  readonly manners?: readonly Manner[];
  /** Certificate authorities in PEM, beside the built-in ones. */
  readonly ca?: readonly string[];
  /** How often a request that failed for a moment is tried again. Default 2. */
  readonly retries?: number;
  /** For tests: origins on loopback that crawled data may name. */
  readonly allowLoopbackFor?: readonly string[];
  /** For tests: answers of the resolver. */
  readonly resolve?: Resolve;
  /** For tests: shorter bounds, milliseconds. */
  readonly connectMs?: number;
  readonly headersMs?: number;
  readonly idleMs?: number;
}

/** Longest time without a byte of the body. */
const IDLE_MS = 10_000;

/** Longer timers fire at once in Node. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const CONCURRENCY = 32;
const RETRIES = 2;

/** Connections to one origin, unless a line of the table of manners allows more; the host's queue is the real bound. */
const CONNECTIONS = 16;

/** Characters of an address that a failure shows. */
const SHOWN = 200;

const OK_STATUSES: ReadonlySet<number> = new Set([200, 201, 202, 203, 204]);
const BODILESS: ReadonlySet<number> = new Set([202, 204]);
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Makes the one client of the program. Nothing else opens a connection. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const sleep = options.sleep ?? timerSleep;
  const random = options.random ?? Math.random;
  const now = () => options.now();
  const exempt = new Set((options.allowLoopbackFor ?? []).map((origin) => endpointOf(new URL(origin))));
  const guard = {
    resolve: options.resolve ?? systemResolve,
    connectMs: options.connectMs ?? LIMITS.connectMs,
    ca: options.ca ?? [],
    exempt,
  };
  const table = [...(options.manners ?? []), ...MANNERS];
  const agents: Readonly<Record<Trust, Agent>> = {
    operator: makeAgent(options, table, openConnector(guard)),
    crawled: makeAgent(options, table, guardedConnector(guard)),
  };
  const hosts = new HostQueues({ now, sleep }, table, options.concurrency ?? CONCURRENCY);
  const robots = new Robots(options.userAgent.split('/', 1)[0] ?? '', now, (request) => open(request));
  const callers = new Callers();

  /** Whose word the next hop stands on: what a stranger names stays a stranger's, wherever it leads. */
  function trustAfter(trust: Trust, from: URL, to: URL): Trust {
    if (trust === 'crawled' || to.origin === from.origin) return trust;
    return options.operatorOrigins?.().includes(to.origin) === true ? 'operator' : 'crawled';
  }

  /** One request with its few repetitions; `take` makes something of an answer whose headers were accepted. */
  async function withRetries<T extends { readonly kind: string }>(
    request: FetchRequest,
    take: (request: FetchRequest, accepted: Accepted, flight: Flight) => Take<T>,
  ): Promise<T | NotModified | Failure> {
    const url = request.url.slice(0, SHOWN);
    const ms = request.timeoutMs ?? LIMITS.requestMs;
    for (let round = 0; ; round += 1) {
      const flight = new Flight({ url, ms, signal: request.signal, callers });
      let result: T | NotModified | Failure;
      try {
        const accepted = await follow(request, flight);
        const taken = accepted.kind === 'accepted' ? take(request, accepted, flight) : accepted;
        result = taken instanceof Promise ? await taken : taken;
      } catch (error) {
        result = failureOf(error, url, false);
      } finally {
        flight.end();
      }
      if (!isFailure(result)) return result;
      const idempotent = (request.method ?? 'GET') === 'GET';
      if (round >= (options.retries ?? RETRIES) || !idempotent || request.signal?.aborted === true) return result;
      const wait = retryWait(result, round, now(), random);
      if (wait === undefined) return result;
      await sleep(wait, request.signal);
    }
  }

  /** Follows redirects by hand until an answer whose status and headers can be taken. */
  async function follow(request: FetchRequest, flight: Flight): Promise<Accepted | NotModified | Failure> {
    const start = checkUrl(request.url, request.trust, exempt);
    if (!(start instanceof URL)) return start;
    const redirects: string[] = [];
    let [url, trust, home] = [start, request.trust, true];
    for (;;) {
      flight.leave();
      const refusal = request.robots === true ? await askRobots(url, trust, request.signal) : undefined;
      const granted = refusal ?? hosts.acquire(url, trust, request.signal);
      const place = granted instanceof Promise ? await granted : granted;
      if (place.kind === 'failed') return place;
      flight.enter(place);
      const headers = requestHeaders(request, options.userAgent, home);
      const answer = await exchange(agents[trust], url, request, headers, flight);
      if (answer.kind === 'failed') return answer;
      if (!REDIRECT_STATUSES.has(answer.status)) return accept(request, answer, redirects, home);
      answer.discard();
      const next = nextHop(request, answer, redirects, start.href);
      if (!(next instanceof URL)) return next;
      trust = trustAfter(trust, url, next);
      const allowed = checkUrl(next.href, trust, exempt);
      if (!(allowed instanceof URL)) return allowed;
      home = home && next.origin === start.origin;
      redirects.push(next.href);
      url = next;
    }
  }

  /** What robots.txt has against it; spaces the host as it asks. */
  async function askRobots(url: URL, trust: Trust, signal: AbortSignal | undefined): Promise<Failure | undefined> {
    const { refusal, delayMs } = await robots.ask(url, trust, signal);
    if (refusal === undefined && delayMs !== undefined) hosts.space(url, delayMs);
    return refusal;
  }

  /** Judges status and headers of the last hop. */
  function accept(
    request: FetchRequest,
    answer: Answer,
    redirects: readonly string[],
    conditional: boolean,
  ): Accepted | NotModified | Failure {
    const { url, status, headers } = answer;
    const asked = request.statuses?.includes(status) === true;
    if (status === 304) {
      answer.discard();
      return !conditional || !hasValidators(request)
        ? failure('http-304-unasked', url.href)
        : { kind: 'not-modified', validators: { ...request.validators, ...validatorsOf(headers) } };
    }
    if (!OK_STATUSES.has(status) && !asked) {
      answer.discard();
      return statusFailure(status, url.href, askedPause(url, status, headers));
    }
    hosts.content(url);
    const pause = quotaPause(headers, now());
    if (pause !== undefined) hosts.pause(url, pause);
    const wanted = request.contentTypes ?? [];
    if (wanted.length === 0 || asked || BODILESS.has(status)) return { kind: 'accepted', answer, redirects };
    const type = mediaType(headers);
    if (!acceptsType(type, wanted)) {
      answer.discard();
      return type === ''
        ? failure('content-type-missing', url.href)
        : failure('content-type', `${type} from ${url.href}`);
    }
    return { kind: 'accepted', answer, redirects };
  }

  /** Pauses the host as its error answer asks. */
  function askedPause(url: URL, status: number, headers: ReadonlyMap<string, string>): number | undefined {
    const until = retryAfter(headers.get('retry-after'), now()) ?? quotaPause(headers, now());
    if (status === 429) return hosts.complain(url, until);
    if (status === 403 && until !== undefined) hosts.pause(url, until);
    if (status === 503 && until !== undefined) hosts.pause(url, until);
    return until;
  }

  const open = (request: FetchRequest) => withRetries(request, opened);

  return {
    fetch: (request) => withRetries(request, fetched),
    open,
    async close() {
      await Promise.all([agents.operator.destroy(), agents.crawled.destroy()]);
    },
  };
}

function makeAgent(options: HttpClientOptions, table: readonly Manner[], connect: buildConnector.connector): Agent {
  return new Agent({
    connect,
    headersTimeout: options.headersMs ?? LIMITS.headersMs,
    bodyTimeout: options.idleMs ?? IDLE_MS,
    maxHeaderSize: LIMITS.headerBytes,
    connections: Math.max(CONNECTIONS, ...table.map((manner) => manner.concurrency)),
    pipelining: 1,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 60_000,
    allowH2: false,
  });
}

/** The next hop, unless the redirect is one that is not followed. */
function nextHop(request: FetchRequest, answer: Answer, redirects: readonly string[], start: string): URL | Failure {
  const next = redirectTarget(answer.url, answer.headers.get('location'));
  if (!(next instanceof URL)) return next;
  if (next.href === start || redirects.includes(next.href)) return failure('redirect-loop', next.href);
  if (redirects.length >= LIMITS.redirects) return failure('redirect-limit', `${LIMITS.redirects} from ${start}`);
  const kept = (answer.status === 307 || answer.status === 308) && next.origin === answer.url.origin;
  if ((request.method ?? 'GET') !== 'GET' && !kept) return failure('redirect-method', next.href);
  return next;
}

function hasValidators({ validators }: FetchRequest): boolean {
  return validators?.etag !== undefined || validators?.lastModified !== undefined;
}

function isFailure(result: { readonly kind: string }): result is Failure {
  return result.kind === 'failed';
}

function timerSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(ms, MAX_TIMER_MS));
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
  });
}

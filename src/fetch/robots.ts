import robotsParser from 'robots-parser';
import type { Failure } from '../model/manifest.ts';
import { failure } from './reasons.ts';
import { FetchError, type FetchRequest, type Opened, type Trust } from './types.ts';

/** The package is CommonJS whose one export is this function; its types speak of a default export, which it has not. */
const parseRobots = robotsParser as unknown as typeof robotsParser.default;

/** RFC 9309 asks for at least 500 KiB; what is longer is read up to here. */
const MAX_BYTES = 512 << 10;

/** RFC 9309: no longer than a day. */
const KEEP_MS = 24 * 3_600_000;

/** An unreachable robots.txt forbids everything, so it is asked again sooner. */
const KEEP_FAILED_MS = 10 * 60_000;

/** Origins whose rules are in memory. */
const MAX_ORIGINS = 256;

/** Rules longer than this match no real path, and cost time on a hostile one. */
const MAX_LINE = 2_048;
const MAX_LINES = 20_000;

/** Patterns with wildcards cost path × pattern each; more of them than any site has is an attack, and read as "all". */
const MAX_WILDCARD_CHARS = 64 << 10;

/** Longer paths are refused rather than matched: matching costs path × pattern. */
const MAX_PATH = 2_048;

interface Rules {
  readonly until: number;
  allows(url: URL): Failure | undefined;
  /** Crawl-delay in milliseconds, where one is named. */
  readonly delayMs: number | undefined;
}

/** What a robots.txt of its origin says of one URL. */
export interface RobotsAnswer {
  readonly refusal: Failure | undefined;
  readonly delayMs: number | undefined;
}

/** robots.txt by RFC 9309, read through the same guarded client and kept for a day at most. */
export class Robots {
  readonly #origins = new Map<string, Promise<Rules>>();
  readonly #agent: string;
  readonly #now: () => number;
  readonly #open: (request: FetchRequest) => Promise<Opened | Failure | { readonly kind: 'not-modified' }>;

  constructor(
    agent: string,
    now: () => number,
    open: (request: FetchRequest) => Promise<Opened | Failure | { readonly kind: 'not-modified' }>,
  ) {
    this.#agent = agent;
    this.#now = now;
    this.#open = open;
  }

  async ask(url: URL, trust: Trust, signal: AbortSignal | undefined): Promise<RobotsAnswer> {
    const key = `${trust} ${url.origin}`;
    const known = this.#origins.get(key);
    const kept = await known;
    const fresh = kept !== undefined && kept.until > this.#now() && kept.until <= this.#now() + KEEP_MS;
    const rules = fresh ? kept : await this.#renew(key, known, url, trust, signal);
    return { refusal: rules.allows(url), delayMs: rules.delayMs };
  }

  #renew(key: string, seen: Promise<Rules> | undefined, url: URL, trust: Trust, signal: AbortSignal | undefined) {
    const current = this.#origins.get(key);
    // Another caller has asked again meanwhile.
    if (current !== undefined && current !== seen) return current;
    const asked = this.#read(url, trust, signal);
    this.#origins.delete(key);
    this.#origins.set(key, asked);
    const oldest = this.#origins.keys().next();
    if (this.#origins.size > MAX_ORIGINS && oldest.done !== true) this.#origins.delete(oldest.value);
    return asked;
  }

  async #read(url: URL, trust: Trust, signal: AbortSignal | undefined): Promise<Rules> {
    const address = `${url.origin}/robots.txt`;
    const opened = await this.#open({
      url: address,
      trust,
      maxBytes: 64 * MAX_BYTES,
      timeoutMs: 15_000,
      accept: 'text/plain, */*;q=0.1',
      ...(signal === undefined ? {} : { signal }),
    });
    if (opened.kind !== 'opened') return this.#withoutFile(opened, address);
    try {
      return this.#parsed(address, await firstBytes(opened));
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      return this.#withoutFile(error.failure, address);
    } finally {
      opened.close();
    }
  }

  #withoutFile(answer: Failure | { readonly kind: 'not-modified' }, address: string): Rules {
    // 4xx, all but 429: there is no robots.txt, so everything may be read (RFC 9309, 2.3.1.3).
    if (answer.kind === 'failed' && /^http-4/u.test(answer.reason) && answer.outcome !== 'rate-limited') {
      return { until: this.#now() + KEEP_MS, allows: () => undefined, delayMs: undefined };
    }
    const why = answer.kind === 'failed' ? answer.reason : answer.kind;
    const notBefore = answer.kind === 'failed' ? answer.notBefore : undefined;
    const refusal = failure('robots-unreachable', `${why} from ${address}`, notBefore);
    // A call that was called off says nothing about the host.
    const until = why === 'aborted' ? 0 : this.#now() + KEEP_FAILED_MS;
    return { until, allows: () => refusal, delayMs: undefined };
  }

  #parsed(address: string, text: string): Rules {
    const lines = text.split(/\r\n|\r|\n/u, MAX_LINES).filter((line) => line.length <= MAX_LINE);
    const wild = lines.reduce((sum, line) => sum + (line.includes('*') ? line.length : 0), 0);
    const costly =
      wild > MAX_WILDCARD_CHARS ? failure('robots', `${wild} characters of wildcards in ${address}`) : undefined;
    const robots = parseRobots(address, costly === undefined ? lines.join('\n') : '');
    const seconds = robots.getCrawlDelay(this.#agent);
    return {
      until: this.#now() + KEEP_MS,
      delayMs: seconds === undefined || !Number.isFinite(seconds) ? undefined : seconds * 1_000,
      allows: (url) => {
        if (costly !== undefined) return costly;
        if (url.pathname.length + url.search.length > MAX_PATH) return failure('url-too-long', url.href.slice(0, 200));
        return robots.isAllowed(url.href, this.#agent) === false ? failure('robots', url.href) : undefined;
      },
    };
  }
}

/** The first `MAX_BYTES` as text: what a longer file says after them is not read. */
async function firstBytes(opened: Opened): Promise<string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of opened.body) {
    chunks.push(chunk);
    total += chunk.byteLength;
    if (total >= MAX_BYTES) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, MAX_BYTES));
}

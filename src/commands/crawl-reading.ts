import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { RuleFiles } from '../classify/index.ts';
import { ReadingThread } from '../crawl/thread-host.ts';
import type { Read } from '../crawl/visits.ts';
import type { CrawlWorld } from '../crawl/world.ts';
import type { FetchRequest, HttpClient } from '../fetch/types.ts';
import type { Failure } from '../model/manifest.ts';
import type { SourceWorld } from '../sources/source.ts';
import type { CrawlQuestion, CrawlThreadSetup } from './crawl-thread.ts';
import { openReading, openSources, type ReadingHost, type ReadingOptions, type ReadingSetup } from './setup.ts';

/** How a crawl reads: where its visits are made, and what its sources may use. */
export interface CrawlReading extends Pick<CrawlWorld, 'read' | 'visits'> {
  readonly sources: SourceWorld;
  /** Tells the rules, as soon as they are known. */
  useRules(files: RuleFiles): void;
  /** Resolves when visits can begin without a wait; for who measures them. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** A thread does not have the loader that reads TypeScript, and on one processor it only costs. */
const CAN_THREAD = !import.meta.url.endsWith('.ts') && availableParallelism() > 1;

/**
 * What V8 does otherwise in a crawl: when it compiles and cleans up, and nothing that a result could tell. Node 20, 22 and
 * 24 know all of it.
 *
 * It takes 100 bytes of bytecode into one function from those that it calls, instead of 920. The same small functions are
 * called from most of a crawl's large ones, and were compiled anew into each: a tenth of the processor time of a crawl of
 * 5,000 manifests, 4 % of one of 20,000.
 *
 * It does not optimise WebAssembly. That is undici's parser of HTTP, one function of 33 kB, which took 0.1 to 0.15 s and
 * 29 MB after the first hundred answers, and is hardly faster for it: 60,000 answers cost less without.
 *
 * The thread that reads, which begins after this, lets its heap become 64 MB before it is looked through for the first
 * time. It keeps 25 MB and makes few that last, so that each look finds little: 4 % of a crawl of 5,000 manifests, and a
 * crawl of 20,000 needs 5 MB more at its peak.
 */
export const V8_FLAGS: readonly string[] = [
  '--max-inlined-bytecode-size-cumulative=100',
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
  '--initial-old-space-size=64',
];

/**
 * Opens the reading of a crawl. A small one that needs no network to know what it visits reads here. Any other one reads in
 * a thread of its own, where visits are made, extracted and judged while this thread stores. There is one client in either
 * case, so that every host has one queue.
 */
export async function openCrawlReading(host: ReadingHost, options: ReadingOptions): Promise<CrawlReading> {
  const here = lazyHere(host, options);
  const thread = lazyThread(host, options);
  return {
    read: here.read,
    visits: (bounds, many) => (CAN_THREAD && (many || thread.isOpen()) ? thread.get().visits(bounds) : undefined),
    sources: await openSources(host, options, { fetch: (request) => (CAN_THREAD ? thread : here).fetch(request) }),
    useRules: thread.useRules,
    async ready() {
      if (CAN_THREAD) await thread.get().ask({ kind: 'ready' }, undefined);
    },
    async close() {
      await Promise.all([here.close(), thread.close()]);
    },
  };
}

function lazyHere(host: ReadingHost, options: ReadingOptions) {
  let opened: Promise<ReadingSetup> | undefined;
  const get = () => {
    opened ??= openReading(host, options);
    return opened;
  };
  const read: Read = async (locator, previous, signal) => {
    const { readLocator } = await import('../read/index.ts');
    const reading = await get();
    return readLocator(locator, { ...reading.read, signal }, previous);
  };
  return {
    read,
    fetch: async (request: FetchRequest) => (await get()).client.fetch(request),
    close: async () => (await opened)?.close(),
  };
}

function lazyThread(host: ReadingHost, options: ReadingOptions) {
  const { env, cwd, dataFolder, version } = host;
  const setup: CrawlThreadSetup = { host: { env, cwd, dataFolder, version }, options };
  const module = new URL('./crawl-thread.js', import.meta.url);
  let rules: RuleFiles | undefined;
  let opened: ReadingThread<CrawlThreadSetup, CrawlQuestion> | undefined;
  const get = () => {
    if (opened !== undefined) return opened;
    for (const flag of V8_FLAGS) setFlagsFromString(flag);
    opened = new ReadingThread<CrawlThreadSetup, CrawlQuestion>({ module, setup });
    if (rules !== undefined) opened.greet({ kind: 'rules', files: rules });
    return opened;
  };
  return {
    get,
    isOpen: () => opened !== undefined,
    useRules(files: RuleFiles) {
      rules = files;
      opened?.greet({ kind: 'rules', files });
    },
    async fetch({ signal, ...request }: FetchRequest) {
      try {
        return (await get().ask({ kind: 'fetch', request }, signal)) as Awaited<ReturnType<HttpClient['fetch']>>;
      } catch (error) {
        return lost(request.url, error);
      }
    },
    close: async () => opened?.close(),
  };
}

function lost(url: string, error: unknown): Failure {
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', outcome: 'unreachable', reason: 'client-closed', message: `${url}: ${why}` };
}

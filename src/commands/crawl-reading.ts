import { availableParallelism } from 'node:os';
import type { RuleFiles } from '../classify/index.ts';
import { ReadingThread } from '../crawl/thread-host.ts';
import type { CrawlWorld } from '../crawl/world.ts';
import type { FetchRequest, HttpClient } from '../fetch/types.ts';
import type { Failure } from '../model/manifest.ts';
import type { SourceWorld } from '../sources/source.ts';
import type { CrawlQuestion, CrawlThreadSetup } from './crawl-thread.ts';
import { openReading, openSources, type ReadingHost, type ReadingOptions } from './setup.ts';

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
 * Opens the reading of a crawl: in a thread of its own, where visits are made, extracted and judged while this thread
 * stores; its modules load while this thread goes on. There is one client, so that every host's queue is one.
 */
export async function openCrawlReading(host: ReadingHost, options: ReadingOptions): Promise<CrawlReading> {
  return CAN_THREAD ? openThread(host, options) : openHere(host, options);
}

async function openHere(host: ReadingHost, options: ReadingOptions): Promise<CrawlReading> {
  const { readLocator } = await import('../read/index.ts');
  const reading = await openReading(host, options);
  return {
    read: (locator, previous, signal) => readLocator(locator, { ...reading.read, signal }, previous),
    sources: reading.sources,
    useRules() {},
    ready: () => Promise.resolve(),
    close: () => reading.close(),
  };
}

async function openThread(host: ReadingHost, options: ReadingOptions): Promise<CrawlReading> {
  const { env, cwd, dataFolder, version } = host;
  const setup: CrawlThreadSetup = { host: { env, cwd, dataFolder, version }, options };
  const thread = new ReadingThread<CrawlThreadSetup, CrawlQuestion>({
    module: new URL('./crawl-thread.js', import.meta.url),
    setup,
  });
  thread.start();
  const client: Pick<HttpClient, 'fetch'> = {
    async fetch({ signal, ...request }: FetchRequest) {
      try {
        return (await thread.ask({ kind: 'fetch', request }, signal)) as Awaited<ReturnType<HttpClient['fetch']>>;
      } catch (error) {
        return lost(request.url, error);
      }
    },
  };
  return {
    read: () => Promise.reject(new Error('visits are made in the thread')),
    visits: (bounds) => thread.visits(bounds),
    sources: await openSources(host, options, client),
    async ready() {
      await thread.ask({ kind: 'ready' }, undefined);
    },
    useRules: (files) => thread.greet({ kind: 'rules', files }),
    close: () => thread.close(),
  };
}

function lost(url: string, error: unknown): Failure {
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', outcome: 'unreachable', reason: 'client-closed', message: `${url}: ${why}` };
}

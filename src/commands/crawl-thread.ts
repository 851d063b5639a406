import { parentPort, workerData } from 'node:worker_threads';
import { classify, compileRuleset, type RuleFiles, type Ruleset } from '../classify/index.ts';
import type { ThreadStart } from '../crawl/thread-protocol.ts';
import { serveVisits } from '../crawl/thread-serve.ts';
import type { FetchRequest } from '../fetch/types.ts';
import { readLocator } from '../read/index.ts';
import type { ReadWorld } from '../read/reader.ts';
import type { Judge } from '../store/verdicts.ts';
import { openReading, type ReadingHost, type ReadingOptions } from './setup.ts';

/** What the thread of a crawl is started with. */
export interface CrawlThreadSetup {
  readonly host: Omit<ReadingHost, 'now' | 'signal'>;
  readonly options: ReadingOptions;
}

/** What it is asked: whether it runs, to take the rules that it judges by, or to make a request of a source. */
export type CrawlQuestion =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rules'; readonly files: RuleFiles }
  | { readonly kind: 'fetch'; readonly request: FetchRequest };

const port = parentPort;
if (port === null) throw new Error('commands/crawl-thread.ts is started by commands/crawl-reading.ts');
const start: ThreadStart<CrawlThreadSetup> = workerData;
const { host, options } = start.setup;
const hard = new AbortController();
const reading = await openReading({ ...host, now: Date.now, signal: hard.signal }, options);
let judge: Judge | undefined;
/** What the visits of the newest signal may use: many have the same one. */
let newest: ReadWorld = { ...reading.read, signal: hard.signal };

serveVisits(port, start, {
  read: (locator, previous, signal) => readLocator(locator, worldOf(signal), previous),
  judge: () => judge,
  async answer(question: CrawlQuestion, signal) {
    switch (question.kind) {
      case 'ready':
        return undefined;
      case 'fetch':
        return reading.client.fetch({ ...question.request, signal });
      case 'rules':
        judge = judgeBy(compileRuleset(question.files));
        return undefined;
    }
  },
  async close() {
    hard.abort();
    await reading.close();
  },
});

function worldOf(signal: AbortSignal): ReadWorld {
  if (newest.signal !== signal) newest = { ...reading.read, signal };
  return newest;
}

function judgeBy(ruleset: Ruleset): Judge {
  // The copy begins with the server: to add a member to a copy takes V8 ten times as long.
  return (definition, server) => classify({ server, ...definition }, ruleset);
}

// The thread of a crawl that is made to be killed: reads what the torture's server on loopback serves.
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadStart } from '../../src/crawl/thread-protocol.ts';
import { serveVisits } from '../../src/crawl/thread-serve.ts';
import { createHttpClient } from '../../src/fetch/client.ts';
import { readLocator } from '../../src/read/index.ts';
import { judge } from './judge.ts';

/** What it is started with. */
export interface ReaderSetup {
  readonly origin: string;
}

if (parentPort === null) throw new Error('torture/reader.ts is started by torture/child.ts');
const start: ThreadStart<ReaderSetup> = workerData;
const { origin } = start.setup;
const client = createHttpClient({
  userAgent: 'torture/0',
  now: Date.now,
  operatorOrigins: () => [origin],
  manners: [],
});
serveVisits(parentPort, start, {
  read: (locator, previous, signal) =>
    readLocator(
      locator,
      {
        client,
        npmRegistry: () => ({ url: origin, headers: {} }),
        pypiIndex: () => origin,
        parsers: { parse: () => Promise.reject(new Error('no source here')), close: () => Promise.resolve() },
        root: '/',
        operatorOrigins: new Set([origin]),
        signal,
      },
      previous,
    ),
  judge: () => judge,
  answer: () => Promise.resolve(undefined),
  close: () => client.close(),
});

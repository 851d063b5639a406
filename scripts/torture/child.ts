// One crawl that is made to be killed: `child.js DATABASE PORT`. Prints one line for each acknowledged visit.
// FAILPOINT=step:n in the environment kills it at the n-th passing of a named step of the store.
import { writeSync } from 'node:fs';
import { crawl } from '../../src/crawl/crawl.ts';
import { ReadingThread } from '../../src/crawl/thread-host.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { takeRunLock } from '../../src/store/lock.ts';
import { judge } from './judge.ts';
import { MANIFESTS } from './manifests.ts';
import type { ReaderSetup } from './reader.ts';

const [path = '', port = '', synchronous = 'FULL'] = process.argv.slice(2);
const origin = `http://127.0.0.1:${port}`;
const say = (line: string) => writeSync(1, `${line}\n`);

const [step, nth = '1'] = (process.env.FAILPOINT ?? '').split('@');
let passed = 0;
function onStep(name: string): void {
  if (name !== step) return;
  passed += 1;
  if (passed === Number(nth)) process.kill(process.pid, 'SIGKILL');
}

say('START');
const catalogue = openCatalogue(path, {
  mode: 'write',
  now: Date.now,
  step: onStep,
  synchronous: synchronous === 'OFF' ? 'OFF' : 'FULL',
});
const lock = takeRunLock(path, String(process.pid));
// As in the program, visits are made in a thread of their own.
const thread = new ReadingThread<ReaderSetup>({ module: new URL('./reader.js', import.meta.url), setup: { origin } });
const leases = catalogue.sql.get<{ top: number | null }>('SELECT max(lease) AS top FROM visits');
say(`OPEN ${leases?.top ?? 0}`);

const report = await crawl(
  { concurrency: 8, everything: true },
  {
    catalogue,
    sources: [
      {
        name: 'torture',
        delta: false,
        async *list() {
          for (let i = 0; i < MANIFESTS; i++)
            yield { locator: `file:${origin}/m/${i}.json`, source: 'torture', aliases: [] };
        },
      },
    ],
    read: () => Promise.reject(new Error('visits are made in the thread')),
    visits: (bounds) => thread.visits(bounds),
    judge,
    ruleset: 'torture',
    extractor: 'torture',
    now: Date.now,
    signal: new AbortController().signal,
    onEvent: (event) => {
      if (event.kind === 'visited') say(`ACK ${event.visit.lease} ${event.visit.locator} ${event.visit.outcome}`);
    },
  },
);
say(`DONE ${report.visits}`);
lock.release();
catalogue.close();
await thread.close();
process.exit(0);

// One crawl that is made to be killed: `child.js DATABASE PORT`. Prints one line for each acknowledged visit.
// FAILPOINT=step:n in the environment kills it at the n-th passing of a named step of the store.
import { writeSync } from 'node:fs';
import { crawl } from '../../src/crawl/crawl.ts';
import { createHttpClient } from '../../src/fetch/client.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { readLocator } from '../../src/read/index.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { takeRunLock } from '../../src/store/lock.ts';
import { MANIFESTS } from './manifests.ts';

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
const client = createHttpClient({
  userAgent: 'torture/0',
  now: Date.now,
  operatorOrigins: () => [origin],
  manners: [],
});
const leases = catalogue.sql.get<{ top: number | null }>('SELECT max(lease) AS top FROM visits');
say(`OPEN ${leases?.top ?? 0}`);

const judge = (definition: { readonly name: string }, server: string): Verdict => ({
  v: 1,
  ruleset: 'torture',
  server,
  name: definition.name,
  category: 'Read',
  severity: 'low',
  confidence: 1,
  capabilities: ['reads-data'],
  findings: [{ rule: 'r', capability: 'reads-data', path: '/name', on: 'value', start: 0, end: 1, text: 't' }],
  moves: [],
  operations: [],
  threats: [],
});

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
await client.close();
process.exit(0);

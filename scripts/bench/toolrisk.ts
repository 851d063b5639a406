// Crawls every manifest the way `toolrisk crawl` does, guarded client, real rules and committed rows included:
// `toolrisk.js ORIGIN COUNT CONCURRENCY DATABASE DATA`, one line of JSON.
import { classify } from '../../src/classify/index.ts';
import { crawl } from '../../src/crawl/crawl.ts';
import { loadRuleset } from '../../src/data/load.ts';
import { createHttpClient } from '../../src/fetch/client.ts';
import { readLocator } from '../../src/read/index.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';

const [origin = '', count = '0', concurrency = '1', path = '', data = ''] = process.argv.slice(2);
const ruleset = loadRuleset(data);
const catalogue = openCatalogue(path, { mode: 'write', now: Date.now });
const loopback = new URL(origin).hostname;
const client = createHttpClient({
  userAgent: 'toolrisk-bench/0',
  now: Date.now,
  concurrency: Number(concurrency),
  operatorOrigins: () => [origin],
  manners: [
    { host: loopback, concurrency: Number(concurrency), intervalMs: 0, reason: 'our own server', source: 'ours' },
  ],
});
const began = performance.now();
const cpu = process.cpuUsage();
const report = await crawl(
  { concurrency: Number(concurrency) },
  {
    catalogue,
    sources: [
      {
        name: 'bench',
        delta: false,
        async *list() {
          for (let i = 0; i < Number(count); i++)
            yield { locator: `file:${origin}/m/${i}.json`, source: 'bench', aliases: [] };
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
    judge: (definition, server) => classify({ ...definition, server }, ruleset),
    ruleset: ruleset.version,
    extractor: 'bench',
    now: Date.now,
    signal: new AbortController().signal,
  },
);
const ms = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
const cpuMs = (user + system) / 1_000;
const stored = catalogue.counts();
console.log(
  JSON.stringify({
    ms,
    cpuMs,
    tools: stored.tools,
    servers: stored.servers,
    outcomes: report.outcomes,
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
catalogue.close();
process.exit(0);

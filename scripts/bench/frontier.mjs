// Lists ROWS manifests, then visits VISITS of them with the built program, the way `toolrisk crawl` does: its own reading
// thread, guarded client, shipped rules and committed rows. `frontier.mjs ORIGIN MANIFESTS ROWS VISITS DATABASE DATA`, one
// line of JSON. MANIFESTS is how many the server has; queries tell more rows apart than that.
import { inside } from '../../dist/inside.js';

const { openCrawlReading } = await inside.crawlReading();
const { crawl } = await inside.crawl();
const { readRuleFiles } = await inside.rules();
const { openCatalogue } = await inside.store();
const [origin = '', manifests = '1', rows = '0', most = '0', path = '', data = ''] = process.argv.slice(2);
const files = readRuleFiles(data);
const catalogue = openCatalogue(path, { mode: 'write', now: Date.now });
const stop = new AbortController();
const reading = await openCrawlReading(
  { env: process.env, cwd: process.cwd(), dataFolder: data, version: 'bench', now: Date.now, signal: stop.signal },
  {
    operatorOrigins: [origin],
    manners: [
      { host: new URL(origin).hostname, concurrency: 16, intervalMs: 0, reason: 'our own server', source: 'ours' },
    ],
  },
);
reading.useRules(files);
await reading.ready();
const began = performance.now();
let listedAt = 0;
let visits = 0;
/** Visits that wait for the end of the listing, so that all are made while the frontier is at its largest. */
const held = [];
const report = await crawl(
  { concurrency: 16, everything: true, sourceMs: 3_600_000 },
  {
    ...reading,
    catalogue,
    visits(bounds, many) {
      const inner = reading.visits(bounds, many);
      return {
        window: inner.window,
        visit: (...visit) => (listedAt === 0 ? held.push(() => inner.visit(...visit)) : inner.visit(...visit)),
        stop: () => inner.stop(),
        cut: () => inner.cut(),
      };
    },
    sources: [
      {
        name: 'many',
        delta: false,
        async *list() {
          for (let i = 0; i < Number(rows); i++) {
            const locator = `file:${origin}/m/${i % Number(manifests)}.json?row=${i}`;
            yield { locator, source: 'many', aliases: [] };
          }
          listedAt = performance.now();
          for (const visit of held.splice(0)) visit();
        },
      },
    ],
    judge: () => {
      throw new Error('the reading thread judges');
    },
    ruleset: files.version,
    extractor: 'bench',
    now: Date.now,
    onEvent(event) {
      if (event.kind === 'visited' && ++visits === Number(most)) stop.abort();
    },
    signal: stop.signal,
  },
);
const seconds = (from, to) => Math.round((to - from) / 100) / 10;
console.log(
  JSON.stringify({
    peakMb: process.resourceUsage().maxRSS / 1_024,
    visits: report.visits,
    outcomes: report.outcomes,
    listSeconds: seconds(began, listedAt),
    visitSeconds: seconds(listedAt, performance.now()),
  }),
);
catalogue.close();
await reading.close();
process.exit(0);

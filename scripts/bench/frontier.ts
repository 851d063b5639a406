// Lists ROWS manifests and visits the first 5,000: `frontier.js DATABASE ROWS`, one line of JSON.
import { crawl } from '../../src/crawl/crawl.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';

const VISITS = 5_000;
const [path = '', rows = '0'] = process.argv.slice(2);
const catalogue = openCatalogue(path, { mode: 'write', now: Date.now });
const stop = new AbortController();
const began = performance.now();
let listedAt = 0;
let visits = 0;
const report = await crawl(
  { concurrency: 16, everything: true, sourceMs: 3_600_000 },
  {
    catalogue,
    sources: [
      {
        name: 'many',
        delta: false,
        async *list() {
          for (let i = 0; i < Number(rows); i++)
            yield { locator: `npm:@scope-${i % 1_000}/package-${i}`, source: 'many', aliases: [] };
          listedAt = performance.now();
        },
      },
    ],
    read: async (locator) => {
      // Nothing is visited before everything is listed, so that the frontier is at its largest.
      while (listedAt === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      visits += 1;
      if (visits === Math.min(VISITS, Number(rows))) stop.abort();
      return {
        kind: 'read',
        servers: [
          {
            facts: { id: locator, aliases: [], notes: [] },
            tools: [],
            dropped: [],
            complete: false,
            listsTools: false,
          },
        ],
        problems: [],
        leads: [],
        contentHash: locator,
      };
    },
    judge: () => {
      throw new Error('there are no tools');
    },
    ruleset: 'none',
    extractor: 'none',
    now: Date.now,
    signal: stop.signal,
  },
);
const seconds = (from: number, to: number) => Math.round((to - from) / 100) / 10;
console.log(
  JSON.stringify({
    peakMb: process.resourceUsage().maxRSS / 1_024,
    visits: report.visits,
    listSeconds: seconds(began, listedAt),
    visitSeconds: seconds(listedAt, performance.now()),
  }),
);
catalogue.close();
process.exit(0);

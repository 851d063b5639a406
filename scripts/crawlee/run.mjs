// Fetches and parses every manifest with Crawlee's HttpCrawler: `run.mjs ORIGIN COUNT CONCURRENCY`, one line of JSON.
import { Configuration, HttpCrawler, LogLevel, log } from '@crawlee/http';

const [origin = '', count = '0', concurrency = '1'] = process.argv.slice(2);
log.setLevel(LogLevel.OFF);
let tools = 0;
const crawler = new HttpCrawler(
  {
    additionalMimeTypes: ['application/json'],
    minConcurrency: Number(concurrency),
    maxConcurrency: Number(concurrency),
    maxRequestRetries: 0,
    useSessionPool: false,
    requestHandler({ body }) {
      tools += JSON.parse(body.toString()).tools.length;
    },
  },
  // Without its statistics on the disk: the comparison is to be with its better side.
  new Configuration({ persistStorage: false }),
);
const urls = Array.from({ length: Number(count) }, (_, i) => `${origin}/m/${i}.json`);
const began = performance.now();
await crawler.run(urls);
const ms = performance.now() - began;
console.log(JSON.stringify({ ms, tools, peakMb: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);

// Fetches, parses and stores every manifest with Crawlee's HttpCrawler: `run.mjs ORIGIN COUNT CONCURRENCY STORAGE`, one
// line of JSON. It does the same job as ours, short of judging: what it read is on the disk, and so is its queue.
import { Configuration, HttpCrawler, LogLevel, log } from '@crawlee/http';

const [origin = '', count = '0', concurrency = '1', storage = ''] = process.argv.slice(2);
log.setLevel(LogLevel.OFF);
let tools = 0;
const crawler = new HttpCrawler(
  {
    additionalMimeTypes: ['application/json'],
    minConcurrency: Number(concurrency),
    maxConcurrency: Number(concurrency),
    maxRequestRetries: 0,
    useSessionPool: false,
    async requestHandler({ request, body, pushData }) {
      const manifest = JSON.parse(body.toString());
      tools += manifest.tools?.length ?? 0;
      await pushData({ url: request.url, manifest });
    },
  },
  new Configuration({ storageClientOptions: { localDataDirectory: storage } }),
);
const urls = Array.from({ length: Number(count) }, (_, i) => `${origin}/m/${i}.json`);
const began = performance.now();
const cpu = process.cpuUsage();
await crawler.run(urls);
const ms = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
const cpuMs = (user + system) / 1_000;
console.log(JSON.stringify({ ms, cpuMs, tools, peakMb: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);

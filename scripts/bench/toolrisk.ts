// Crawls every manifest the way `toolrisk crawl` does, with its own reading thread, guarded client, real rules and committed
// rows: `toolrisk.js ORIGIN COUNT CONCURRENCY DATABASE DATA`, one line of JSON. The program's start (modules, rules, the
// thread) is not timed, as nobody's is.
import { classify, compileRuleset } from '../../src/classify/index.ts';
import { openCrawlReading } from '../../src/commands/crawl-reading.ts';
import { crawl } from '../../src/crawl/crawl.ts';
import { readRuleFiles } from '../../src/data/load.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';

const [origin = '', count = '0', concurrency = '1', path = '', data = ''] = process.argv.slice(2);
const files = readRuleFiles(data);
const ruleset = compileRuleset(files);
const catalogue = openCatalogue(path, { mode: 'write', now: Date.now });
const never = new AbortController().signal;
const reading = await openCrawlReading(
  { env: process.env, cwd: process.cwd(), dataFolder: data, version: 'bench', now: Date.now, signal: never },
  {
    operatorOrigins: [origin],
    // The operator's table of manners may say this of the operator's own server; all three contestants ask as much at once.
    manners: [
      {
        host: new URL(origin).hostname,
        concurrency: Number(concurrency),
        intervalMs: 0,
        reason: 'our own server',
        source: 'ours',
      },
    ],
  },
);
reading.useRules(files);
await reading.ready();
const began = performance.now();
const cpu = process.cpuUsage();
const report = await crawl(
  { concurrency: Number(concurrency) },
  {
    ...reading,
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
    judge: (definition, server) => classify({ ...definition, server }, ruleset),
    ruleset: ruleset.version,
    extractor: 'bench',
    now: Date.now,
    signal: never,
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
await reading.close();
process.exit(0);

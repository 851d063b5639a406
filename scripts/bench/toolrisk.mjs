// Crawls every manifest with the built program, the way `toolrisk crawl` does: its own reading thread, guarded client,
// shipped rules and committed rows. `toolrisk.mjs ORIGIN COUNT CONCURRENCY DATABASE DATA`, one line of JSON. The program's
// start (modules, rules, the thread) is not timed, as nobody's is.
import { inside } from '../../dist/inside.js';

const { classify, compileRuleset } = await inside.classify();
const { openCrawlReading } = await inside.crawlReading();
const { crawl } = await inside.crawl();
const { readRuleFiles } = await inside.rules();
const { openCatalogue } = await inside.store();
const [origin = '', count = '0', concurrency = '1', path = '', data = ''] = process.argv.slice(2);
const files = readRuleFiles(data);
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
    judge: judgeBy(files),
    ruleset: files.version,
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

/** As the command does: compiled when a tool comes without its verdict, which the reading thread gives nearly all. */
function judgeBy(files) {
  let ruleset;
  return (definition, server) => {
    ruleset ??= compileRuleset(files);
    return classify({ ...definition, server }, ruleset);
  };
}

/**
 * Seconds and megabytes for extracting the default packages, beside parsing the same source once:
 * `npm run bench:extract [-- NAME…]`. The last line is JSON with the figures. Packages are fetched once and kept in
 * TOOLRISK_CACHE, so that the network is not measured.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { readLocator } from '../src/read/index.ts';
import type { ReadWorld, SourceJob } from '../src/read/reader.ts';
import { openCachedReading } from './evaluation/cached.ts';

const Name = z.union([
  z.string(),
  z
    .object({ name: z.string(), version: z.string().optional() })
    .transform(({ name, version }) => (version === undefined ? name : `${name}@${version}`)),
]);
const Config = z.object({ sources: z.array(z.object({ source: z.string(), names: z.array(Name).optional() })) });

const config = Config.parse(parseYaml(readFileSync(join(import.meta.dirname, '../data/sources.yaml'), 'utf8')));
const wanted = process.argv.slice(2);
const names =
  wanted.length > 0
    ? wanted
    : config.sources.filter(({ source }) => source === 'npm').flatMap((one) => one.names ?? []);

const setup = await openCachedReading();
const jobs: SourceJob[] = [];
const noted: ReadWorld = {
  ...setup.read,
  parsers: {
    parse(job) {
      jobs.push(job);
      return setup.read.parsers.parse(job);
    },
    close: () => setup.read.parsers.close(),
  },
};

// A first round fills the cache; the second is measured.
for (const name of names) await readLocator(`npm:${name}`, setup.read);
const started = performance.now();
const results = await Promise.all(
  names.map(async (name) => ({ name, result: await readLocator(`npm:${name}`, noted) })),
);
const seconds = (performance.now() - started) / 1000;
const parentPeak = process.resourceUsage().maxRSS;
let tools = 0;
let withTools = 0;
for (const { name, result } of results) {
  const found = result.kind === 'read' ? result.servers.reduce((sum, server) => sum + server.tools.length, 0) : 0;
  tools += found;
  if (found > 0) withTools += 1;
  console.log(`${name}: ${result.kind === 'failed' ? `${result.outcome}, ${result.message}` : `${found} tools`}`);
}
await setup.close();

/** The yardstick: every source file that was handed to a parser, parsed once to an AST in this process. */
let bytes = 0;
const parsedFrom = performance.now();
const seen = new Set<Uint8Array>();
for (const job of jobs) {
  for (const [path, content] of job.files) {
    if (path.endsWith('.json') || seen.has(content)) continue;
    seen.add(content);
    bytes += content.byteLength;
    const lang = /\.[cm]?tsx?$/u.test(path) ? 'ts' : 'jsx';
    void parseSync(path, new TextDecoder().decode(content), { lang, sourceType: 'unambiguous' }).program;
  }
}
const parseSeconds = (performance.now() - parsedFrom) / 1000;
console.log(
  JSON.stringify({
    script: 'bench:extract',
    packages: names.length,
    withTools,
    tools,
    seconds: Number(seconds.toFixed(2)),
    sourceMegabytes: Number((bytes / 1e6).toFixed(1)),
    parseOnceSeconds: Number(parseSeconds.toFixed(2)),
    ratio: Number((seconds / parseSeconds).toFixed(2)),
    parentPeakMegabytes: Math.round(parentPeak / 1024),
  }),
);

// Feeds generated manifests through the pipeline: nothing may crash, hang or leave a catalogue that is not sound.
// usage: tsx scripts/torture-manifests.ts [--count N] [--seed N]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadRuleset } from '../src/data/load.ts';
import { feed } from './torture/feed.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '50000' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.count);

/** Manifests that are held in memory at once. */
const BATCH = 2_500;

const ruleset = loadRuleset(resolve(import.meta.dirname, '../data'));
const folder = mkdtempSync(join(tmpdir(), 'toolrisk-manifests-'));
const began = performance.now();
const outcomes = new Map<string, number>();
let [fed, crashes, slowestMs, tools] = [0, 0, 0, 0];
while (fed < count) {
  const size = Math.min(BATCH, count - fed);
  const batch = await feed(join(folder, 'catalogue.db'), size, Number(values.seed) + fed, ruleset);
  fed += size;
  crashes += batch.thrown.length;
  tools = batch.tools;
  slowestMs = Math.max(slowestMs, batch.slowestMs);
  for (const [outcome, n] of Object.entries(batch.outcomes)) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + n);
  for (const line of batch.thrown.slice(0, 20)) console.log(line);
}
rmSync(folder, { recursive: true });
console.log(
  JSON.stringify({
    manifests: fed,
    crashes,
    slowest_ms: Math.round(slowestMs),
    tools,
    outcomes: Object.fromEntries(outcomes),
    seconds: Math.round((performance.now() - began) / 1_000),
    peak_mb: Math.round(process.resourceUsage().maxRSS / 1_024),
  }),
);
process.exitCode = crashes === 0 ? 0 : 1;

/**
 * Tortures the HTTP client: attempts to reach loopback from crawled data, decompression bombs, and every fault of the
 * hostile server. `npm run torture:fetch -- --count 100000 --seed 1`; the last line is JSON. Exit code 1 when one of
 * them got through. Loopback only.
 */
import { parseArgs } from 'node:util';
import { createHttpClient } from '../src/fetch/client.ts';
import { BOMB_CAP, BOMB_SLACK, meetBombs } from '../test/helpers/bombs.ts';
import { FAULTS } from '../test/helpers/hostile-faults.ts';
import { boundsFor, startHostileServer } from '../test/helpers/hostile-server.ts';
import { tryToReachLoopback } from '../test/helpers/ssrf.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});

let maxRss = 0;
const watch = setInterval(() => {
  maxRss = Math.max(maxRss, process.memoryUsage().rss);
}, 20);

const started = performance.now();
const ssrf = await tryToReachLoopback(Number(values.count), Number(values.seed));
const ssrfSeconds = (performance.now() - started) / 1_000;
for (const [reason, count] of [...ssrf.reasons].sort(([, a], [, b]) => b - a)) console.error(`${count}\t${reason}`);
console.error(`sentinels on ports ${ssrf.ports.join(', ')}`);

const faults = await meetFaults();
const bombs = await meetBombs();
for (const bomb of bombs) console.error(`${bomb.name}: ${bomb.compressed} → ${bomb.decoded} bytes, ${bomb.reason}`);
clearInterval(watch);

const loose = bombs.filter((bomb) => bomb.reason !== 'decoded-too-large' || bomb.decoded > BOMB_CAP + BOMB_SLACK);
const failed = ssrf.connections + ssrf.passed.length + loose.length + faults.wrong.length;
process.exitCode = failed === 0 ? 0 : 1;
console.log(
  JSON.stringify({
    bench: 'torture-fetch',
    ssrf_attempts: ssrf.attempts,
    ssrf_seconds: Math.round(ssrfSeconds * 10) / 10,
    connections: ssrf.connections,
    passed: ssrf.passed.length,
    bombs: bombs.length,
    bombs_loose: loose.length,
    max_over_cap: Math.max(...bombs.map((bomb) => bomb.decoded)) - BOMB_CAP,
    faults: FAULTS.length,
    faults_wrong: faults.wrong,
    fault_reasons: new Set(FAULTS.map((fault) => fault.reason)).size,
    slowest_fault_ms: Math.round(faults.slowest),
    max_rss_mb: Math.round(maxRss / 2 ** 20),
  }),
);

async function meetFaults() {
  const server = await startHostileServer();
  const wrong: string[] = [];
  let slowest = 0;
  for (const fault of FAULTS) {
    const client = createHttpClient({
      userAgent: 'toolrisk/0.0.0',
      now: Date.now,
      retries: 0,
      ...boundsFor(fault),
      ...(fault.resolve === undefined ? {} : { resolve: fault.resolve }),
    });
    const begun = performance.now();
    const result = await client.fetch(server.request(fault));
    slowest = Math.max(slowest, performance.now() - begun);
    await client.close();
    if (result.kind !== 'failed' || result.reason !== fault.reason) wrong.push(fault.name);
  }
  await server.close();
  return { wrong, slowest };
}

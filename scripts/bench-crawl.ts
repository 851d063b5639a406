// Manifests per second through fetch, extract, classify and commit, beside Crawlee's HttpCrawler and bare undici on the
// same loopback server in the same run. usage: npm run bench:crawl -- [--count N] [--rounds N] [--concurrency N]
//
// Every contestant is a fresh process in each round, fetches the same manifests at the same concurrency, and is timed
// from its first request (for the two crawlers: from entering the list) until its work is done.
// The start of none is timed: modules, rules, and for toolrisk the thread that reads.
//   toolrisk  what the built `toolrisk crawl` does: frontier, guarded client, queues per host, extraction, the shipped
//             rules, and rows in SQLite with synchronous=FULL, in commits of at most 256 servers or 50 ms. Done is: on
//             the disk, and the run closed.
//   crawlee   HttpCrawler as its guide shows it, with its own queue and storage in files, which is what its users get by
//             default: what it did is in files when the process dies, as ours is, though nothing is synced to the disk.
//             It parses each manifest and keeps it with pushData; it judges nothing. Sessions and retries are off,
//             autoscaling begins at the full concurrency: both would only cost it time here.
//   undici    requests and reads the bytes, nothing else: what the client library and the server allow at most.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { median } from './median.ts';
import { compileScript } from './torture/compile.ts';

const run = promisify(execFile);
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '5' },
    concurrency: { type: 'string', default: '32' },
  },
});
const { count, concurrency } = values;
const rounds = Number(values.rounds);

const crawlee = resolve(import.meta.dirname, 'crawlee');
if (!existsSync(join(crawlee, 'node_modules'))) {
  // npm's own configuration says where from; nothing of it enters the project's lock file.
  execFileSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: crawlee,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const folder = mkdtempSync(join(tmpdir(), 'toolrisk-bench-'));
const server = spawn(process.execPath, [compileScript('scripts/bench/server.ts'), count], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const port = await new Promise<string>((done) =>
    server.stdout.once('data', (bytes: Buffer) => done(bytes.toString().trim())),
  );
  const origin = `http://127.0.0.1:${port}`;
  const ours = resolve(import.meta.dirname, 'bench/toolrisk.mjs');
  const bare = compileScript('scripts/bench/undici.ts');
  const data = resolve(import.meta.dirname, '../data');
  const contestants = {
    toolrisk: (round: number) => [ours, origin, count, concurrency, join(folder, `${round}.db`), data],
    crawlee: (round: number) => [
      join(crawlee, 'run.mjs'),
      origin,
      count,
      concurrency,
      join(folder, `crawlee-${round}`),
    ],
    undici: () => [bare, origin, count, concurrency],
  };
  const rates: Record<string, number[]> = { toolrisk: [], crawlee: [], undici: [] };
  const peaks: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, args] of Object.entries(contestants)) {
      const { stdout } = await run(process.execPath, args(round), { maxBuffer: 1 << 24 });
      const result: { readonly ms: number; readonly cpuMs: number; readonly peakMb: number; readonly tools?: number } =
        JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      const rate = (Number(count) / result.ms) * 1_000;
      rates[name]?.push(rate);
      peaks[name] = Math.max(peaks[name] ?? 0, result.peakMb);
      console.log(
        `round ${round + 1} ${name.padEnd(8)} ${rate.toFixed(0).padStart(6)} manifests/s, ${((result.cpuMs / Number(count)) * 1_000).toFixed(0)} µs of processor each, peak ${result.peakMb.toFixed(0)} MB${result.tools === undefined ? '' : `, ${result.tools} tools`}`,
      );
    }
  }
  const of = (name: string) => median(rates[name] ?? []);
  const rounded = (value: number) => Math.round(value * 100) / 100;
  console.log(
    JSON.stringify({
      ratio_crawlee: rounded(of('toolrisk') / of('crawlee')),
      ratio_undici: rounded(of('toolrisk') / of('undici')),
      peak_mb: Math.round(peaks.toolrisk ?? 0),
      toolrisk_per_s: Math.round(of('toolrisk')),
      crawlee_per_s: Math.round(of('crawlee')),
      undici_per_s: Math.round(of('undici')),
      crawlee_peak_mb: Math.round(peaks.crawlee ?? 0),
      undici_peak_mb: Math.round(peaks.undici ?? 0),
      rounds,
      manifests: Number(count),
    }),
  );
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}

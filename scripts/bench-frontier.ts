// Resident memory of a crawl with 10,000 and with 1,000,000 rows in its frontier: the built program in a process of its own
// lists so many manifests, then visits as many of them as the small one has, on a loopback server. Medians of the rounds.
// usage: npm run bench:frontier -- [--small N] [--large N] [--rounds N]
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { median } from './median.ts';
import { compileScript } from './torture/compile.ts';

const { values } = parseArgs({
  options: {
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
  },
});
const run = promisify(execFile);
const child = resolve(import.meta.dirname, 'bench/frontier.mjs');
const data = resolve(import.meta.dirname, '../data');
const folder = mkdtempSync(join(tmpdir(), 'toolrisk-frontier-'));
const server = spawn(process.execPath, [compileScript('scripts/bench/server.ts'), values.small], {
  stdio: ['ignore', 'pipe', 'inherit'],
});

interface Measured {
  readonly peakMb: number;
  readonly visits: number;
  readonly listSeconds: number;
  readonly visitSeconds: number;
}

try {
  const port = await new Promise<string>((done) =>
    server.stdout.once('data', (bytes: Buffer) => done(bytes.toString().trim())),
  );
  const measure = async (rows: string, round: number): Promise<Measured> => {
    const catalogue = join(folder, `${rows}-${round}.db`);
    const args = [child, `http://127.0.0.1:${port}`, values.small, rows, values.small, catalogue, data];
    const { stdout } = await run(process.execPath, args);
    console.log(`round ${round + 1}, ${rows} rows: ${stdout.trim()}`);
    rmSync(catalogue);
    return JSON.parse(stdout);
  };
  const small: Measured[] = [];
  const large: Measured[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    small.push(await measure(values.small, round));
    large.push(await measure(values.large, round));
  }
  const [smallMb, largeMb] = [peakOf(small), peakOf(large)];
  const ratio = Math.round((largeMb / smallMb) * 1_000) / 1_000;
  console.log(
    JSON.stringify({
      ratio,
      small_mb: Math.round(smallMb),
      large_mb: Math.round(largeMb),
      small_rows: Number(values.small),
      large_rows: Number(values.large),
      visits: Number(values.small),
      rounds: Number(values.rounds),
    }),
  );
  process.exitCode = Math.abs(ratio - 1) <= 0.2 ? 0 : 1;
} finally {
  server.kill();
  rmSync(folder, { recursive: true });
}

function peakOf(measured: readonly Measured[]): number {
  return median(measured.map(({ peakMb }) => peakMb));
}

// Resident memory of a crawl with 10,000 and with 1,000,000 rows in its frontier, each in a process of its own.
// usage: tsx scripts/bench-frontier.ts [--small N] [--large N]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileScript } from './torture/compile.ts';

const { values } = parseArgs({
  options: { small: { type: 'string', default: '10000' }, large: { type: 'string', default: '1000000' } },
});
const child = compileScript('scripts/bench/frontier.ts');
const folder = mkdtempSync(join(tmpdir(), 'toolrisk-frontier-'));

interface Measured {
  readonly peakMb: number;
  readonly visits: number;
  readonly listSeconds: number;
  readonly visitSeconds: number;
}

function measure(rows: string): Measured {
  const stdout = execFileSync(process.execPath, [child, join(folder, `${rows}.db`), rows], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  console.log(`${rows} rows: ${stdout.trim()}`);
  return JSON.parse(stdout);
}

try {
  const small = measure(values.small);
  const large = measure(values.large);
  const ratio = Math.round((large.peakMb / small.peakMb) * 1_000) / 1_000;
  console.log(
    JSON.stringify({
      ratio,
      small_mb: Math.round(small.peakMb),
      large_mb: Math.round(large.peakMb),
      small_rows: Number(values.small),
      large_rows: Number(values.large),
      visits: large.visits,
    }),
  );
  process.exitCode = Math.abs(ratio - 1) <= 0.2 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

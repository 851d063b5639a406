// Records every write of a crawl with strace, and replays power losses: whatever was not synced may be there, be
// missing, or be torn. The control is the same crawl without syncs, which must lose or break something.
// usage: tsx scripts/torture-power.ts [--count N] [--seed N]
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCatalogue } from '../src/store/catalogue.ts';
import { memoryFolder } from './memory-folder.ts';
import { type Acknowledged, checkCatalogue } from './torture/check.ts';
import { compileScript } from './torture/compile.ts';
import { Disk } from './torture/disk.ts';
import { randomFrom } from './torture/random.ts';
import { CALLS, type DiskEvent, readTrace } from './torture/trace.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.count);
const random = randomFrom(Number(values.seed));

const folder = memoryFolder('toolrisk-power-');
try {
  const child = compileScript('scripts/torture/writer-child.ts');
  const full = await replay(child, 'FULL', count);
  const off = await replay(child, 'OFF', Math.ceil(count / 5));
  const ok = full.lost === 0 && full.duplicated === 0 && full.corrupt === 0 && off.lost + off.corrupt > 0;
  console.log(
    JSON.stringify({
      lost: full.lost,
      duplicated: full.duplicated,
      corrupt: full.corrupt,
      points: full.points,
      writes: full.writes,
      syncs: full.syncs,
      control: off,
    }),
  );
  process.exitCode = ok ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

async function replay(child: string, synchronous: 'FULL' | 'OFF', points: number) {
  const place = join(folder, synchronous);
  mkdirSync(place);
  const path = join(place, 'catalogue.db');
  const log = join(place, 'acknowledged');
  const trace = join(place, 'trace');
  const watched = [path, `${path}-wal`, `${path}-journal`, log].flatMap((file) => ['-P', file]);
  execFileSync(
    'strace',
    [
      '-f',
      '-y',
      '-xx',
      '-s',
      '1000000',
      '-e',
      `trace=${CALLS}`,
      ...watched,
      '-o',
      trace,
      process.execPath,
      child,
      path,
      log,
      synchronous,
    ],
    {
      stdio: ['ignore', 'inherit', 'pipe'],
    },
  );
  const events = await readTrace(trace);
  rmSync(trace);
  const isSync = (event: DiskEvent) => event.kind === 'sync';
  const tally = {
    lost: 0,
    duplicated: 0,
    corrupt: 0,
    points,
    writes: events.length,
    syncs: events.filter(isSync).length,
  };
  const stops = Array.from({ length: points }, () => Math.floor(random() * events.length)).sort((a, b) => a - b);
  const disk = new Disk();
  const acknowledged: Acknowledged[] = [];
  let next = 0;
  for (const [index, event] of events.entries()) {
    while (stops[next] === index) {
      next += 1;
      look(path, place, disk, acknowledged, tally);
    }
    if (event.file === log && event.kind === 'write') acknowledged.push(...linesOf(event.bytes));
    else if (event.file !== log) disk.apply(event);
  }
  return tally;
}

/** Lets the power fail, opens what is left, and counts what is wrong with it. */
function look(
  path: string,
  place: string,
  disk: Disk,
  acknowledged: readonly Acknowledged[],
  tally: { lost: number; duplicated: number; corrupt: number },
): void {
  const after = join(place, 'after');
  rmSync(after, { recursive: true, force: true });
  mkdirSync(after);
  for (const [file, content] of disk.afterPowerLoss(random))
    writeFileSync(file.replace(path, join(after, 'catalogue.db')), content);
  // Before the first commit there is no catalogue; then nothing may have been acknowledged.
  if (acknowledged.length === 0) return;
  try {
    // The next crawl opens it for writing, which is what rolls back and recovers.
    openCatalogue(join(after, 'catalogue.db'), { mode: 'write', now: Date.now }).close();
    const found = checkCatalogue(join(after, 'catalogue.db'), acknowledged);
    tally.lost += found.lost;
    tally.duplicated += found.duplicated;
    if (found.integrity !== 'ok') tally.corrupt += 1;
  } catch {
    tally.corrupt += 1;
  }
}

function linesOf(bytes: Buffer): readonly Acknowledged[] {
  return bytes
    .toString()
    .trim()
    .split('\n')
    .map((line) => {
      const [, lease, locator = '', outcome = ''] = line.split(' ');
      return { lease: Number(lease), locator, outcome };
    });
}

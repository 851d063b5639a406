// Kills a crawl over and over, at random instants and at every named step of a write, and looks at what is left.
// usage: tsx scripts/torture.ts [--count N] [--seed N]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { openCatalogue } from '../src/store/catalogue.ts';
import { type Acknowledged, checkCatalogue } from './torture/check.ts';
import { compileScript } from './torture/compile.ts';
import { MANIFESTS, serveManifests } from './torture/manifests.ts';
import { randomFrom } from './torture/random.ts';

const STEPS = [
  'begin:before',
  'begin:after',
  'write:before',
  'write:after',
  'commit:before',
  'commit:after',
  'commit:acknowledged',
];

/** Which passing of a step kills: early ones are in the listing, later ones in the visits. */
const PASSINGS = [1, 2, 3, 5, 8, 12, 20, 40, 80];

/** Random kills come within this time of the child's first word, or of its first acknowledgement, in turns. Milliseconds. */
const WINDOW_MS = 500;

/** Runs for each random kill that is wanted, at the most. */
const MAX_TURNS = 10;

const { values } = parseArgs({
  options: { count: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.count);
const random = randomFrom(Number(values.seed));

const child = compileScript('scripts/torture/child.ts', 'scripts/torture/reader.ts');
const folder = mkdtempSync(join(tmpdir(), 'toolrisk-torture-'));
const path = join(folder, 'catalogue.db');
let round = 0;
const { port, server } = await serveManifests(() => round);

const acknowledged: Acknowledged[] = [];
const tally = { kills: 0, steps: 0, finished: 0, reclaimed: 0, faults: 0 };

/** Every step gets its turn; with a small count, fewer passings of each. */
const passings = PASSINGS.slice(0, Math.max(1, Math.round((PASSINGS.length * count) / 200)));
for (const step of STEPS) for (const nth of passings) await kill({ step: `${step}@${nth}` });
// A run that came to its end before its instant is no kill, and another takes its place.
let atRandom = 0;
for (let i = 0; atRandom < count && i < count * MAX_TURNS; i++) {
  const died = await kill({ after: i % 2 === 0 ? 'ACK' : 'START', afterMs: random() * WINDOW_MS });
  if (died) atRandom += 1;
}

await oneRun({});
const { lost, duplicated, integrity } = checkCatalogue(path, acknowledged);
const unfinished = leftOver();
server.close();
const ok = lost === 0 && duplicated === 0 && integrity === 'ok' && unfinished === 0 && tally.faults === 0;
if (ok) rmSync(folder, { recursive: true });
else console.log(`left for inspection: ${folder}`);
console.log(
  JSON.stringify({
    lost,
    duplicated,
    kills: tally.kills,
    atSteps: tally.steps,
    atRandom,
    ranToEnd: tally.finished,
    acknowledged: acknowledged.length,
    leasesReclaimed: tally.reclaimed,
    unfinished,
    faults: tally.faults,
    integrity,
  }),
);
process.exitCode = ok && atRandom === count ? 0 : 1;

/** How a child is killed: at a named step, or so long after its first line that begins with a word. */
interface Killing {
  readonly step?: string;
  readonly after?: 'START' | 'ACK';
  readonly afterMs?: number;
}

/** Runs one child until it is dead, and tells whether it was killed; the next round serves other definitions. */
async function kill(how: Killing): Promise<boolean> {
  const died = await oneRun(how);
  if (died) tally.kills += 1;
  else tally.finished += 1;
  if (died && how.step !== undefined) tally.steps += 1;
  tally.reclaimed += heldLeases();
  round += 1;
  return died;
}

/** True when it was killed, false when it came to its end first. */
function oneRun(how: Killing): Promise<boolean> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...(how.step === undefined ? {} : { FAILPOINT: how.step }) };
    const running = spawn(process.execPath, [child, path, String(port)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let talk = '';
    let isDue = how.after !== undefined;
    running.stderr.on('data', (bytes: Buffer) => {
      talk += bytes.toString();
    });
    const lines = createInterface({ input: running.stdout });
    lines.on('line', (line) => {
      const [word, lease, locator = '', outcome = ''] = line.split(' ');
      if (isDue && word === how.after) {
        isDue = false;
        setTimeout(() => running.kill('SIGKILL'), how.afterMs);
      }
      if (word === 'ACK') acknowledged.push({ lease: Number(lease), locator, outcome });
    });
    let signal: NodeJS.Signals | null = null;
    let code: number | null = null;
    running.on('exit', (exitCode, exitSignal) => {
      code = exitCode;
      signal = exitSignal;
    });
    // Lines may come after the exit; the pipe holds what was written before it.
    running.on('close', () => {
      if (code !== null && code !== 0) {
        tally.faults += 1;
        console.log(`a child failed by itself (exit ${code}): ${talk}`);
      }
      resolve(signal === 'SIGKILL');
    });
  });
}

function heldLeases(): number {
  try {
    const catalogue = openCatalogue(path, { mode: 'read', now: Date.now });
    const held = catalogue.sql.get<{ n: number }>('SELECT count(*) AS n FROM frontier WHERE lease IS NOT NULL')?.n ?? 0;
    catalogue.close();
    return held;
  } catch {
    // The first children die before there is a catalogue.
    return 0;
  }
}

/** Manifests without an answer, or with a lease that nobody gave back. */
function leftOver(): number {
  const catalogue = openCatalogue(path, { mode: 'read', now: Date.now });
  const done = catalogue.sql.get<{ n: number }>(
    'SELECT count(*) AS n FROM frontier JOIN manifests USING (locator) WHERE lease IS NULL AND last_visit IS NOT NULL AND content_hash IS NOT NULL',
  );
  catalogue.close();
  return MANIFESTS - (done?.n ?? 0);
}

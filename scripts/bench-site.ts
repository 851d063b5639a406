/**
 * How fast the site is built, beside Hugo and Eleventy on pages of the same weight, in one run.
 *
 *   npm run bench:site [-- --pages 20000 --runs 3 --flat 200000 --folder DIR]
 *
 * Every build is a process of its own, timed from its start to its end, ours and theirs alike; a page of ours brings its
 * JSON twin, and each 15 of them a page of their server and three of policies, which the others do not make. The search index is not part of any figure but `search_s`. Files go to a memory
 * file system where there is one, for all three alike, so that the disk does not decide. A generator that is not
 * installed is left out and said so. The last line is JSON.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fit, GENERATORS, meanSize } from './bench-site/others.mjs';

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '20000' },
    runs: { type: 'string', default: '3' },
    flat: { type: 'string', default: '200000' },
    folder: { type: 'string' },
  },
});
const pages = Number(values.pages);
const runs = Number(values.runs);
const flat = Number(values.flat);
/** One tool in a hundred has another description. */
const ONE_PER_CENT = 100;
/** How far the weight of the others' pages may be from ours. */
const SAME_WEIGHT = 0.05;

interface Report {
  readonly seconds: number;
  readonly peakMb: number;
  readonly rendered: number;
  readonly searchMs: number;
}

const folder = values.folder ?? mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'bench-site-'));
const say = (text: string) => console.log(text);

/** One build of ours. `step` is how many tools lie between two changed ones; 0 changes none. */
function ours(out: string, count: number, step = 0, stamps = false, search = false): Report {
  const child = join(import.meta.dirname, 'bench-site', 'child.mjs');
  const args = [child, String(count), out, String(step), stamps ? 'stamps' : 'none', search ? 'search' : 'none'];
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0) throw new Error(`the build failed: ${stderr.slice(0, 2000)}`);
  const report: Omit<Report, 'seconds'> = JSON.parse(stdout);
  return { ...report, seconds };
}

function fresh(name: string): string {
  const place = join(folder, name);
  rmSync(place, { recursive: true, force: true });
  return join(place, 'site');
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const round = (value: number, digits = 1) => Number(value.toFixed(digits));

function theirs(name: keyof typeof GENERATORS, bytes: number): readonly number[] {
  const generator = GENERATORS[name];
  const place = join(folder, name);
  try {
    const size = fit(generator, place, bytes);
    if (size === undefined) throw new Error('it does not run');
    generator.prepare(place, pages, size);
    const seconds: number[] = [];
    for (let run = 0; run < runs; run++) {
      const result = generator.run(place);
      if (!result.ok) throw new Error('it failed');
      seconds.push(result.seconds);
    }
    const made = meanSize(join(place, 'public'));
    if (made.pages !== pages) throw new Error(`it made ${made.pages} pages`);
    if (Math.abs(made.bytes / bytes - 1) > SAME_WEIGHT)
      throw new Error(`its pages weigh ${Math.round(made.bytes)} bytes, ours ${Math.round(bytes)}`);
    say(
      `${name}: ${seconds.map((one) => round(one)).join(', ')} s for ${made.pages} pages of ${Math.round(made.bytes)} bytes`,
    );
    return seconds;
  } catch (error) {
    say(`${name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

try {
  const full: Report[] = [];
  for (let run = 0; run < runs; run++) full.push(ours(fresh('full'), pages));
  const site = join(folder, 'full', 'site');
  const { bytes } = meanSize(join(site, 'tool'));
  say(
    `ours: ${full.map(({ seconds }) => round(seconds)).join(', ')} s for ${pages} tool pages of ${Math.round(bytes)} bytes and all that goes with them`,
  );

  // The second tree is filled by the first rebuild; from then on a rebuild costs what changed.
  const first = ours(site, pages, 0);
  const nothing = ours(site, pages, 0);
  const changed = ours(site, pages, ONE_PER_CENT);
  const stamped = fresh('stamped');
  ours(stamped, pages, 0, true);
  ours(stamped, pages, 0, true);
  const stampedNothing = ours(stamped, pages, 0, true);
  const stampedChanged = ours(stamped, pages, ONE_PER_CENT, true);
  rmSync(join(folder, 'stamped'), { recursive: true, force: true });
  say(
    `rebuild, nothing changed: ${round(nothing.seconds, 2)} s (the first one, which links every file: ${round(first.seconds, 2)} s); with row stamps ${round(stampedNothing.seconds, 2)} s`,
  );
  say(
    `rebuild, 1 % changed: ${round(changed.seconds, 2)} s for ${changed.rendered} pages; with row stamps ${round(stampedChanged.seconds, 2)} s`,
  );
  const search = ours(fresh('search'), pages, 0, false, true);
  rmSync(join(folder, 'search'), { recursive: true, force: true });
  rmSync(join(folder, 'full'), { recursive: true, force: true });

  const hugo = theirs('hugo', bytes);
  const eleventy = theirs('eleventy', bytes);
  const large = flat > 0 ? ours(fresh('flat'), flat) : undefined;

  const seconds = median(full.map((report) => report.seconds));
  console.log(
    JSON.stringify({
      pages,
      runs,
      pages_per_s: Math.round(pages / seconds),
      ratio_hugo: hugo.length > 0 ? round(median(hugo) / seconds, 2) : null,
      ratio_eleventy: eleventy.length > 0 ? round(median(eleventy) / seconds, 2) : null,
      peak_mb: Math.round(Math.max(...full.map(({ peakMb }) => peakMb))),
      flat_pages: large === undefined ? null : flat,
      flat_pages_per_s: large === undefined ? null : Math.round(flat / large.seconds),
      flat_peak_mb: large === undefined ? null : Math.round(large.peakMb),
      nothing_changed_s: round(nothing.seconds, 2),
      one_per_cent_share: round(changed.seconds / seconds, 3),
      one_per_cent_share_stamped: round(stampedChanged.seconds / seconds, 3),
      search_s: round(search.searchMs / 1000),
    }),
  );
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

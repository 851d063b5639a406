/**
 * How fast the site is built, beside Hugo and Eleventy, in one run.
 *
 *   npm run bench:site [-- --pages 20000 --runs 3 --flat 200000 --folder DIR]
 *
 * All three make the same site: a page for each tool, for each server (15 tools) and for its policies in three
 * strengths, and beside each page its JSON twin. Each kind of page and of twin has the same number and, within 5 %, the
 * same mean weight as ours; theirs are made by their ordinary means (front matter and output formats; data files and
 * pagination) from data that is ready, while ours also writes the policies, counts tokens, and keeps what it needs for
 * the next build. `ratio_hugo` and `ratio_eleventy` compare these. As a second figure, `ratio_hugo_html` and
 * `ratio_eleventy_html` set our whole site against their HTML of the tool pages alone, which is a bit more than half of
 * it by bytes. `pages_per_s` counts the pages of tools only.
 *
 * Every build is a process of its own, timed from its start to its end, ours and theirs alike; `inside` is the time of
 * our build within its process. Rebuilds are given both ways, each as a share of the full build timed the same way. The
 * others make no search index: it is part of no figure but those named after it. Files go to a memory file system where
 * there is one, for all three, so that the disk does not decide. A generator that is not installed is left out and said
 * so. One tool in a hundred changes in two ways, each a figure: alone in its server (`one_per_cent_share`: 200 servers of
 * 1,334 are touched, the worst that 1 % can do), or with all tools of its server, which has a new version
 * (`one_per_cent_releases_share`: what releases do, since the page of a tool names the version). Node reads the
 * certificates that `NODE_EXTRA_CA_CERTS` names at every start, for nothing that a build does and in up to half of the
 * time of a bare start: the variable is taken away from everything that is measured. `flat_` figures are those of one
 * large site of ours, full and rebuilt. The last line is JSON.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fit, GENERATORS, KINDS, made, type Sizes, type Weight, type Weights, weights } from './bench-site/others.mjs';
import { median } from './median.ts';
import { memoryFolder } from './memory-folder.ts';

delete process.env.NODE_EXTRA_CA_CERTS;

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
/** What changes: one tool in a hundred, or all tools of one server in a hundred, which has a new version. */
type Change = 'alone' | 'releases';
/** How far the weight of the others' pages may be from ours. */
const SAME_WEIGHT = 0.05;

interface Report {
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** From the start of the build to its end. */
  readonly inside: number;
  readonly peakMb: number;
  readonly rendered: number;
  readonly searchMs: number;
}

const folder = values.folder ?? memoryFolder('bench-site-');
const say = (text: string) => console.log(text);

/** One build of ours. `step` is how many tools lie between two changed ones; 0 changes none. */
function ours(out: string, count: number, step = 0, stamps = false, search = false, change: Change = 'alone'): Report {
  const child = join(import.meta.dirname, 'bench-site', 'child.mjs');
  const options = [stamps ? 'stamps' : 'none', search ? 'search' : 'none', change];
  const args = [child, String(count), out, String(step), ...options];
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

const round = (value: number, digits = 1) => Number(value.toFixed(digits));
const times = (list: readonly number[]) => list.map((one) => round(one)).join(', ');
const weightText = ({ html, json }: { html: Weight; json: Weight }) =>
  `${html.files} of ${Math.round(html.bytes)} bytes with ${json.files} twins of ${Math.round(json.bytes)}`;

/** Seconds of each run. `whole` makes the whole site with twins, else the HTML of the tools alone. */
function theirs(name: keyof typeof GENERATORS, own: Weights, whole: boolean): readonly number[] {
  const generator = GENERATORS[name];
  const place = join(folder, name);
  const what = whole ? `${name}, the whole site` : `${name}, HTML of the tools alone`;
  try {
    const sizes: Sizes | undefined = fit(generator, place, own);
    if (sizes === undefined) throw new Error('it does not run');
    generator.prepare(place, pages, sizes, whole);
    const seconds: number[] = [];
    for (let run = 0; run < runs; run++) {
      const result = generator.run(place);
      if (!result.ok) throw new Error('it failed');
      seconds.push(result.seconds);
    }
    if (whole) {
      const all = made(place);
      for (const kind of KINDS)
        for (const form of ['html', 'json'] as const) same(kind, all[kind][form], own[kind][form]);
      say(`${what}: ${times(seconds)} s; ${KINDS.map((kind) => `${kind}: ${weightText(all[kind])}`).join('; ')}`);
    } else {
      say(`${what}: ${times(seconds)} s`);
    }
    return seconds;
  } catch (error) {
    say(`${what} is left out: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Throws where a generator did not make what we make. */
function same(kind: string, their: Weight, own: Weight): void {
  if (their.files !== own.files) throw new Error(`it made ${their.files} files of kind ${kind}, we ${own.files}`);
  if (Math.abs(their.bytes / own.bytes - 1) > SAME_WEIGHT)
    throw new Error(`its ${kind} files weigh ${Math.round(their.bytes)} bytes, ours ${Math.round(own.bytes)}`);
}

/** A rebuild as a share of the full build, timed as processes and inside of them. */
function shareOf(rebuilds: readonly Report[], full: readonly Report[]) {
  const share = (of: (report: Report) => number) => round(median(rebuilds.map(of)) / median(full.map(of)), 3);
  return { process: share(({ seconds }) => seconds), inside: share(({ inside }) => inside) };
}

/**
 * A full build and those after it: the first fills the second tree; from then on a rebuild costs what changed. From the
 * start each time: the tree before the last one would have the pages of a change that is taken back.
 */
function series(count: number, stamps: boolean, search: boolean, change: Change) {
  const site = fresh('again');
  const of = (step: number) => ours(site, count, step, stamps, search, change);
  return { full: of(0), first: of(0), nothing: of(0), changed: of(ONE_PER_CENT) };
}

/** Rebuilds, with the search index or without. */
function rebuilds(stamps: boolean, search = false, change: Change = 'alone') {
  const rounds = Array.from({ length: runs }, () => series(pages, stamps, search, change));
  rmSync(join(folder, 'again'), { recursive: true, force: true });
  const of = (kind: keyof (typeof rounds)[number]) => rounds.map((one) => one[kind]);
  const text = (kind: keyof (typeof rounds)[number]) =>
    `${median(of(kind).map(({ seconds }) => seconds)).toFixed(2)} s (inside ${median(of(kind).map(({ inside }) => inside)).toFixed(2)} s)`;
  say(
    `rebuilds ${stamps ? 'with' : 'without'} row stamps${search ? ' and with the search index' : ''}, medians: nothing changed ${text('nothing')}, after the first one, which links every file: ${text('first')}; 1 % changed${change === 'releases' ? ' by releases' : ''} ${text('changed')} for ${rounds[0]?.changed.rendered} tools`,
  );
  return {
    full: of('full'),
    nothing: median(of('nothing').map(({ seconds }) => seconds)),
    changed: of('changed'),
  };
}

try {
  const full: Report[] = [];
  for (let run = 0; run < runs; run++) full.push(ours(fresh('full'), pages));
  const site = join(folder, 'full', 'site');
  const own = weights(
    (kind) => join(site, kind),
    (kind) => join(site, 'api', 'v1', kind),
  );
  say(
    `ours, the whole site: ${times(full.map(({ seconds }) => seconds))} s (inside ${times(full.map(({ inside }) => inside))} s); ${KINDS.map((kind) => `${kind}: ${weightText(own[kind])}`).join('; ')}`,
  );
  rmSync(join(folder, 'full'), { recursive: true, force: true });

  const plain = rebuilds(false);
  const stamped = rebuilds(true);
  const released = rebuilds(true, false, 'releases');
  const searching = rebuilds(true, true);

  const hugo = theirs('hugo', own, true);
  const hugoHtml = theirs('hugo', own, false);
  const eleventy = theirs('eleventy', own, true);
  const eleventyHtml = theirs('eleventy', own, false);
  const largeSearching = flat > 0 ? ours(fresh('flat'), flat, 0, false, true) : undefined;
  rmSync(join(folder, 'flat'), { recursive: true, force: true });
  const large = flat > 0 ? series(flat, true, false, 'alone') : undefined;

  const seconds = median(full.map((report) => report.seconds));
  const ratio = (list: readonly number[]) => (list.length > 0 ? round(median(list) / seconds, 2) : null);
  const changed = shareOf(plain.changed, full);
  const changedSearching = shareOf(searching.changed, searching.full);
  const allFull = [...full, ...stamped.full, ...released.full];
  const changedStamped = shareOf(stamped.changed, allFull);
  const changedReleased = shareOf(released.changed, allFull);
  console.log(
    JSON.stringify({
      pages,
      runs,
      pages_per_s: Math.round(pages / seconds),
      pages_per_s_inside: Math.round(pages / median(full.map(({ inside }) => inside))),
      ratio_hugo: ratio(hugo),
      ratio_eleventy: ratio(eleventy),
      ratio_hugo_html: ratio(hugoHtml),
      ratio_eleventy_html: ratio(eleventyHtml),
      peak_mb: Math.round(Math.max(...full.map(({ peakMb }) => peakMb))),
      flat_pages: large === undefined ? null : flat,
      flat_pages_per_s: large === undefined ? null : Math.round(flat / large.full.seconds),
      flat_peak_mb: large === undefined ? null : Math.round(large.full.peakMb),
      flat_search_peak_mb: largeSearching === undefined ? null : Math.round(largeSearching.peakMb),
      flat_nothing_changed_s: large === undefined ? null : round(large.nothing.seconds, 2),
      flat_one_per_cent_share: large === undefined ? null : shareOf([large.changed], [large.full]).process,
      flat_one_per_cent_share_inside: large === undefined ? null : shareOf([large.changed], [large.full]).inside,
      // With row stamps, as `toolrisk build` works; without them, what a caller of the library gets who has none.
      nothing_changed_s: round(stamped.nothing, 2),
      nothing_changed_s_unstamped: round(plain.nothing, 2),
      one_per_cent_share: changedStamped.process,
      one_per_cent_share_inside: changedStamped.inside,
      one_per_cent_releases_share: changedReleased.process,
      one_per_cent_releases_share_inside: changedReleased.inside,
      one_per_cent_share_unstamped: changed.process,
      one_per_cent_share_unstamped_inside: changed.inside,
      search_s: round(median(searching.full.map(({ searchMs }) => searchMs)) / 1000, 2),
      search_peak_mb: Math.round(Math.max(...searching.full.map(({ peakMb }) => peakMb))),
      search_nothing_changed_s: round(searching.nothing, 2),
      search_one_per_cent_s: round(median(searching.changed.map(({ searchMs }) => searchMs)) / 1000, 2),
      search_one_per_cent_share: changedSearching.process,
      search_one_per_cent_share_inside: changedSearching.inside,
    }),
  );
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

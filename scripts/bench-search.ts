// The search index of the site beside Pagefind's of the same tools: time, memory, files, what a query fetches, and what one
// changed tool in a hundred costs. usage: npm run bench:search -- [--tools N] [--pagefind N]
// Pagefind keeps everything in memory, so it may get fewer tools; its figures are then of those. Real tools come from
// tools.jsonl of TOOLRISK_CORPORA (else ../shared/corpora); where there is none they are made up, with fewer words. Files go
// to a memory file system where there is one, for both, so that the disk does not decide.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from './median.ts';
import { memoryFolder } from './memory-folder.ts';

interface Ours {
  readonly buildMs: number;
  readonly buildMb: number;
  readonly files: number;
  readonly bytes: number;
  readonly done: boolean;
  readonly updateMs: number;
  /** Files that the update wrote. */
  readonly updated: number;
  /** `files` and `bytes` until the results are known, `all…` until the first ones are shown. */
  readonly asked: readonly {
    readonly query: string;
    readonly found: number;
    readonly ms: number;
    readonly files: number;
    readonly bytes: number;
    readonly allFiles: number;
    readonly allBytes: number;
  }[];
}

interface Theirs {
  readonly buildMs: number;
  readonly peakMb: number;
  readonly files: number;
  readonly bytes: number;
}

const { values } = parseArgs({
  options: { tools: { type: 'string', default: '500000' }, pagefind: { type: 'string', default: '20000' } },
});
const corpus = join(
  process.env.TOOLRISK_CORPORA ?? resolve(import.meta.dirname, '../../shared/corpora'),
  'tools.jsonl',
);
const file = existsSync(corpus) ? corpus : '';
const pagefind = resolve(import.meta.dirname, 'pagefind');
if (!existsSync(join(pagefind, 'node_modules'))) {
  // npm's own configuration says where from; nothing of it enters the project's lock file.
  execFileSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: pagefind,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function run<Report>(script: string, count: string): Report {
  const folder = memoryFolder('toolrisk-search-');
  try {
    const args = [resolve(import.meta.dirname, script), count, folder, file];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const same = run<Ours>('bench-search/ours.mjs', values.pagefind);
const theirs = run<Theirs>('pagefind/run.mjs', values.pagefind);
const ours = values.tools === values.pagefind ? same : run<Ours>('bench-search/ours.mjs', values.tools);
for (const { query, found, ms, files, bytes, allFiles, allBytes } of ours.asked) {
  console.log(
    `${query.padEnd(24)} ${String(found).padStart(7)} found in ${ms.toFixed(0).padStart(4)} ms of ${files} files, ${kb(bytes)} kB; ${allFiles} files, ${kb(allBytes)} kB with the first results`,
  );
}
console.log(
  `${values.pagefind} tools: ours ${seconds(same.buildMs)} s, ${same.buildMb.toFixed(0)} MB, ${same.files} files; Pagefind ${seconds(theirs.buildMs)} s, ${theirs.peakMb.toFixed(0)} MB, ${theirs.files} files`,
);
if (!ours.done || !same.done) throw new Error('the index could not be brought up to date');
console.log(
  JSON.stringify({
    ratio_pagefind: round(theirs.buildMs / same.buildMs),
    tools: Number(values.tools),
    build_s: seconds(ours.buildMs),
    peak_mb: Math.round(ours.buildMb),
    mb: Math.round(ours.bytes / 1_048_576),
    files: ours.files,
    one_per_cent_s: seconds(ours.updateMs),
    one_per_cent_share: round(ours.updateMs / ours.buildMs),
    query_ms: Math.round(median(ours.asked.map(({ ms }) => ms))),
    query_kb: median(ours.asked.map(({ bytes }) => kb(bytes))),
    query_kb_most: Math.max(...ours.asked.map(({ bytes }) => kb(bytes))),
    pagefind_tools: Number(values.pagefind),
    pagefind_s: seconds(theirs.buildMs),
    pagefind_peak_mb: Math.round(theirs.peakMb),
    pagefind_files: theirs.files,
    same_s: seconds(same.buildMs),
    same_peak_mb: Math.round(same.buildMb),
    same_files: same.files,
    same_one_per_cent_s: seconds(same.updateMs),
    same_query_kb: median(same.asked.map(({ bytes }) => kb(bytes))),
    real_texts: file !== '',
  }),
);

function seconds(ms: number): number {
  return round(ms / 1_000);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function kb(bytes: number): number {
  return Math.round(bytes / 1_024);
}

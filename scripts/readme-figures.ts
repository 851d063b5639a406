// The accuracy and speed blocks of README.md, from the figures that the scripts printed (data/figures.json).
import { fileURLToPath } from 'node:url';
import { ACCURACY_METHOD, accuracyOf, loadFigures } from '../src/data/figures.ts';
import { table } from './readme-table.ts';

const DATA = fileURLToPath(new URL('../data', import.meta.url));

/** What each figure of a speed script means, in the order of the README. */
const SPEED: readonly (readonly [script: string, figure: string, text: string])[] = [
  ['bench:classify', 'ratio', 'times the time of `JSON.parse` of the same tools, to judge them with full evidence'],
  ['bench:extract', 'ratio', 'times the time of parsing the same source once, to extract its tools'],
  ['bench:crawl', 'ratio_crawlee', "times the manifests per second of Crawlee's HttpCrawler, committed to disk"],
  ['bench:crawl', 'ratio_undici', 'of what bare undici fetches in the same time'],
  ['bench:crawl', 'peak_mb', 'MB of memory at the peak of that crawl'],
  ['bench:catalogue', 'search_ms', 'ms for a search among 500,000 tools, warm median'],
  ['bench:catalogue', 'query_worst_ms', 'ms for the slowest ready question there, warm median'],
  ['bench:catalogue', 'ratio_insert', 'of the rows per second of bare inserts into the same tables'],
  ['bench:catalogue', 'bytes_per_tool', 'bytes on disk per tool'],
  [
    'bench:site',
    'pages_per_s',
    'tool pages a second, with the pages of servers and policies and all JSON twins made beside',
  ],
  [
    'bench:site',
    'ratio_hugo',
    'times as fast as Hugo, which makes the same site: the same pages and twins, of the same weight',
  ],
  ['bench:site', 'ratio_hugo_html', 'times as fast as Hugo where that makes the HTML of the tools alone'],
  ['bench:site', 'ratio_eleventy', 'times as fast as Eleventy, which makes the same site'],
  ['bench:site', 'peak_mb', 'MB of memory at the peak of that build'],
  ['bench:site', 'nothing_changed_s', 's for a build in which nothing changed, 20,000 tools'],
  [
    'bench:site',
    'one_per_cent_share',
    'of the full time for a build in which 1 % of the tools changed, each in another server, start of the process and all',
  ],
  [
    'bench:site',
    'one_per_cent_share_inside',
    'the same without the start of Node and the loading of code, on both sides',
  ],
  [
    'bench:site',
    'one_per_cent_releases_share',
    'of the full time for a build in which 1 % of the servers have a new version that changed all their tools, start and all',
  ],
  [
    'bench:site',
    'flat_one_per_cent_share',
    'of the full time for a build of 200,000 tools of which 1 % changed, each in another server',
  ],
  ['bench:site', 'flat_peak_mb', 'MB of memory at the peak of the full build of 200,000 tools'],
  ['bench:site', 'search_s', 's more for the search index of 20,000 tools'],
  ['bench:site', 'search_one_per_cent_s', 's more for it in a build in which 1 % of the tools changed'],
  ['bench:build', 'full_s', 's for the pages of a crawled catalogue of 20,000 tools, the program as people run it'],
  ['bench:build', 'nothing_changed_s', 's for them when nothing changed'],
  ['bench:build', 'one_per_cent_releases_s', 's for them when 1 % of the servers have a new version'],
  ['bench:build', 'with_search_full_s', 's for them and the search index, as `toolrisk build` makes both'],
  ['bench:build', 'with_search_one_per_cent_releases_s', 's for both when 1 % of the servers have a new version'],
  ['bench:build', 'one_per_cent_s', 's for them when 1 % of the tools changed, each in another server'],
  ['bench:search', 'ratio_pagefind', 'times as fast as Pagefind makes the index of the same 20,000 real tools'],
  ['bench:search', 'build_s', 's for the index of 500,000 tools'],
  ['bench:search', 'peak_mb', 'MB of memory at its peak'],
  ['bench:search', 'query_kb', 'kB fetched for a query among them, median, before what is shown'],
];

/** Below it, two digits behind the point say too little. */
const SMALL = 0.1;

export function speedBlock(): string {
  const known = loadFigures(DATA);
  const rows = SPEED.flatMap(([script, figure, text]) => {
    const value = known[script]?.[figure];
    return typeof value === 'number'
      ? [
          [
            `\`npm run ${script}\``,
            value.toLocaleString('en-US', { maximumFractionDigits: value < SMALL ? 3 : 2 }),
            text,
          ],
        ]
      : [];
  });
  return rows.length === 0 ? 'No figures are recorded yet.' : table(['command', 'figure', 'which is'], rows);
}

export function accuracyBlock(): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  const rows = accuracyOf(loadFigures(DATA)).map(({ sample, measure, hits, of, low, high }) => [
    sample,
    measure,
    `${percent(hits / of)} %`,
    `${hits} of ${of}`,
    `${percent(low)} to ${percent(high)} %`,
  ]);
  if (rows.length === 0) return 'No figures are recorded yet: `npm run evaluate` prints them.';
  return `${table(['sample', 'what', 'share', 'count', '95 % interval'], rows)}\n\n${ACCURACY_METHOD}`;
}

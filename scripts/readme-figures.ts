// The accuracy and speed blocks of README.md, from the figures that the scripts printed (data/figures.json).
import { fileURLToPath } from 'node:url';
import { ACCURACY_METHOD, accuracyOf, loadFigures } from '../src/data/figures.ts';
import { table } from './readme-table.ts';

const DATA = fileURLToPath(new URL('../data', import.meta.url));

/** What each figure of a speed script means, in the order of the README. */
const SPEED: readonly { readonly script: string; readonly figure: string; readonly text: string }[] = [
  {
    script: 'bench:classify',
    figure: 'ratio_json_parse',
    text: 'times the time of `JSON.parse` of the same tools, to judge them with full evidence',
  },
  {
    script: 'bench:crawl',
    figure: 'ratio_crawlee',
    text: "times the manifests per second of Crawlee's HttpCrawler, through fetch, extract, classify and commit",
  },
  { script: 'bench:crawl', figure: 'ratio_undici', text: 'of what bare undici fetches in the same time' },
  { script: 'bench:crawl', figure: 'peak_mb', text: 'MB of memory at the peak of that crawl' },
  { script: 'bench:site', figure: 'pages_per_s', text: 'tool pages a second' },
  {
    script: 'bench:site',
    figure: 'ratio_hugo',
    text: 'times the pages per second of Hugo on pages of the same weight',
  },
  { script: 'bench:site', figure: 'ratio_eleventy', text: 'times those of Eleventy' },
  {
    script: 'bench:extract',
    figure: 'ratio_parse',
    text: 'times the time of parsing the same source once, to extract its tools',
  },
];

export function speedBlock(): string {
  const known = loadFigures(DATA);
  const lines = SPEED.flatMap(({ script, figure, text }) => {
    const value = known[script]?.[figure];
    return typeof value === 'number' ? [`- \`npm run ${script}\`: ${value.toLocaleString('en-US')} ${text}`] : [];
  });
  return lines.length === 0 ? 'No figures are recorded yet.' : lines.join('\n');
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

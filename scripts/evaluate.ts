/**
 * Measures the classifier: `npm run evaluate [-- --part in|out|all] [--worst N] [--crawl]`.
 *
 * Uses the corpora in TOOLRISK_CORPORA (else ../shared/corpora beside the repository) where they are, and always the
 * tools of npm servers that carry their authors' own annotations, as far as the catalogue (`out/catalogue.db`) has them;
 * `--crawl` makes it, or brings it up to date, from the npm registry first.
 * Hints are left out of the input; what they change is printed beside. The last line is JSON.
 */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type * as z from 'zod';
import { loadRuleset } from '../src/data/load.ts';
import { annotatedRows } from './evaluation/annotated.ts';
import { judgedReport } from './evaluation/judged.ts';
import { labelledReport } from './evaluation/labelled.ts';
import { readBlindReport } from './evaluation/read-blind.ts';
import { isHeldOut, Judged, Labelled, Marked, Plain, readRows, rule } from './evaluation/rows.ts';
import { inexactSpans } from './evaluation/spans.ts';
import { threatReport } from './evaluation/threats.ts';
import { writtenThreatsReport } from './evaluation/written-threats.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.env.TOOLRISK_CORPORA ?? join(root, '../shared/corpora');
const { values: options } = parseArgs({
  options: {
    part: { type: 'string', default: 'all' },
    worst: { type: 'string', default: '20' },
    db: { type: 'string', default: 'out/catalogue.db' },
    crawl: { type: 'boolean', default: false },
  },
});
const worst = Number(options.worst);

const ruleset = loadRuleset(join(root, 'data'));
const print = (line: string) => void process.stdout.write(`${line}\n`);
const inPart = (row: z.infer<typeof Plain>) =>
  options.part === 'all' || isHeldOut(row.server) === (options.part === 'out');

const labelled = readRows(folder, 'labelled.dev.jsonl', Labelled)?.filter(inPart);
const judged = readRows(folder, 'judged.dev.jsonl', Judged)?.filter(inPart);
const figures: Record<string, unknown> = { ruleset: ruleset.version, part: options.part };

if (labelled === undefined) print(`No corpora in ${folder}: set TOOLRISK_CORPORA to measure on them.`);
else {
  const title = 'tools of the corpora with labels of their authors';
  figures.labelled = labelledReport(rule(labelled, ruleset), rule(labelled, ruleset, true), title, worst, print);
}
if (options.crawl) {
  const crawl = [
    '--import',
    'tsx',
    join(root, 'src/cli.ts'),
    'crawl',
    '--only',
    'npm',
    '--db',
    resolve(root, options.db),
  ];
  execFileSync(process.execPath, crawl, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
const annotated = annotatedRows(resolve(root, options.db))?.filter(inPart);
if (annotated === undefined) print(`No catalogue at ${options.db}: add --crawl to make it, or name one with --db.`);
else {
  const title = `npm servers with annotations of their authors (${options.db})`;
  figures.annotated = labelledReport(rule(annotated, ruleset), rule(annotated, ruleset, true), title, worst, print);
}
if (judged !== undefined) figures.judged = judgedReport(rule(judged, ruleset), worst, print);
if (options.part === 'all') {
  const poisoned = readRows(folder, 'poisoned.dev.jsonl', Marked);
  const benign = readRows(folder, 'benign.dev.jsonl', Marked);
  const tools = readRows(folder, 'tools.jsonl', Plain);
  if (poisoned !== undefined && benign !== undefined && tools !== undefined) {
    const ruled = rule(tools, ruleset);
    figures.threats = threatReport(
      { poisoned: rule(poisoned, ruleset), benign: rule(benign, ruleset), tools: ruled },
      print,
    );
    figures.inexactSpans = inexactSpans(ruled, print);
    figures.readBlind = readBlindReport(tools, ruleset, print);
  }
  figures.writtenThreats = writtenThreatsReport(ruleset, print);
}
print(JSON.stringify(figures));

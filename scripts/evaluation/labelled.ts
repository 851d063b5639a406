import type * as z from 'zod';
import type { Category, Verdict } from '../../src/model/verdict.ts';
import { AUTHORS_ANNOTATIONS } from './annotated.ts';
import { type Calibrated, calibrationTable } from './calibration.ts';
import { isDeleteLike } from './delete-verbs.ts';
import { groupBy, jsonShare, mean, printShare, share, shareOf } from './figures.ts';
import { printMistakes } from './mistakes.ts';
import type { Labelled, Ruled } from './rows.ts';

type Row = Ruled<z.infer<typeof Labelled>>;

/** Label sources that speak of each tool by itself. */
const STRICT: ReadonlySet<string> = new Set(['authored-per-tool', 'wire-annotations', AUTHORS_ANNOTATIONS]);

const isRead = (verdict: Verdict) => verdict.category === 'Read';
const isRight = (row: Row) => isRead(row.verdict) === row.truth.readOnly;
const described = (row: Row) => (row.description ?? '').trim() !== '';

/** Read against not-read, delete-like tools, Unknown, calibration and the worst mistakes, printed and as figures. */
export function labelledReport(
  rows: readonly Row[],
  hinted: readonly Row[],
  title: string,
  worst: number,
  print: (line: string) => void,
) {
  const strict = rows.filter((row) => STRICT.has(row.label_source) && row.doubt === null);
  const strictHinted = hinted.filter((row) => STRICT.has(row.label_source) && row.doubt === null);
  const micro = shareOf(rows, isRight);
  const exact = shareOf(strict, isRight);
  const withHints = shareOf(strictHinted, isRight);
  const servers = [...groupBy(strict, (row) => row.server).values()];
  const perServer = mean(servers.map((group) => group.filter(isRight).length / group.length));
  const mutating = strict.filter((row) => !row.truth.readOnly);
  const missed = mutating.filter((row) => isRead(row.verdict));
  const unknown = shareOf(rows.filter(described), (row) => row.verdict.category === 'Unknown');
  print(`\n# Read against not-read: ${title}`);
  print(`all rows                  ${printShare(micro)}`);
  print(`strict subset             ${printShare(exact)}`);
  print(`  mean of ${String(servers.length).padStart(2)} servers      ${(100 * perServer).toFixed(1)} %`);
  print(`  with hints as well      ${printShare(withHints)}`);
  print(`mutating called Read      ${printShare(share(missed.length, mutating.length))}`);
  for (const row of missed) print(`  ${row.server} ${row.name}: ${reasonOf(row.verdict)}`);
  print(`Unknown with description  ${printShare(unknown)}`);
  const deletion = deletions(strict, print);
  const calibration = calibrationTable(
    strict.filter(described).map((row): Calibrated => ({ confidence: row.verdict.confidence, right: isRight(row) })),
    print,
  );
  printMistakes(
    strict.filter((row) => !isRight(row)).map((row) => ({ row, truth: row.truth.readOnly ? 'Read' : 'not Read' })),
    worst,
    print,
  );
  return {
    all: jsonShare(micro),
    strict: jsonShare(exact),
    strictWithHints: jsonShare(withHints),
    perServer: Math.round(perServer * 10_000) / 10_000,
    mutatingCalledRead: jsonShare(share(missed.length, mutating.length)),
    unknown: jsonShare(unknown),
    ...deletion,
    calibration,
  };
}

function deletions(rows: readonly Row[], print: (line: string) => void) {
  const positive = rows.filter((row) => row.truth.destructive === true && isDeleteLike(row.name));
  const negative = rows.filter((row) => row.truth.readOnly || row.truth.destructive === false);
  const destroys = (row: Row) =>
    (['Destructive', 'Financial'] satisfies Category[]).some((one) => one === row.verdict.category);
  const recall = shareOf(positive, destroys);
  const falseAlarms = negative.filter((row) => row.verdict.category === 'Destructive');
  const precision = share(recall.hits, recall.hits + falseAlarms.length);
  print(`\n# Delete-like tools`);
  print(`recall                    ${printShare(recall)}`);
  for (const row of positive) if (!destroys(row)) print(`  missed ${row.server} ${row.name}: ${row.verdict.category}`);
  print(`precision                 ${printShare(precision)}`);
  for (const row of falseAlarms) print(`  false  ${row.server} ${row.name}: ${reasonOf(row.verdict)}`);
  return { deleteRecall: jsonShare(recall), deletePrecision: jsonShare(precision) };
}

function reasonOf(verdict: Verdict): string {
  const counted = verdict.findings.filter((finding) => finding.discounted === undefined);
  return counted.map((finding) => `${finding.rule} "${finding.text}"`).join(', ') || 'no finding';
}

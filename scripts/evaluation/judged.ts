import type * as z from 'zod';
import { CATEGORIES, type Category, severityRank } from '../../src/model/verdict.ts';
import { type Calibrated, calibrationTable } from './calibration.ts';
import { jsonShare, printShare, share, shareOf } from './figures.ts';
import { printMistakes } from './mistakes.ts';
import type { Judged, Ruled } from './rows.ts';

type Row = Ruled<z.infer<typeof Judged>>;

const isRight = (row: Row) => row.verdict.category === row.truth.category;
const DANGEROUS: ReadonlySet<Category> = new Set(['Execute', 'Destructive', 'Financial', 'Communication']);

/** Category and severity against one reader's judgement, printed and as figures. */
export function judgedReport(rows: readonly Row[], worst: number, print: (line: string) => void) {
  const described = rows.filter((row) => (row.description ?? '').trim() !== '');
  const bare = rows.filter((row) => (row.description ?? '').trim() === '');
  const category = shareOf(described, isRight);
  const hidden = described.filter((row) => DANGEROUS.has(row.truth.category) && row.verdict.category === 'Read');
  const graded = described.filter((row) => row.truth.category !== 'Destructive');
  const steps = (row: Row) => Math.abs(severityRank(row.verdict.severity) - severityRank(row.truth.severity));
  const exact = shareOf(graded, (row) => steps(row) === 0);
  const near = shareOf(graded, (row) => steps(row) <= 1);
  const answered = bare.filter((row) => row.verdict.category !== 'Unknown');
  const bareAnswered = share(answered.length, bare.length);
  const bareRight = shareOf(answered, isRight);
  print(`\n# Category and severity: judged tools with a description`);
  print(`category                  ${printShare(category)}`);
  print(`dangerous called Read     ${hidden.length}`);
  for (const row of hidden) print(`  ${row.server} ${row.name}`);
  print(`severity exact            ${printShare(exact)}`);
  print(`severity within one step  ${printShare(near)}`);
  print(`name only: answered       ${printShare(bareAnswered)}`);
  print(`name only: right of these ${printShare(bareRight)}`);
  print(`\ncategory        precision                              recall`);
  const perCategory = Object.fromEntries(
    CATEGORIES.flatMap((one) => {
      const precision = shareOf(
        described.filter((row) => row.verdict.category === one),
        isRight,
      );
      const recall = shareOf(
        described.filter((row) => row.truth.category === one),
        isRight,
      );
      if (precision.of === 0 && recall.of === 0) return [];
      print(`${one.padEnd(14)}  ${printShare(precision).padEnd(37)}  ${printShare(recall)}`);
      return [[one, { precision: jsonShare(precision), recall: jsonShare(recall) }]];
    }),
  );
  printConfusion(described, print);
  const calibration = calibrationTable(
    described.map((row): Calibrated => ({ confidence: row.verdict.confidence, right: isRight(row) })),
    print,
  );
  const said = (row: Row) => `${row.truth.category}/${row.truth.severity}`;
  printMistakes(
    described.filter((row) => !isRight(row)).map((row) => ({ row, truth: said(row) })),
    worst,
    print,
  );
  printMistakes(
    graded.filter((row) => isRight(row) && steps(row) > 0).map((row) => ({ row, truth: said(row) })),
    worst,
    print,
  );
  printMistakes(
    bare.filter((row) => !isRight(row)).map((row) => ({ row, truth: said(row) })),
    worst,
    print,
  );
  return {
    category: jsonShare(category),
    dangerousCalledRead: hidden.length,
    severityExact: jsonShare(exact),
    severityNear: jsonShare(near),
    nameOnlyAnswered: jsonShare(bareAnswered),
    nameOnlyRight: jsonShare(bareRight),
    perCategory,
    calibration,
  };
}

function printConfusion(rows: readonly Row[], print: (line: string) => void): void {
  print(`\ntruth \\ verdict  ${CATEGORIES.map((one) => one.slice(0, 7).padStart(8)).join('')}`);
  for (const truth of CATEGORIES) {
    const line = rows.filter((row) => row.truth.category === truth);
    if (line.length === 0) continue;
    const cells = CATEGORIES.map((one) =>
      String(line.filter((row) => row.verdict.category === one).length).padStart(8),
    );
    print(`${truth.padEnd(16)} ${cells.join('')}`);
  }
}

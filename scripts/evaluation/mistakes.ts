import type { Verdict } from '../../src/model/verdict.ts';

/** A row that the classifier got wrong. */
export interface Mistake {
  readonly row: {
    readonly server: string;
    readonly name: string;
    readonly description?: string | null | undefined;
    readonly verdict: Verdict;
  };
  readonly truth: string;
}

const SHOWN_CHARS = 160;

/** Prints the mistakes of the highest confidence first, with their findings. */
export function printMistakes(mistakes: readonly Mistake[], most: number, print: (line: string) => void): void {
  const sorted = [...mistakes].sort((a, b) => b.row.verdict.confidence - a.row.verdict.confidence);
  print(`\n# Worst mistakes (${Math.min(most, sorted.length)} of ${sorted.length})`);
  for (const { row, truth } of sorted.slice(0, most)) {
    const { verdict } = row;
    print(`${row.server} ${row.name}: ${verdict.category}/${verdict.severity} ${verdict.confidence}, truth ${truth}`);
    print(`    ${(row.description ?? '(no description)').replaceAll(/\s+/gu, ' ').slice(0, SHOWN_CHARS)}`);
    for (const finding of verdict.findings.slice(0, 8)) {
      print(`    ${finding.rule} ${finding.path} "${finding.text}" ${finding.discounted ?? ''}`);
    }
  }
}

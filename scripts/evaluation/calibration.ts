import { jsonShare, printShare, shareOf } from './figures.ts';

/** A verdict's confidence and whether it was right. */
export interface Calibrated {
  readonly confidence: number;
  readonly right: boolean;
}

const BOUNDS = [0.9, 0.8, 0.7, 0.6, 0.5, 0] as const;

/** How often verdicts are right by the confidence that they claim, printed and as figures. */
export function calibrationTable(rows: readonly Calibrated[], print: (line: string) => void) {
  print(`\n# Confidence: how often verdicts are right`);
  const lines = BOUNDS.map((from, i) => {
    const to = i === 0 ? 1.01 : (BOUNDS[i - 1] ?? 1);
    const inside = rows.filter((row) => row.confidence >= from && row.confidence < to);
    return { from, share: shareOf(inside, (row) => row.right) };
  });
  for (const { from, share } of lines) print(`from ${from.toFixed(1)}   ${printShare(share)}`);
  const sure = shareOf(rows, (row) => row.confidence >= 0.9);
  print(`at 0.9 or more            ${printShare(sure)} of the verdicts`);
  return { sure: jsonShare(sure), bands: lines.map(({ from, share }) => ({ from, ...jsonShare(share) })) };
}

import type * as z from 'zod';
import { valueAt } from '../../src/commands/draw.ts';
import { definitionOf, type Plain, type Ruled } from './rows.ts';

/** Counts findings whose span does not cut their very text out of the definition. */
export function inexactSpans(rows: readonly Ruled<z.infer<typeof Plain>>[], print: (line: string) => void): number {
  let all = 0;
  let wrong = 0;
  for (const row of rows) {
    const tool = definitionOf(row, false);
    for (const { path, on, start, end, text } of row.verdict.findings) {
      const key = path
        .slice(path.lastIndexOf('/') + 1)
        .replaceAll('~1', '/')
        .replaceAll('~0', '~');
      const raw = on === 'key' ? key : valueAt(tool, path);
      all++;
      if (typeof raw !== 'string' || raw.slice(start, end) !== text) wrong++;
    }
  }
  print(`\n# Spans\ninexact                   ${wrong} of ${all} findings`);
  return wrong;
}

import { severityRank } from '../model/verdict.ts';
import type { ToolRow } from './view.ts';

/** Related tools that a page shows. */
export const RELATED = 8;

/** Finds the tools of one server that are related to one of them, without comparing each with each. */
export function makeRelated(rows: readonly ToolRow[]): (row: ToolRow) => readonly ToolRow[] {
  const worst = [...rows].sort(
    (a, b) => severityRank(b.severity) - severityRank(a.severity) || (a.name < b.name ? -1 : 1),
  );
  const byCapability = new Map<string, ToolRow[]>();
  for (const row of worst) {
    for (const id of row.capabilities) {
      const list = byCapability.get(id) ?? [];
      if (list.length <= RELATED) byCapability.set(id, [...list, row]);
    }
  }
  const head = worst.slice(0, 2 * RELATED + 1);
  return (row) => {
    const found = new Set<ToolRow>();
    for (const id of row.capabilities) for (const one of byCapability.get(id) ?? []) found.add(one);
    for (const one of head) found.add(one);
    found.delete(row);
    return [...found].slice(0, RELATED);
  };
}

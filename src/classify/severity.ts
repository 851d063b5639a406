import type { SeverityMove, SeverityTable } from '../model/rule.ts';
import { CATEGORIES, type Category, type Move, SEVERITIES, type Severity, severityRank } from '../model/verdict.ts';

/** A severity with every step that led to it. */
export interface Judgement {
  readonly severity: Severity;
  readonly moves: readonly Move[];
}

/** The table, with the lines of each category. */
export interface Severities {
  readonly start: Readonly<Record<Category, Severity>>;
  readonly moves: ReadonlyMap<Category, readonly SeverityMove[]>;
}

/** Sorts the lines of the table by category; a line stands under each of its own. */
export function compileSeverities({ start, moves }: SeverityTable): Severities {
  const linesOf = (category: Category) => moves.filter(({ categories }) => categories.includes(category));
  return { start, moves: new Map(CATEGORIES.map((category) => [category, linesOf(category)])) };
}

/** Starts where the category starts and applies each line of the table whose capabilities were found, in the table's order. */
export function judge(category: Category, capabilities: ReadonlySet<string>, table: Severities): Judgement {
  let severity = table.start[category];
  const moves: Move[] = [];
  for (const move of table.moves.get(category) ?? []) {
    if (!hasAny(capabilities, move.capabilities)) continue;
    if (move.unless !== undefined && hasAny(capabilities, move.unless)) continue;
    const next = moved(severity, move);
    if (next === severity) continue;
    moves.push({ from: severity, to: next, reason: move.reason, rule: move.id });
    severity = next;
  }
  return { severity, moves };
}

function hasAny(all: ReadonlySet<string>, wanted: readonly string[]): boolean {
  for (const one of wanted) if (all.has(one)) return true;
  return false;
}

function moved(from: Severity, { to, lower }: SeverityMove): Severity {
  const rank = severityRank(from);
  if (to === 'up') return SEVERITIES[Math.min(rank + 1, SEVERITIES.length - 1)] ?? from;
  if (to === 'down') return SEVERITIES[Math.max(rank - 1, 0)] ?? from;
  const wanted = severityRank(to);
  return lower === true ? (wanted < rank ? to : from) : wanted > rank ? to : from;
}

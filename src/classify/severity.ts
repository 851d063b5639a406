import type { SeverityMove, SeverityTable } from '../model/rule.ts';
import { CATEGORIES, type Category, type Move, SEVERITIES, type Severity, severityRank } from '../model/verdict.ts';

/** A severity with every step that led to it. */
export interface Judgement {
  readonly severity: Severity;
  readonly moves: Move[];
}

/** One line of the table; all have the same shape. */
interface Line {
  readonly move: SeverityMove;
  readonly capabilities: readonly string[];
  readonly unless: readonly string[] | undefined;
}

/** The table, with the lines of each category. */
export interface Severities {
  readonly start: Readonly<Record<Category, Severity>>;
  readonly lines: ReadonlyMap<Category, readonly Line[]>;
}

/** Sorts the lines of the table by category; a line stands under each of its own. */
export function compileSeverities({ start, moves }: SeverityTable): Severities {
  const lines = moves.map((move) => ({ move, capabilities: move.capabilities, unless: move.unless }));
  const linesOf = (category: Category) => lines.filter(({ move }) => move.categories.includes(category));
  return { start, lines: new Map(CATEGORIES.map((category) => [category, linesOf(category)])) };
}

const NO_LINES: readonly Line[] = [];

/** Starts where the category starts and applies each line of the table whose capabilities were found, in the table's order. */
export function judge(category: Category, capabilities: readonly string[], table: Severities): Judgement {
  const lines = table.lines.get(category) ?? NO_LINES;
  let severity = table.start[category];
  const moves: Move[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (line === undefined || !hasAny(capabilities, line.capabilities)) continue;
    const { move, unless } = line;
    if (unless !== undefined && hasAny(capabilities, unless)) continue;
    const next = moved(severity, move);
    if (next === severity) continue;
    moves.push({ from: severity, to: next, reason: move.reason, rule: move.id });
    severity = next;
  }
  return { severity, moves };
}

function hasAny(all: readonly string[], wanted: readonly string[]): boolean {
  for (let at = 0; at < wanted.length; at++) if (all.includes(wanted[at] ?? '')) return true;
  return false;
}

function moved(from: Severity, { to, lower }: SeverityMove): Severity {
  const rank = severityRank(from);
  if (to === 'up') return SEVERITIES[Math.min(rank + 1, SEVERITIES.length - 1)] ?? from;
  if (to === 'down') return SEVERITIES[Math.max(rank - 1, 0)] ?? from;
  const wanted = severityRank(to);
  return lower === true ? (wanted < rank ? to : from) : wanted > rank ? to : from;
}

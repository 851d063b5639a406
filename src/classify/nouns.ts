import type { Match } from './lexicon.ts';
import type { Reading } from './reading.ts';
import type { CompiledLook, Groups } from './ruleset.ts';

/** Nouns that stand whole in a range of words, in the order of the text. */
export function nounsIn(reading: Reading, [from, to]: readonly [number, number]): readonly Match[] {
  const { nouns } = reading;
  const found: Match[] = [];
  for (let at = firstFrom(nouns, from); at < nouns.length; at++) {
    const noun = nouns[at];
    if (noun === undefined || noun.from >= to) break;
    if (noun.to <= to) found.push(noun);
  }
  return found;
}

/** The first of matches that begins at word `from` or behind it; they stand in the order of the text. */
function firstFrom(matches: readonly Match[], from: number): number {
  let low = 0;
  let high = matches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((matches[middle]?.from ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a look's verb acts on what the look asks for. */
export function fits(look: CompiledLook, object: readonly Match[], clause: readonly Match[]): boolean {
  const { any, none, clauseAny, clauseNone } = look.condition;
  if (any !== undefined && firstOf(object, any) === undefined) return false;
  if (none !== undefined && firstOf(object, none) !== undefined) return false;
  if (clauseAny !== undefined && firstOf(clause, clauseAny) === undefined) return false;
  return clauseNone === undefined || firstOf(clause, clauseNone) === undefined;
}

/** The noun that makes a look fit: the last one of its object, else the first of its clause. */
export function nounOf(look: CompiledLook, object: readonly Match[], clause: readonly Match[]): Match | undefined {
  const { any, clauseAny } = look.condition;
  if (any === undefined) return clauseAny === undefined ? undefined : firstOf(clause, clauseAny);
  let head: Match | undefined;
  for (const noun of object) if (has(noun, any)) head = headOf(head, noun);
  return head;
}

/** The head of a compound is its last noun (`a SQL query`, `an audit log`); of two that end together, the longer. */
export function headOf(head: Match | undefined, noun: Match | undefined): Match | undefined {
  if (noun === undefined || head === undefined) return noun ?? head;
  return noun.to > head.to || (noun.to === head.to && noun.from < head.from) ? noun : head;
}

/** Whether two nouns are the same words. */
export const isSame = (noun: Match | undefined, head: Match) => noun?.from === head.from && noun.to === head.to;

function firstOf(nouns: readonly Match[], groups: Groups): Match | undefined {
  for (const noun of nouns) if (has(noun, groups)) return noun;
  return undefined;
}

function has({ entry }: Match, groups: Groups): boolean {
  for (const group of entry.groups) if (groups[group] === 1) return true;
  return false;
}

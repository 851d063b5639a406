import { GRAMMAR } from './grammar.ts';
import type { Entry, Match } from './lexicon.ts';
import type { Reading } from './reading.ts';
import { GAP } from './words.ts';

/** 1 at the number of each group that is meant. */
export type Groups = Uint8Array;

/**
 * Which of all the conditions on nouns that looks have each noun of the lists meets. A condition is a number; the
 * answers are bits, so that what a whole phrase meets is found without asking each noun for each look.
 */
export class NounConditions {
  /** Numbers of 32 bits that all conditions need. */
  readonly width: number;
  /** By the number of an entry times `width`. */
  readonly #rows: Int32Array;

  constructor(entries: readonly Entry[], conditions: readonly Groups[]) {
    this.width = (conditions.length >> 5) + 1;
    this.#rows = new Int32Array(entries.length * this.width);
    const known = new Map<string, Int32Array>();
    for (const { kind, number, groups } of entries) {
      if (kind !== 'nouns') continue;
      const key = groups.join(' ');
      const row = known.get(key) ?? rowOf(groups, conditions, this.width);
      known.set(key, row);
      this.#rows.set(row, number * this.width);
    }
  }

  /** Adds what a noun meets to a list of bits. */
  addTo(bits: Int32Array, { number }: Entry): void {
    const row = number * this.width;
    for (let at = 0; at < this.width; at++) bits[at] = (bits[at] ?? 0) | (this.#rows[row + at] ?? 0);
  }

  meets({ number }: Entry, condition: number): boolean {
    return (((this.#rows[number * this.width + (condition >> 5)] ?? 0) >> (condition & 31)) & 1) === 1;
  }
}

function rowOf(groups: readonly number[], conditions: readonly Groups[], width: number): Int32Array {
  const row = new Int32Array(width);
  for (const [number, wanted] of conditions.entries()) {
    if (!groups.some((group) => wanted[group] === 1)) continue;
    row[number >> 5] = (row[number >> 5] ?? 0) | (1 << (number & 31));
  }
  return row;
}

const NONE: readonly Match[] = [];

/** The nouns that stand whole in a range of words, with the conditions that they meet. It is used for one range after another. */
export class NounRange {
  /** How many there are. */
  count = 0;
  readonly #conditions: NounConditions;
  readonly #bits: Int32Array;
  #nouns = NONE;
  #first = 0;
  #to = 0;

  constructor(conditions: NounConditions) {
    this.#conditions = conditions;
    this.#bits = new Int32Array(conditions.width);
  }

  /** Takes the nouns of words `from` to `to`, half-open. */
  read({ nouns }: Reading, from: number, to: number): void {
    this.#nouns = nouns;
    this.#to = to;
    this.#first = nouns.length === 0 ? 0 : firstFrom(nouns, from);
    this.count = 0;
    for (let at = this.#first; at < nouns.length; at++) {
      const noun = nouns[at];
      if (noun === undefined || noun.from >= to) break;
      if (noun.to > to) continue;
      if (this.count++ === 0) this.#bits.fill(0);
      this.#conditions.addTo(this.#bits, noun.entry);
    }
  }

  /** Takes the conditions that those nouns of another range meet which end a phrase, and not the nouns themselves. */
  readEnds(other: NounRange, reading: Reading): void {
    this.count = 0;
    for (let at = other.#first; at < other.#nouns.length; at++) {
      const noun = other.#nouns[at];
      if (noun === undefined || noun.from >= other.#to) break;
      if (noun.to > other.#to || !endsPhrase(reading, noun, other.#to)) continue;
      if (this.count++ === 0) this.#bits.fill(0);
      this.#conditions.addTo(this.#bits, noun.entry);
    }
  }

  /** Whether any noun meets a condition. */
  meets(condition: number): boolean {
    return this.count > 0 && (((this.#bits[condition >> 5] ?? 0) >> (condition & 31)) & 1) === 1;
  }

  /** The first noun that meets a condition. */
  first(condition: number): Match | undefined {
    for (let at = this.#first; at < this.#nouns.length; at++) {
      const noun = this.#nouns[at];
      if (noun === undefined || noun.from >= this.#to) return undefined;
      if (noun.to <= this.#to && this.#conditions.meets(noun.entry, condition)) return noun;
    }
    return undefined;
  }

  /** The head of those nouns that meet a condition. */
  head(condition: number): Match | undefined {
    let head: Match | undefined;
    for (let at = this.#first; at < this.#nouns.length; at++) {
      const noun = this.#nouns[at];
      if (noun === undefined || noun.from >= this.#to) break;
      if (noun.to <= this.#to && this.#conditions.meets(noun.entry, condition)) head = headOf(head, noun);
    }
    return head;
  }
}

/** Whether nothing that could be a noun follows in the same object, which goes up to word `to`. */
function endsPhrase(reading: Reading, noun: Match, to: number): boolean {
  if (noun.to >= to) return true;
  const gap = reading.words.gaps[noun.to] ?? 0;
  if ((gap & (GAP.comma | GAP.open | GAP.close | GAP.quote | GAP.slash)) !== 0) return true;
  return reading.begins(GRAMMAR.conjunctions | GRAMMAR.adverbs, noun.to);
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

/** The head of a compound is its last noun (`a SQL query`, `an audit log`); of two that end together, the longer. */
export function headOf(head: Match | undefined, noun: Match | undefined): Match | undefined {
  if (noun === undefined || head === undefined) return noun ?? head;
  return noun.to > head.to || (noun.to === head.to && noun.from < head.from) ? noun : head;
}

/** Whether two nouns are the same words. */
export const isSame = (noun: Match | undefined, head: Match) => noun?.from === head.from && noun.to === head.to;

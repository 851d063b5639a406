import type { Act } from './act.ts';
import { GRAMMAR } from './grammar.ts';
import type { Entry, Match } from './lexicon.ts';
import type { Reading } from './reading.ts';
import type { CompiledLook } from './ruleset.ts';
import { GAP } from './words.ts';

/** The numbers of the groups that are meant. */
export type Groups = readonly number[];

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
    const byGroup = rowsOf(conditions, this.width);
    for (const { kind, number, groups } of entries) {
      if (kind !== 'nouns') continue;
      const row = this.#rows.subarray(number * this.width, (number + 1) * this.width);
      for (const group of groups) addBits(row, byGroup.get(group) ?? NO_BITS);
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

const NO_BITS = new Int32Array(0);

function addBits(to: Int32Array, bits: Int32Array): void {
  for (let at = 0; at < bits.length; at++) to[at] = (to[at] ?? 0) | (bits[at] ?? 0);
}

/** By the number of a group: the conditions that its nouns meet. */
function rowsOf(conditions: readonly Groups[], width: number): ReadonlyMap<number, Int32Array> {
  const rows = new Map<number, Int32Array>();
  for (const [number, wanted] of conditions.entries()) {
    for (const group of wanted) {
      const row = rows.get(group) ?? new Int32Array(width);
      row[number >> 5] = (row[number >> 5] ?? 0) | (1 << (number & 31));
      rows.set(group, row);
    }
  }
  return rows;
}

const NONE: readonly Match[] = [];

/**
 * The nouns that stand whole in the clause of an act and in its object, which is a part of the clause, with the conditions
 * that they meet. It is used for one act after another.
 */
export class ActNouns {
  /** How many there are. */
  count = 0;
  readonly #conditions: NounConditions;
  readonly #object: Int32Array;
  readonly #clause: Int32Array;
  /** Of those that end a phrase of the object; read when somebody asks. */
  readonly #ends: Int32Array;
  #hasEnds = false;
  #nouns = NONE;
  #first = 0;
  #clauseTo = 0;
  #objectFrom = 0;
  #objectTo = 0;

  constructor(conditions: NounConditions) {
    this.#conditions = conditions;
    this.#object = new Int32Array(conditions.width);
    this.#clause = new Int32Array(conditions.width);
    this.#ends = new Int32Array(conditions.width);
  }

  /** Takes the nouns of an act. */
  read({ nouns }: Reading, { objectFrom, objectTo, clauseFrom, clauseTo }: Act): void {
    this.count = 0;
    this.#hasEnds = false;
    this.#nouns = nouns;
    this.#clauseTo = clauseTo;
    this.#objectFrom = objectFrom;
    this.#objectTo = objectTo;
    this.#first = nouns.length === 0 ? 0 : firstFrom(nouns, clauseFrom);
    for (let at = this.#first; at < nouns.length; at++) {
      const noun = nouns[at];
      if (noun === undefined || noun.from >= clauseTo) break;
      if (noun.to > clauseTo) continue;
      if (this.count++ === 0) {
        this.#clause.fill(0);
        this.#object.fill(0);
      }
      this.#conditions.addTo(this.#clause, noun.entry);
      if (noun.from >= objectFrom && noun.to <= objectTo) this.#conditions.addTo(this.#object, noun.entry);
    }
  }

  /** Whether the nouns are those that a look asks for. */
  fit({ any, none, clauseAny, clauseNone, head }: CompiledLook, reading: Reading): boolean {
    if (this.count === 0) return any < 0 && clauseAny < 0;
    if (head && !this.#hasEnds) this.#readEnds(reading);
    const object = head ? this.#ends : this.#object;
    if (any >= 0 && !has(object, any)) return false;
    if (none >= 0 && has(object, none)) return false;
    if (clauseAny >= 0 && !has(this.#clause, clauseAny)) return false;
    return clauseNone < 0 || !has(this.#clause, clauseNone);
  }

  #readEnds(reading: Reading): void {
    this.#hasEnds = true;
    this.#ends.fill(0);
    for (let at = this.#first; at < this.#nouns.length; at++) {
      const noun = this.#nouns[at];
      if (noun === undefined || noun.from >= this.#objectTo) return;
      if (!this.#isOfObject(noun) || !endsPhrase(reading, noun, this.#objectTo)) continue;
      this.#conditions.addTo(this.#ends, noun.entry);
    }
  }

  #isOfObject({ from, to }: Match): boolean {
    return from >= this.#objectFrom && to <= this.#objectTo;
  }

  /** The noun that makes a look fit: the head of those of the object that it asks for, else the first of the clause. */
  nounOf({ any, clauseAny }: CompiledLook): Match | undefined {
    return any >= 0 ? this.#headOf(any) : this.#firstOf(clauseAny);
  }

  #firstOf(condition: number): Match | undefined {
    for (let at = this.#first; at < this.#nouns.length; at++) {
      const noun = this.#nouns[at];
      if (noun === undefined || noun.from >= this.#clauseTo) return undefined;
      if (noun.to <= this.#clauseTo && this.#conditions.meets(noun.entry, condition)) return noun;
    }
    return undefined;
  }

  #headOf(condition: number): Match | undefined {
    let head: Match | undefined;
    for (let at = this.#first; at < this.#nouns.length; at++) {
      const noun = this.#nouns[at];
      if (noun === undefined || noun.from >= this.#objectTo) break;
      if (this.#isOfObject(noun) && this.#conditions.meets(noun.entry, condition)) head = headOf(head, noun);
    }
    return head;
  }
}

/** Whether a list of bits has the one of a condition. */
const has = (bits: Int32Array, condition: number) => (((bits[condition >> 5] ?? 0) >> (condition & 31)) & 1) === 1;

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

import type { Discount } from './discounts.ts';
import { GRAMMAR } from './grammar.ts';
import type { Match } from './lexicon.ts';
import type { Reading } from './reading.ts';
import { CLAUSE_GAPS, GAP } from './words.ts';

/** A verb that says what the tool does, with the words that it acts on. Word ranges are half-open. */
export class Act {
  readonly verb: Match;
  readonly objectFrom: number;
  /** Up to the first preposition. */
  readonly objectTo: number;
  readonly clauseFrom: number;
  /** Up to the end of the clause. */
  readonly clauseTo: number;
  /** 1 for a plain verb, less for a word that may as well be a noun. */
  readonly certainty: number;
  readonly discounted: Discount | undefined;

  constructor(
    verb: Match,
    objectFrom: number,
    objectTo: number,
    clauseFrom: number,
    clauseTo: number,
    certainty: number,
    discounted: Discount | undefined,
  ) {
    this.verb = verb;
    this.objectFrom = objectFrom;
    this.objectTo = objectTo;
    this.clauseFrom = clauseFrom;
    this.clauseTo = clauseTo;
    this.certainty = certainty;
    this.discounted = discounted;
  }

  /** The same act, no surer than that. */
  atMost(certainty: number): Act {
    if (this.certainty <= certainty) return this;
    const { verb, objectFrom, objectTo, clauseFrom, clauseTo, discounted } = this;
    return new Act(verb, objectFrom, objectTo, clauseFrom, clauseTo, certainty, discounted);
  }
}

/** How sure a word of prose is a verb when it may be a noun. */
export const CERTAINTY = { plain: 1, likely: 0.85, doubtful: 0.5, buried: 0.55 } as const;
/** Longest clause in words: what stands further away is not what a verb acts on. */
export const CLAUSE_WORDS = 24;

/** The act of a verb of prose, which acts on what follows it, not beyond word `to`. */
export function proseAct(reading: Reading, verb: Match, to: number, certainty: number, discounted?: Discount): Act {
  const { gaps } = reading.words;
  const limit = Math.min(to, verb.to + CLAUSE_WORDS);
  const article = Math.max(verb.to, reading.grammar(GRAMMAR.determiners, verb.to));
  let objectEnd = limit;
  let clauseEnd = limit;
  for (let at = verb.to; at < limit; at++) {
    const gap = gaps[at] ?? 0;
    if ((gap & PHRASE_GAPS) !== 0) {
      clauseEnd = at;
      break;
    }
    if (objectEnd === limit && at > verb.to && at >= article && endsObject(reading, at, gap, limit)) objectEnd = at;
  }
  return new Act(verb, verb.to, Math.min(objectEnd, clauseEnd), verb.to, clauseEnd, certainty, discounted);
}

/** Gaps that end a clause; what stands in brackets goes on with it. */
const PHRASE_GAPS = CLAUSE_GAPS & ~GAP.open & ~GAP.close;

/** Whether the object of a verb ends before a word: at a preposition or a bracket. */
function endsObject(reading: Reading, at: number, gap: number, limit: number): boolean {
  if ((gap & GAP.open) !== 0 && !isAbbreviation(reading, at, limit)) return true;
  // `text-to-speech` is one thing.
  return (gap & GAP.hyphen) === 0 && reading.begins(GRAMMAR.prepositions, at);
}

/** `a discounted cash flow (DCF) analysis`: the object goes on behind one word in brackets. */
function isAbbreviation(reading: Reading, at: number, limit: number): boolean {
  const gap = at + 1 < limit ? (reading.words.gaps[at + 1] ?? 0) : GAP.break;
  return (gap & GAP.close) !== 0 && (gap & (CLAUSE_GAPS & ~GAP.close)) === 0;
}

/** Nothing follows in the clause: `rules and rollouts.` are nouns. */
export function endsClause(reading: Reading, verb: Match, to: number): boolean {
  return verb.to >= to || ((reading.words.gaps[verb.to] ?? 0) & CLAUSE_GAPS) !== 0;
}

/** Whether a conjunction stands right before a word. */
export function endsConjunction(reading: Reading, at: number): boolean {
  return at > 0 && reading.grammar(GRAMMAR.conjunctions, at - 1) === at;
}

/** Whether a verb is joined to a neighbour by a hyphen. */
export function isHyphened(reading: Reading, verb: Match): boolean {
  const { gaps } = reading.words;
  return ((gaps[verb.to] ?? 0) & GAP.hyphen) !== 0 || (verb.from > 0 && ((gaps[verb.from] ?? 0) & GAP.hyphen) !== 0);
}

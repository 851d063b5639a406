import { GRAMMAR } from './grammar.ts';
import type { Reading } from './reading.ts';
import type { Sentence } from './sentences.ts';
import { CLAUSE_GAPS, GAP, MARK } from './words.ts';

/** Why something that was found does not count. The texts for people stand where they are printed. */
export const DISCOUNTS = [
  'negated',
  'condition',
  'other-tool',
  'example',
  'quoted',
  'argument',
  'aside',
  'beside',
  'server-words',
] as const;
export type Discount = (typeof DISCOUNTS)[number];

/** How far a negation reaches, in words. */
const NEGATION_WORDS = 5;
/** Longest look-around, in words. */
const REACH = 24;

/** Why something at word `at` does not count, if anything is against it. */
export function discountOf(reading: Reading, at: number, sentence: Sentence): Discount | undefined {
  const { gaps, marks } = reading.words;
  if (sentence.part === 'examples' || ((marks[at] ?? 0) & MARK.fenced) !== 0) return 'example';
  if (sentence.part === 'arguments') return 'argument';
  if (sentence.part === 'asides') return 'aside';
  if (((marks[at] ?? 0) & MARK.quoted) !== 0 && at > sentence.from) return 'quoted';
  const first = Math.max(Math.min(sentence.verb ?? sentence.from, at), at - REACH);
  for (let back = at; back >= first; back--) {
    if (back < at && at - back <= NEGATION_WORDS && covers(reading.grammar(GRAMMAR.negations, back), at))
      return 'negated';
    if (reading.begins(GRAMMAR.examples, back) && back < at) return 'example';
    if (back < at && covers(reading.grammar(GRAMMAR.conditions, back), at)) return 'condition';
    if (((gaps[back] ?? 0) & (CLAUSE_GAPS | GAP.comma)) !== 0 && back < at) break;
  }
  const last = Math.min(sentence.to, at + REACH);
  for (let word = first; word < last; word++) {
    if (reading.begins(GRAMMAR['other-tools'], word)) return 'other-tool';
  }
  return undefined;
}

/** Words before a statement that may be its subject: `This tool is a`, `It`. */
const SUBJECT_WORDS = 4;

/** Whether a phrase, words `from` to `to`, is said of the tool: up to the end of the sentence that tells what that does, or as a sentence of its own. */
export function isOfTool(
  reading: Reading,
  from: number,
  to: number,
  sentence: Sentence,
  head: Sentence | undefined,
): boolean {
  if (head !== undefined && sentence.from <= head.from) return true;
  if (from - sentence.from > SUBJECT_WORDS) return false;
  for (let at = sentence.from; at < from; at++) {
    if (reading.begins(GRAMMAR.prepositions, at)) return false;
  }
  return to >= sentence.to || ((reading.words.gaps[to] ?? 0) & (CLAUSE_GAPS | GAP.comma)) !== 0;
}

const covers = (end: number, at: number) => end > 0 && end <= at;

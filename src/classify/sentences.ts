import { GRAMMAR } from './grammar.ts';
import type { Reading } from './reading.ts';
import { CLAUSE_GAPS, GAP, MARK, SENTENCE_GAPS } from './words.ts';

/** A sentence: words `from` to `to`, half-open, and the part of the description that it stands in. */
export interface Sentence {
  readonly from: number;
  readonly to: number;
  readonly part: 'prose' | 'arguments' | 'examples' | 'returns' | 'operations' | 'asides';
  /** Where its verb stands, once that is known: what comes before it, like `use this when you want to`, is no condition. */
  verb?: number;
}

/** Cuts a description into sentences. Linear in its words. */
export function sentencesOf(reading: Reading): readonly Sentence[] {
  const { gaps, marks, count } = reading.words;
  const sentences: Sentence[] = [];
  let part: Sentence['part'] = 'prose';
  let from = 0;
  for (let at = 0; at <= count; at++) {
    if (at < count && (at === 0 || ((gaps[at] ?? 0) & SENTENCE_GAPS) === 0)) continue;
    if (at > from) {
      const heading = headingAt(reading, from, at);
      if (heading !== undefined) part = heading;
      else if (part === 'returns' && startsParagraph(reading, from)) part = 'prose';
      else if (part === 'operations' && reading.verbs[from] === undefined) part = 'prose';
      const fenced = ((marks[from] ?? 0) & MARK.fenced) !== 0;
      const isAside = part === 'prose' && from > 0 && reading.begins(GRAMMAR.asides, from);
      sentences.push({ from, to: at, part: fenced ? 'examples' : isAside ? 'asides' : part });
    }
    from = at;
  }
  return sentences;
}

function startsParagraph(reading: Reading, at: number): boolean {
  const { text, starts, ends } = reading.words;
  return text.slice(ends[at - 1] ?? 0, starts[at]).includes('\n\n');
}

/** What kind of part a heading begins; a heading starts its sentence and a colon or the end of the line follows it. */
function headingAt(reading: Reading, from: number, to: number): Sentence['part'] | undefined {
  if (!reading.begins(HEADING_BITS, from)) return undefined;
  for (let at = 0; at < HEADINGS.length; at++) {
    const heading = HEADINGS[at];
    const end = heading === undefined ? 0 : reading.grammar(heading.bit, from);
    if (end === 0) continue;
    const gap = end < reading.words.count ? (reading.words.gaps[end] ?? 0) : GAP.break;
    if ((gap & (GAP.colon | GAP.break)) !== 0 || end === to) return heading?.part;
  }
  return undefined;
}

const HEADINGS: readonly { readonly bit: number; readonly part: Sentence['part'] }[] = [
  { bit: GRAMMAR['argument-headings'], part: 'arguments' },
  { bit: GRAMMAR['example-headings'], part: 'examples' },
  { bit: GRAMMAR['return-headings'], part: 'returns' },
  { bit: GRAMMAR['operation-headings'], part: 'operations' },
];
const HEADING_BITS = HEADINGS.reduce((bits, { bit }) => bits | bit, 0);

/** Where a clause that holds word `at` begins: behind the last clause gap, not before `floor`. */
export function clauseStart(reading: Reading, at: number, floor: number): number {
  let start = at;
  while (start > floor && ((reading.words.gaps[start] ?? 0) & CLAUSE_GAPS) === 0) start--;
  return start;
}

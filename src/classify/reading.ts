import { type Entry, FORM, type Lexicon, type Match } from './lexicon.ts';
import { CLAUSE_GAPS, GAP, MARK, SENTENCE_GAPS, splitIdentifier, splitProse, type Words } from './words.ts';

/**
 * Groups of the grammar list that the reader knows by name. What stands in them is data; what they are for is here.
 */
export const GRAMMAR_GROUPS = [
  'determiners',
  'adverbs',
  'prepositions',
  'conjunctions',
  /** What a first sentence may say before its verb: a phrase for "use this tool to". */
  'lead-ins',
  /** What a later sentence may say before its verb when it speaks of the tool itself. */
  'subjects',
  'negations',
  'conditions',
  'other-tools',
  'examples',
  'argument-headings',
  'example-headings',
  'return-headings',
  'operation-headings',
  /** Nouns behind which a word that may be a verb is a noun too. */
  'tails',
  'pronouns',
  /** Verbs that head a name from its end even where another verb begins it. */
  'trailing',
  /** What stands before a verb that says what a thing is for. */
  'purposes',
  /** What stands between the name of a tool and its verb: `the tool can`. */
  'modals',
  /** Words that begin a side clause; what is joined behind them is not what the tool does. */
  'relatives',
] as const;
export type GrammarGroup = (typeof GRAMMAR_GROUPS)[number];

/** Number of each group, for speed. */
const GROUP_NUMBER: ReadonlyMap<GrammarGroup, number> = new Map(GRAMMAR_GROUPS.map((name, number) => [name, number]));

/** A text with everything that the word lists know in it. */
export interface Reading {
  /** JSON Pointer into the definition. */
  readonly path: string;
  readonly on: 'key' | 'value';
  readonly words: Words;
  /** Longest verb that starts at each word. */
  readonly verbs: readonly (Match | undefined)[];
  readonly nouns: readonly Match[];
  readonly phrases: readonly Match[];
  readonly parameters: readonly Match[];
  /** Longest grammar entry of each group that starts at a word: `end`, or 0. */
  readonly grammar: (group: GrammarGroup, at: number) => number;
}

/** Reads texts with one lexicon. */
export interface Reader {
  identifier(text: string, path: string, on: 'key' | 'value'): Reading;
  prose(text: string, path: string): Reading;
  /** Forms of the word at a place, as bits of `FORM`. */
  forms(reading: Reading, at: number): number;
}

/** Makes a reader. */
export function makeReader(lexicon: Lexicon): Reader {
  const bitOf = new Map<number, number>();
  GRAMMAR_GROUPS.forEach((name, bit) => {
    const group = lexicon.group('grammar', name);
    if (group >= 0) bitOf.set(group, bit);
  });
  const read = (words: Words, path: string, on: 'key' | 'value'): Reading => {
    const verbs: (Match | undefined)[] = new Array(words.ids.length);
    const nouns: Match[] = [];
    const phrases: Match[] = [];
    const parameters: Match[] = [];
    const masks: number[] = [];
    const ends = new Map<number, number>();
    let ideographsUntil = 0;
    for (const match of lexicon.scan(words)) {
      if (isIdeographs(words, match)) {
        if (match.from < ideographsUntil && match.to <= ideographsUntil) continue;
        ideographsUntil = Math.max(ideographsUntil, match.to);
      }
      switch (match.entry.kind) {
        case 'verbs':
          verbs[match.from] ??= match;
          break;
        case 'nouns':
          if (!isVerbForm(lexicon.forms(words.ids[match.to - 1] ?? -1))) nouns.push(match);
          break;
        case 'phrases':
          phrases.push(match);
          break;
        case 'grammar':
          for (const group of match.entry.groups) {
            const bit = bitOf.get(group) ?? 0;
            const known = ((masks[match.from] ?? 0) & (1 << bit)) !== 0;
            if (known) continue;
            masks[match.from] = (masks[match.from] ?? 0) | (1 << bit);
            if (match.to > match.from + 1) ends.set(match.from * GRAMMAR_GROUPS.length + bit, match.to);
          }
          break;
        case 'parameters':
          parameters.push(match);
          break;
      }
    }
    return {
      path,
      on,
      words,
      verbs,
      nouns,
      phrases,
      parameters,
      grammar: (group, at) => {
        const mask = masks[at];
        if (mask === undefined) return 0;
        const bit = GROUP_NUMBER.get(group) ?? 0;
        if ((mask & (1 << bit)) === 0) return 0;
        return ends.get(at * GRAMMAR_GROUPS.length + bit) ?? at + 1;
      },
    };
  };
  return {
    identifier: (text, path, on) => read(splitIdentifier(text, lexicon.key), path, on),
    prose: (text, path) => read(splitProse(text, lexicon.key), path, 'value'),
    forms: (reading, at) => lexicon.forms(reading.words.ids[at] ?? -1),
  };
}

/** `running` is no run: a noun shares its base form with a verb, and not the verb's other forms. */
function isVerbForm(forms: number): boolean {
  return (forms & (FORM.gerund | FORM.past)) !== 0 && (forms & (FORM.base | FORM.plural | FORM.third)) === 0;
}

/** Chinese, Japanese and Korean words have no gaps: there the longest sequence of code points is the word. */
export function isIdeographs(words: Words, match: Match): boolean {
  const start = words.starts[match.from] ?? 0;
  return words.text.charCodeAt(start) >= 0x2e80;
}

/** A sentence: words `from` to `to`, half-open, and the part of the description that it stands in. */
export interface Sentence {
  readonly from: number;
  readonly to: number;
  readonly part: 'prose' | 'arguments' | 'examples' | 'returns' | 'operations';
}

/** Cuts a description into sentences. Linear in its words. */
export function sentencesOf(reading: Reading): readonly Sentence[] {
  const { gaps, marks, ids } = reading.words;
  const sentences: Sentence[] = [];
  let part: Sentence['part'] = 'prose';
  let from = 0;
  for (let at = 0; at <= ids.length; at++) {
    if (at < ids.length && (at === 0 || ((gaps[at] ?? 0) & SENTENCE_GAPS) === 0)) continue;
    if (at > from) {
      const heading = headingAt(reading, from, at);
      if (heading !== undefined) part = heading;
      else if (part === 'returns' && startsParagraph(reading, from)) part = 'prose';
      else if (part === 'operations' && reading.verbs[from] === undefined) part = 'prose';
      const fenced = ((marks[from] ?? 0) & MARK.fenced) !== 0;
      sentences.push({ from, to: at, part: fenced ? 'examples' : part });
    }
    from = at;
  }
  return sentences;
}

function startsParagraph(reading: Reading, at: number): boolean {
  const { text, starts, ends } = reading.words;
  return text.slice(ends[at - 1] ?? 0, starts[at]).includes('\n\n');
}

/** A heading starts its sentence and a colon or the end of the line follows it. */
function headingAt(reading: Reading, from: number, to: number): Sentence['part'] | undefined {
  for (const [group, part] of HEADINGS) {
    const end = reading.grammar(group, from);
    if (end === 0) continue;
    const gap = end < reading.words.ids.length ? (reading.words.gaps[end] ?? 0) : GAP.break;
    if ((gap & (GAP.colon | GAP.break)) !== 0 || end === to) return part;
  }
  return undefined;
}

const HEADINGS: readonly (readonly [GrammarGroup, Sentence['part']])[] = [
  ['argument-headings', 'arguments'],
  ['example-headings', 'examples'],
  ['return-headings', 'returns'],
  ['operation-headings', 'operations'],
];

/** Where a clause that holds word `at` begins: behind the last clause gap, not before `floor`. */
export function clauseStart(reading: Reading, at: number, floor: number): number {
  let start = at;
  while (start > floor && ((reading.words.gaps[start] ?? 0) & CLAUSE_GAPS) === 0) start--;
  return start;
}

/** Whether a verb entry holds a group. */
export function inGroups(entry: Entry, groups: ReadonlySet<number>): boolean {
  for (const group of entry.groups) if (groups.has(group)) return true;
  return false;
}

/** Forms in which a verb can head a sentence or a name. */
export const HEAD_FORMS = FORM.base | FORM.third | FORM.gerund;

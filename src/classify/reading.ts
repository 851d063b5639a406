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
  /** Verbs that names glue to what follows: `gettokenprice`. */
  'glued',
] as const;
export type GrammarGroup = (typeof GRAMMAR_GROUPS)[number];

/** Number of each group, for speed. */
const GROUP_NUMBER: ReadonlyMap<GrammarGroup, number> = new Map(GRAMMAR_GROUPS.map((name, number) => [name, number]));

/** Where a text stands. Its pointer is asked for when something was found there, and may be made then. */
export interface Located {
  /** JSON Pointer into the definition. */
  readonly path: string;
}

/** A text with everything that the word lists know in it. */
export class Reading {
  readonly where: Located;
  readonly on: 'key' | 'value';
  readonly words: Words;
  /** Longest verb that starts at each word. */
  readonly verbs: readonly (Match | undefined)[];
  readonly nouns: readonly Match[];
  readonly phrases: readonly Match[];
  readonly parameters: readonly Match[];
  /** Bits of the grammar groups that start at each word, and the ends of those longer than one word. */
  readonly #masks: readonly number[];
  readonly #ends: ReadonlyMap<number, number> | undefined;

  constructor(
    where: Located,
    on: 'key' | 'value',
    words: Words,
    { verbs, nouns, phrases, parameters, masks, ends }: Found,
  ) {
    this.where = where;
    this.on = on;
    this.words = words;
    this.verbs = verbs;
    this.nouns = nouns;
    this.phrases = phrases;
    this.parameters = parameters;
    this.#masks = masks;
    this.#ends = ends;
  }

  /** Longest grammar entry of a group that starts at a word: its end, or 0. */
  grammar(group: GrammarGroup, at: number): number {
    const mask = this.#masks[at] ?? 0;
    if (mask === 0) return 0;
    const bit = GROUP_NUMBER.get(group) ?? 0;
    if ((mask & (1 << bit)) === 0) return 0;
    return this.#ends?.get(at * GRAMMAR_GROUPS.length + bit) ?? at + 1;
  }
}

/** Reads texts with one lexicon. */
export interface Reader {
  identifier(text: string, where: Located, on: 'key' | 'value'): Reading;
  prose(text: string, where: Located): Reading;
  /** What the lists of parameters say of a parameter's name from some word to its end; undefined where nothing. */
  parameter(name: string, where: Located): Reading | undefined;
  /** Forms of the word at a place, as bits of `FORM`. */
  forms(reading: Reading, at: number): number;
}

/** The same few thousand names of parameters come back all the time; so many of them are remembered, if short. */
const MAX_NAMES = 8192;
const NAME_CHARS = 64;

interface Name {
  readonly words: Words;
  readonly found: Found;
}

/** Makes a reader. It remembers names of parameters, which changes its speed and nothing else. */
export function makeReader(lexicon: Lexicon): Reader {
  const bits = groupBits(lexicon);
  const glued = lexicon.group('grammar', 'glued');
  const names = new Map<string, Name | undefined>();
  const nameOf = (text: string): Name | undefined => {
    const words = splitIdentifier(text, lexicon.key);
    const found = find(words, lexicon, bits);
    return found.parameters.some(({ to }) => to === words.ids.length) ? { words, found } : undefined;
  };
  return {
    identifier(text, where, on) {
      const words = unglued(splitIdentifier(text, lexicon.key), lexicon, glued);
      return new Reading(where, on, words, find(words, lexicon, bits));
    },
    prose(text, where) {
      const words = splitProse(text, lexicon.key);
      return new Reading(where, 'value', words, find(words, lexicon, bits));
    },
    parameter(text, where) {
      let name = names.get(text);
      if (name === undefined && !names.has(text)) {
        name = nameOf(text);
        if (names.size >= MAX_NAMES) names.clear();
        if (text.length <= NAME_CHARS) names.set(text, name);
      }
      return name === undefined ? undefined : new Reading(where, 'key', name.words, name.found);
    },
    forms: (reading, at) => lexicon.forms(reading.words.ids[at] ?? -1),
  };
}

/** Lengths of a verb that a name may glue to what follows, and how much must follow. */
const GLUED = { shortest: 3, longest: 8, rest: 3 } as const;

/** Cuts a verb off unknown words of a name: `gettokenprice` is `get` and `tokenprice`. */
function unglued(words: Words, lexicon: Lexicon, group: number): Words {
  const at = words.ids.findIndex((id, word) => id < 0 && gluedEnd(words, word, lexicon, group) > 0);
  if (at < 0) return words;
  const { text, starts, ends, ids, gaps, marks } = words;
  const cut = gluedEnd(words, at, lexicon, group);
  const start = starts[at] ?? 0;
  const end = ends[at] ?? cut;
  return {
    text,
    starts: starts.toSpliced(at + 1, 0, cut),
    ends: ends.toSpliced(at, 1, cut, end),
    ids: ids.toSpliced(at, 1, lexicon.key(text, start, cut), lexicon.key(text, cut, end)),
    gaps: gaps.toSpliced(at + 1, 0, 0),
    marks: marks.toSpliced(at + 1, 0, marks[at] ?? 0),
  };
}

/** Where the verb that is glued to the rest of a word ends, 0 where there is none. */
function gluedEnd({ text, starts, ends }: Words, word: number, lexicon: Lexicon, group: number): number {
  const start = starts[word] ?? 0;
  const last = Math.min((ends[word] ?? 0) - GLUED.rest, start + GLUED.longest);
  for (let end = last; end >= start + GLUED.shortest; end--) {
    const key = lexicon.key(text, start, end);
    if (key >= 0 && lexicon.single(key).some(({ groups }) => groups.includes(group))) return end;
  }
  return 0;
}

/** Bit of each grammar group, by its number in the lexicon; 0 for every other group. */
function groupBits(lexicon: Lexicon): readonly number[] {
  const bits: number[] = [];
  for (const [bit, name] of GRAMMAR_GROUPS.entries()) {
    const group = lexicon.group('grammar', name);
    while (bits.length <= group) bits.push(0);
    if (group >= 0) bits[group] = 1 << bit;
  }
  return bits;
}

/** What a scan found, by kind. */
class Found {
  readonly verbs: (Match | undefined)[];
  readonly nouns: Match[] = [];
  readonly phrases: Match[] = [];
  readonly parameters: Match[] = [];
  readonly masks: number[];
  ends: Map<number, number> | undefined = undefined;

  constructor(count: number) {
    this.verbs = new Array<Match | undefined>(count);
    this.masks = new Array<number>(count);
  }

  /** Notes grammar of the groups in `mask` from word `from` to `to`, unless something longer is known of them. */
  grammar(from: number, to: number, mask: number): void {
    const known = this.masks[from] ?? 0;
    this.masks[from] = known | mask;
    if (to === from + 1) return;
    this.ends ??= new Map();
    for (let rest = mask & ~known; rest !== 0; rest &= rest - 1) {
      this.ends.set(from * GRAMMAR_GROUPS.length + (31 - Math.clz32(rest & -rest)), to);
    }
  }
}

function find(words: Words, lexicon: Lexicon, bits: readonly number[]): Found {
  const count = words.ids.length;
  const found = new Found(count);
  const scan = lexicon.scan(words);
  let ideographsUntil = 0;
  for (let from = 0; from < count; from++) {
    const entries = scan.at(from);
    if (entries === 0) continue;
    const ideographs = isIdeograph(words, from);
    for (let i = 0; i < entries; i++) {
      const entry = scan.entries[i];
      const to = scan.ends[i] ?? 0;
      if (entry === undefined) continue;
      if (ideographs) {
        if (from < ideographsUntil && to <= ideographsUntil) continue;
        ideographsUntil = Math.max(ideographsUntil, to);
      }
      switch (entry.kind) {
        case 'verbs':
          found.verbs[from] ??= { from, to, entry };
          break;
        case 'nouns':
          if (!isVerbForm(lexicon.forms(words.ids[to - 1] ?? -1))) found.nouns.push({ from, to, entry });
          break;
        case 'phrases':
          found.phrases.push({ from, to, entry });
          break;
        case 'grammar': {
          let mask = 0;
          for (const group of entry.groups) mask |= bits[group] ?? 0;
          found.grammar(from, to, mask);
          break;
        }
        case 'parameters':
          found.parameters.push({ from, to, entry });
          break;
      }
    }
  }
  return found;
}

/** `running` is no run: a noun shares its base form with a verb, and not the verb's other forms. */
function isVerbForm(forms: number): boolean {
  return (forms & (FORM.gerund | FORM.past)) !== 0 && (forms & (FORM.base | FORM.plural | FORM.third)) === 0;
}

/** Chinese, Japanese and Korean words have no gaps: there the longest sequence of code points is the word. */
export function isIdeograph({ text, starts }: Words, word: number): boolean {
  return text.charCodeAt(starts[word] ?? 0) >= 0x2e80;
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

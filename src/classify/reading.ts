import { type Entry, FORM, type Lexicon, type Match } from './lexicon.ts';
import {
  CLAUSE_GAPS,
  foldWord,
  GAP,
  MARK,
  NO_KEYS,
  SENTENCE_GAPS,
  splitIdentifier,
  splitProse,
  Words,
} from './words.ts';

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

/**
 * A text with everything that the word lists know in it. It is good until its reader reads the next text of the same
 * kind: what it holds is then used again.
 */
export class Reading {
  readonly where: Located;
  readonly on: 'key' | 'value';
  readonly words: Words;
  /** Longest verb that starts at each word. */
  readonly verbs: readonly (Match | undefined)[];
  readonly nouns: readonly Match[];
  readonly phrases: readonly Match[];
  readonly parameters: readonly Match[];
  readonly #found: Found;

  constructor(where: Located, on: 'key' | 'value', words: Words, found: Found) {
    this.where = where;
    this.on = on;
    this.words = words;
    this.verbs = found.verbs;
    this.nouns = found.nouns;
    this.phrases = found.phrases;
    this.parameters = found.parameters;
    this.#found = found;
  }

  /** Longest grammar entry of a group that starts at a word: its end, or 0. */
  grammar(group: GrammarGroup, at: number): number {
    const mask = at < this.words.count ? (this.#found.masks[at] ?? 0) : 0;
    if (mask === 0) return 0;
    const bit = GROUP_NUMBER.get(group) ?? 0;
    return (mask & (1 << bit)) === 0 ? 0 : this.#found.endOf(at, bit);
  }
}

/** Reads texts with one lexicon. */
export interface Reader {
  identifier(text: string, where: Located, on: 'key' | 'value'): Reading;
  prose(text: string, where: Located): Reading;
  /** What the lists of parameters say of a parameter's name from some word to its end; undefined where nothing. */
  parameter(name: string, where: Located): Reading | undefined;
  /** The folded words of an id. */
  wordsOf(id: string): ReadonlySet<string>;
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
  const { keys } = lexicon;
  const masks = grammarMasks(lexicon);
  const glued = lexicon.group('grammar', 'glued');
  const names = new Map<string, Name | undefined>();
  const identifier = { words: new Words(), found: new Found() };
  const prose = { words: new Words(), found: new Found() };
  const nameOf = (text: string): Name | undefined => {
    const words = splitIdentifier(text, keys, identifier.words);
    const { parameters } = find(words, lexicon, masks, identifier.found);
    if (!parameters.some(({ to }) => to === words.count)) return undefined;
    const own = words.copy();
    return { words: own, found: find(own, lexicon, masks, new Found(own.count + 1)) };
  };
  return {
    identifier(text, where, on) {
      const words = unglued(splitIdentifier(text, keys, identifier.words), lexicon, glued);
      return new Reading(where, on, words, find(words, lexicon, masks, identifier.found));
    },
    prose(text, where) {
      const words = splitProse(text, keys, prose.words);
      return new Reading(where, 'value', words, find(words, lexicon, masks, prose.found));
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
    wordsOf: (id) => new Set(splitIdentifier(id, NO_KEYS, identifier.words).written().map(foldWord)),
    forms: (reading, at) => lexicon.forms(reading.words.ids[at] ?? -1),
  };
}

/** The grammar groups of each entry, as bits, by the number of the entry. */
function grammarMasks(lexicon: Lexicon): Int32Array {
  const bits = new Map(GRAMMAR_GROUPS.map((name, bit) => [lexicon.group('grammar', name), 1 << bit]));
  return Int32Array.from(lexicon.entries, ({ groups }) => groups.reduce((mask, one) => mask | (bits.get(one) ?? 0), 0));
}

/** Lengths of a verb that a name may glue to what follows, and how much must follow. */
const GLUED = { shortest: 3, longest: 8, rest: 3 } as const;

/** Cuts a verb off an unknown word of a name: `gettokenprice` is `get` and `tokenprice`. */
function unglued(words: Words, lexicon: Lexicon, group: number): Words {
  for (let word = 0; word < words.count; word++) {
    if ((words.ids[word] ?? 0) >= 0) continue;
    const cut = gluedEnd(words, word, lexicon, group);
    if (cut === 0) continue;
    const { keys } = lexicon;
    words.cut(word, cut, keys.key(words, words.starts[word] ?? 0, cut), keys.key(words, cut, words.ends[word] ?? cut));
    return words;
  }
  return words;
}

/** Where the verb that is glued to the rest of a word ends, 0 where there is none. */
function gluedEnd(words: Words, word: number, lexicon: Lexicon, group: number): number {
  const start = words.starts[word] ?? 0;
  const last = Math.min((words.ends[word] ?? 0) - GLUED.rest, start + GLUED.longest);
  for (let end = last; end >= start + GLUED.shortest; end--) {
    const key = lexicon.keys.key(words, start, end);
    if (key >= 0 && lexicon.single(key).some(({ groups }) => groups.includes(group))) return end;
  }
  return 0;
}

const NOTHING: Match[] = [];
/** How many words there is room for at first. */
const ROOM = 64;

/** What a scan found, by kind. The lists that are as long as a text are used again for the next one. */
class Found {
  readonly verbs: (Match | undefined)[] = [];
  nouns = NOTHING;
  phrases = NOTHING;
  parameters = NOTHING;
  /** Bits of the grammar groups that start at each word. */
  masks: Int32Array;
  /** For each word, the place in `#longer` behind that of its last entry that is longer than one word; 0 for none. */
  #last: Int32Array;
  /** Such entries: the bits of their groups, the word behind them, and the entry of the same word before. */
  readonly #longer: number[] = [];
  #used = 0;

  /** `room` is how many words there is room for at first. */
  constructor(room = ROOM) {
    this.masks = new Int32Array(room);
    this.#last = new Int32Array(room);
  }

  /** Forgets the last text; the next one has `count` words. */
  begin(count: number): void {
    if (this.masks.length <= count) {
      const room = 2 ** Math.ceil(Math.log2(count + 1));
      this.masks = new Int32Array(room);
      this.#last = new Int32Array(room);
    } else if (count > 0) {
      this.masks.fill(0, 0, count);
      this.#last.fill(0, 0, count);
    }
    for (let at = 0; at <= count; at++) this.verbs[at] = undefined;
    this.nouns = NOTHING;
    this.phrases = NOTHING;
    this.parameters = NOTHING;
    this.#used = 0;
  }

  noun(match: Match): void {
    if (this.nouns === NOTHING) this.nouns = [match];
    else this.nouns.push(match);
  }

  phrase(match: Match): void {
    if (this.phrases === NOTHING) this.phrases = [match];
    else this.phrases.push(match);
  }

  parameter(match: Match): void {
    if (this.parameters === NOTHING) this.parameters = [match];
    else this.parameters.push(match);
  }

  /** Notes grammar of the groups in `mask` from word `from` to `to`, unless something longer is known of them. */
  grammar(from: number, to: number, mask: number): void {
    const known = this.masks[from] ?? 0;
    this.masks[from] = known | mask;
    const fresh = mask & ~known;
    if (to === from + 1 || fresh === 0) return;
    const longer = this.#longer;
    const at = this.#used;
    longer[at] = fresh;
    longer[at + 1] = to;
    longer[at + 2] = this.#last[from] ?? 0;
    this.#used = at + LONGER;
    this.#last[from] = this.#used;
  }

  /** Where the grammar entry with this bit ends that starts at a word. */
  endOf(from: number, bit: number): number {
    const longer = this.#longer;
    for (let next = this.#last[from] ?? 0; next > 0; next = longer[next - 1] ?? 0) {
      if (((longer[next - LONGER] ?? 0) & (1 << bit)) !== 0) return longer[next - LONGER + 1] ?? 0;
    }
    return from + 1;
  }
}

/** Numbers that an entry of `#longer` has. */
const LONGER = 3;

function find(words: Words, lexicon: Lexicon, masks: Int32Array, found: Found): Found {
  const { count, ids } = words;
  found.begin(count);
  const scan = lexicon.scan(words);
  let ideographsUntil = 0;
  for (let from = 0; from < count; from++) {
    if ((ids[from] ?? -1) < 0) continue;
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
          if (!isVerbForm(lexicon.forms(ids[to - 1] ?? -1))) found.noun({ from, to, entry });
          break;
        case 'phrases':
          found.phrase({ from, to, entry });
          break;
        case 'grammar':
          found.grammar(from, to, masks[entry.number] ?? 0);
          break;
        case 'parameters':
          found.parameter({ from, to, entry });
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
    const gap = end < reading.words.count ? (reading.words.gaps[end] ?? 0) : GAP.break;
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

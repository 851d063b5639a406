import type { CharacterClass, ThreatLexicon, ThreatLook, ThreatRule } from '../model/threat.ts';
import { filterBits, hashWord } from './hash.ts';
import { leetKey } from './threats-letters.ts';
import { compileNeeds, type Needs, spellings } from './threats-needs.ts';
import { type First, type Phrase, PhraseCompiler, type Ranks } from './threats-phrases.ts';
import { SentenceWords } from './threats-sentences.ts';
import type { TagNames } from './threats-tag-names.ts';
import { Folds, View } from './threats-view.ts';
import { type WordTable, wordTable } from './threats-word-table.ts';
import { type Contractions, tokenize } from './threats-words.ts';
import { skeleton } from './unicode-fold.ts';

/** A phrase and the rule that it belongs to. */
export interface RulePhrase {
  readonly rule: ThreatRule;
  readonly phrase: Phrase;
  readonly unlessAfter: ReadonlySet<string>;
  readonly unlessWithin: number;
  readonly unlessInside: ReadonlySet<string>;
  readonly unlessNext: ReadonlySet<string>;
  /** Whether the phrase only describes a tool whose description opens with it. */
  readonly describes: boolean;
}

type Look<Kind extends ThreatLook['kind']> = Extract<ThreatLook, { kind: Kind }>;

/** A rule and what it looks for, when that is of one kind. */
export interface RuleOf<Kind extends ThreatLook['kind']> {
  readonly rule: ThreatRule;
  readonly look: Look<Kind>;
}

/** So many keys and so many texts of schemas are remembered, if short. */
const MAX_QUIET = 8192;
const QUIET_CHARS = 64;

/**
 * Keys or texts of schemas of which no rule says anything: the same few thousand keys come back all the time, and every
 * second text (`Page number`, `asc`, a required key) was there before.
 */
export class QuietTexts {
  readonly #known = new Set<string>();

  has(text: string): boolean {
    return text.length <= QUIET_CHARS && this.#known.has(text);
  }

  add(text: string): void {
    if (text.length > QUIET_CHARS) return;
    if (this.#known.size >= MAX_QUIET) this.#known.clear();
    this.#known.add(text);
  }
}

/** All threat rules, ready to be applied. Make it once; what of it changes only makes it faster. */
export interface ThreatRules {
  /** In the order of their ids. */
  readonly rules: readonly ThreatRule[];
  readonly needs: Needs;
  /** Room in which texts are read, one after another; it holds nothing that lasts. */
  readonly room: SentenceWords;
  readonly words: WordTable;
  readonly folds: Folds;
  readonly quietKeys: QuietTexts;
  readonly quietTexts: QuietTexts;
  /** First words of the names of tags. */
  readonly tagWords: ReadonlySet<string>;
  readonly tags: readonly { readonly rule: ThreatRule; readonly names: readonly TagNames[] }[];
  /** By `parameterKey`, or by the exact name in lower case where that begins with `_`. */
  readonly parameters: ReadonlyMap<string, readonly ThreatRule[]>;
  /** Says of most names, by the hash of their letters, that no rule of `parameters` is about them. */
  readonly parameterHashes: Uint8Array;
  readonly characters: ReadonlyMap<CharacterClass, readonly ThreatRule[]>;
  readonly names: readonly ThreatRule[];
  readonly encoded: readonly ThreatRule[];
  readonly padding: readonly RuleOf<'padding'>[];
  readonly together: readonly RuleOf<'together'>[];
  readonly neighbours: readonly RuleOf<'neighbours'>[];
  readonly contractions: Contractions;
  /** Words of the phrases by their `leetKey`. */
  readonly vocabulary: ReadonlyMap<string, string>;
  readonly mentions: ReadonlySet<string>;
  readonly likens: ReadonlySet<string>;
  /** What a text calls a tag that it only talks about. */
  readonly markup: ReadonlySet<string>;
  readonly reports: ReadonlySet<string>;
  readonly urges: ReadonlySet<string>;
  readonly actors: ReadonlySet<string>;
  /** Says of most words that no phrase, and nothing that is read around phrases, is about them. */
  readonly known: Uint8Array;
}

/** How many words before a phrase `unlessAfter` reaches where the rule does not say. */
const NEGATION_WORDS = 2;
/** Shortest word that is recognised through digits that stand for letters. */
const MIN_VOCABULARY = 2;

/**
 * Compiles threat rules with the word lists that they share. Throws a `PhraseError` for a phrase that cannot be read, and
 * an `Error` where two rules have one id.
 */
export function compileThreatRules(given: readonly ThreatRule[], words: ThreatLexicon): ThreatRules {
  const rules = [...given].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const [index, rule] of rules.entries()) {
    if (rules[index + 1]?.id === rule.id) throw new Error(`two threat rules are called "${rule.id}"`);
  }
  const contractions: Contractions = new Map(
    Object.entries(words.contractions).map(([short, long]) => [short, long.split(' ')]),
  );
  const common: Ranks = new Map(words.common.map((word, rank) => [word, rank]));
  const folds = new Folds();
  const compiler = new PhraseCompiler(common, contractions, folds);
  const phrases = rules.flatMap((rule) => phrasesOf(rule, words, compiler));
  const needs = compileNeeds(phrases, contractions);
  const phraseWords = wordsOf(phrases);
  const parameters = grouped(
    ofKind(rules, 'parameters').flatMap(({ rule, look }) =>
      look.names.map((name) => [name.startsWith('_') ? name : parameterKey(name), rule] as const),
    ),
  );
  const split = (name: string) => tokenize(new View(name), contractions).words;
  const tagWords = new Set(
    ofKind(rules, 'tags').flatMap(({ look }) =>
      look.tags.flatMap(({ names }) => names.map((name) => split(name)[0] ?? '')),
    ),
  );
  return {
    rules,
    needs,
    room: new SentenceWords(needs),
    words: wordTable(
      needs.lines,
      withShortForms(new Set(phrases.flatMap(({ phrase }) => phrase.anchors)), contractions),
      new Set(words.common),
      tagWords,
    ),
    folds,
    quietKeys: new QuietTexts(),
    quietTexts: new QuietTexts(),
    tagWords,
    tags: ofKind(rules, 'tags').map(({ rule, look }) => ({
      rule,
      names: look.tags.map(({ shape, names, loud }) => ({ shape, names: names.map(split), loud })),
    })),
    parameters,
    parameterHashes: filterBits([...parameters.keys()].map((name) => hashWord(parameterKey(name)))),
    characters: grouped(
      ofKind(rules, 'characters').flatMap(({ rule, look }) => look.classes.map((each) => [each, rule] as const)),
    ),
    names: ofKind(rules, 'names').map(({ rule }) => rule),
    encoded: ofKind(rules, 'encoded').map(({ rule }) => rule),
    padding: ofKind(rules, 'padding'),
    together: ofKind(rules, 'together'),
    neighbours: ofKind(rules, 'neighbours'),
    contractions,
    vocabulary: new Map(
      phraseWords.filter((word) => word.length >= MIN_VOCABULARY).map((word) => [leetKey(word), word]),
    ),
    mentions: new Set(words.mentions),
    likens: new Set(words.likens),
    markup: new Set(words.markup),
    reports: new Set(words.reports),
    urges: new Set(words.urges),
    actors: new Set(words.actors),
    known: filterBits(
      [
        ...phraseWords,
        ...phrases.flatMap(({ unlessAfter, unlessInside, unlessNext }) => [
          ...unlessAfter,
          ...unlessInside,
          ...unlessNext,
        ]),
        ...contractions.keys(),
        ...words.mentions,
        ...words.reports,
        ...words.urges,
        ...words.actors,
      ].map(hashWord),
    ),
  };
}

/** Anchors and the short forms that stand for one. */
function withShortForms(anchors: ReadonlySet<string>, contractions: Contractions): ReadonlySet<string> {
  const short = [...contractions].filter(([, long]) => long.some((word) => anchors.has(word)));
  return new Set([...anchors, ...short.flatMap(([each]) => spellings(each))]);
}

function phrasesOf(rule: ThreatRule, lexicon: ThreatLexicon, compiler: PhraseCompiler): readonly RulePhrase[] {
  if (rule.look.kind !== 'phrases') return [];
  const sets = new Map([...Object.entries(lexicon.sets), ...Object.entries(rule.sets ?? {})]);
  const unlessAfter = new Set(rule.look.unlessAfter ?? []);
  const unlessInside = new Set(rule.look.unlessInside ?? []);
  const unlessNext = new Set(rule.look.unlessNext ?? []);
  const unlessWithin = rule.look.unlessWithin ?? NEGATION_WORDS;
  const describes = rule.look.opening !== undefined;
  return rule.look.phrases.map((text) => ({
    rule,
    unlessWithin,
    phrase: compiler.compile(text, sets),
    unlessAfter,
    unlessInside,
    unlessNext,
    describes,
  }));
}

/** The words of all phrases; those of a set stand where the last phrase has it, of which there are many. */
function wordsOf(phrases: readonly RulePhrase[]): readonly string[] {
  const firsts = new Set<First>();
  for (const { phrase } of phrases) {
    for (const element of phrase.elements) {
      if (element.kind !== 'words') continue;
      firsts.delete(element.first);
      firsts.add(element.first);
    }
  }
  const all: string[] = [];
  for (const first of firsts) {
    for (const alternatives of first.values()) for (const { words } of alternatives) all.push(...words);
  }
  return all;
}

function ofKind<Kind extends ThreatLook['kind']>(rules: readonly ThreatRule[], kind: Kind): readonly RuleOf<Kind>[] {
  return rules.flatMap((rule) => (isKind(rule.look, kind) ? [{ rule, look: rule.look }] : []));
}

function isKind<Kind extends ThreatLook['kind']>(look: ThreatLook, kind: Kind): look is Look<Kind> {
  return look.kind === kind;
}

function grouped<Key, Value>(pairs: readonly (readonly [Key, Value])[]): ReadonlyMap<Key, readonly Value[]> {
  const map = new Map<Key, Value[]>();
  for (const [key, value] of pairs) {
    const list = map.get(key);
    if (list === undefined) map.set(key, [value]);
    else list.push(value);
  }
  return map;
}

/** What is left of a parameter's name for comparison: its letters, in lower case and without look-alikes. */
export function parameterKey(name: string): string {
  const plain = ASCII.test(name) ? name.toLowerCase() : skeleton(name);
  return plain.replace(NO_LETTERS, '');
}

const ASCII = /^[\0-\x7f]*$/u;
const NO_LETTERS = /[^a-z]+/gu;

import { hashWord } from './hash.ts';
import { type Folds, foldedView, View } from './threats-view.ts';
import { type Contractions, classEnd, type TokenClass, type Tokens, tokenize } from './threats-words.ts';

/** Most words that one gap may skip. */
const MAX_GAP = 30;

interface Alternative {
  readonly words: readonly string[];
  /** Text that must stand exactly so in the view, for members with punctuation: `.ssh/id_rsa`. */
  readonly literal?: string;
  /** How far the literal begins before its first word. */
  readonly lead: number;
}

type Element =
  | { readonly kind: 'words'; readonly first: First; readonly optional: boolean }
  | { readonly kind: 'class'; readonly wanted: TokenClass }
  | { readonly kind: 'gap'; readonly most: number }
  | { readonly kind: 'end' };

/** A phrase that is ready to be matched. */
export interface Phrase {
  readonly elements: readonly Element[];
  /** Groups of words in their order: one word of each group stands in every text that has the phrase. */
  readonly needs: readonly (readonly string[])[];
  /** The same, the rarest first. */
  readonly byRarity: readonly (readonly string[])[];
  /** The rarest of these groups. */
  readonly anchors: readonly string[];
  /** Words with which it can begin. */
  readonly openers: ReadonlySet<string>;
  /** A bit for each of them; words share bits. */
  readonly openerBits: number;
}

/** Frequent words with their rank, 0 the most frequent. */
export type Ranks = ReadonlyMap<string, number>;

/** Word lists by name. */
export type Sets = ReadonlyMap<string, readonly string[]>;

const PUNCTUATION = /[./~\\$=|_]/u;

/** Thrown for a phrase that says nothing or names a set that is not there. */
export class PhraseError extends Error {
  readonly phrase: string;
  readonly reason: string;

  constructor(phrase: string, reason: string) {
    super(`phrase "${phrase}": ${reason}`);
    this.name = 'PhraseError';
    this.phrase = phrase;
    this.reason = reason;
  }
}

/** A word or a set of words, as it is matched. */
export type First = ReadonlyMap<string, readonly Alternative[]>;

/** Reads phrases; words and sets that many of them have are read once. */
export class PhraseCompiler {
  private readonly contractions: Contractions;
  private readonly folds: Folds;
  private readonly words = new Map<string, First>();
  /** By the list of a set's members. */
  private readonly sets = new Map<readonly string[], First>();
  private readonly rarity: Rarity;

  constructor(common: Ranks, contractions: Contractions, folds: Folds) {
    this.folds = folds;
    this.contractions = contractions;
    this.rarity = new Rarity(common);
  }

  /** Reads one phrase. Throws `PhraseError` where it cannot match or begins with a gap. */
  compile(text: string, sets: Sets): Phrase {
    const elements = text
      .split(' ')
      .filter((part) => part !== '')
      .map((part) => this.element(part, text, sets));
    const first = elements[0];
    if (first?.kind !== 'words' || first.optional) throw new PhraseError(text, 'must begin with a word or a set');
    const last = elements.at(-1);
    if (last?.kind === 'gap') throw new PhraseError(text, 'ends with a gap');
    const needs = needsOf(elements, this.rarity);
    const rarest = this.rarity.sorted(needs);
    const openers = new Set(first.first.keys());
    return { elements, needs, byRarity: rarest, anchors: rarest[0] ?? [], openers, openerBits: bitsOf(openers) };
  }

  private element(part: string, phrase: string, sets: Sets): Element {
    if (part.startsWith('~') && /^~\d+$/u.test(part)) {
      const most = Number(part.slice(1));
      if (most < 1 || most > MAX_GAP) throw new PhraseError(phrase, `a gap has 1 to ${MAX_GAP} words`);
      return { kind: 'gap', most };
    }
    if (part === '<end>') return { kind: 'end' };
    if (part === '<email>' || part === '<url>' || part === '<identifier>') {
      return { kind: 'class', wanted: part === '<email>' ? 'email' : part === '<url>' ? 'url' : 'identifier' };
    }
    const optional = part.endsWith('?');
    const bare = optional ? part.slice(0, -1) : part;
    if (!bare.startsWith('{')) {
      const first = this.words.get(bare) ?? firstOf([bare], phrase, this.contractions, this.folds);
      this.words.set(bare, first);
      return { kind: 'words', first, optional };
    }
    const name = bare.slice(1, -1);
    const members = sets.get(name);
    if (members === undefined) throw new PhraseError(phrase, `there is no set "${name}"`);
    const first = this.sets.get(members) ?? firstOf(members, phrase, this.contractions, this.folds);
    this.sets.set(members, first);
    return { kind: 'words', first, optional };
  }
}

/** The bit of a word in `openerBits`, told by its hash. */
export const openerBit = (hash: number) => 1 << (hash & 31);

function bitsOf(words: Iterable<string>): number {
  let bits = 0;
  for (const word of words) bits |= openerBit(hashWord(word));
  return bits;
}

function firstOf(members: readonly string[], phrase: string, contractions: Contractions, folds: Folds): First {
  const first = new Map<string, Alternative[]>();
  for (const member of members) {
    const tokens = tokenize(foldedView(new View(member), folds), contractions);
    const start = tokens.words[0];
    if (start === undefined) throw new PhraseError(phrase, `"${member}" has no word`);
    const exact = PUNCTUATION.test(member);
    const alternative: Alternative = {
      words: tokens.words,
      lead: tokens.starts[0] ?? 0,
      ...(exact ? { literal: member.toLowerCase() } : {}),
    };
    const same = first.get(start);
    if (same === undefined) first.set(start, [alternative]);
    else same.push(alternative);
  }
  return first;
}

/** Stand among the words that a phrase needs for the sign that an address cannot do without. */
export const SIGNS = { email: '@', url: '//' } as const;

const EMAIL: readonly string[] = [SIGNS.email];
const URL: readonly string[] = [SIGNS.url];

/** For each element that cannot be left out, the rarest word of each of its members. */
function needsOf(elements: readonly Element[], rarity: Rarity): readonly (readonly string[])[] {
  const needs: (readonly string[])[] = [];
  for (const element of elements) {
    if (element.kind === 'words' && !element.optional) needs.push(rarity.wordsOf(element.first));
    else if (element.kind === 'class' && element.wanted !== 'identifier') {
      needs.push(element.wanted === 'email' ? EMAIL : URL);
    }
  }
  return needs;
}

/** How rare words are in ordinary text. What many phrases share is looked at once. */
class Rarity {
  readonly #common: Ranks;
  readonly #words = new Map<First, readonly string[]>();
  readonly #costs = new Map<readonly string[], number>();

  constructor(common: Ranks) {
    this.#common = common;
  }

  /** The rarest word of each member; the same list for the same words or set. */
  wordsOf(first: First): readonly string[] {
    const known = this.#words.get(first);
    if (known !== undefined) return known;
    const words: string[] = [];
    for (const alternatives of first.values()) for (const each of alternatives) words.push(this.#rarest(each.words));
    this.#words.set(first, words);
    return words;
  }

  #rarest(words: readonly string[]): string {
    let rarest = words[0] ?? '';
    for (const word of words) if (this.#cost(word) < this.#cost(rarest)) rarest = word;
    return rarest;
  }

  /** The groups that are rarest first. */
  sorted(groups: readonly (readonly string[])[]): readonly (readonly string[])[] {
    return [...groups].sort((a, b) => this.#costOf(a) - this.#costOf(b));
  }

  #costOf(words: readonly string[]): number {
    const known = this.#costs.get(words);
    if (known !== undefined) return known;
    let cost = 0;
    for (const word of new Set(words)) cost += this.#cost(word);
    this.#costs.set(words, cost);
    return cost;
  }

  /** How often a word is met, roughly: frequencies fall with the rank. */
  #cost(word: string): number {
    const rank = this.#common.get(word);
    return rank === undefined ? 1 : MOST_FREQUENT / (1 + rank / 10);
  }
}

/** The most frequent word is met so many times as often as one that is not ranked. */
const MOST_FREQUENT = 1_000;

/** Index after the phrase where it begins at token `at`, or -1. At most a fixed amount of work per token. */
export function matchPhrase(phrase: Phrase, tokens: Tokens, at: number): number {
  let places: readonly number[] = [at];
  for (const [index, element] of phrase.elements.entries()) {
    places = step(element, tokens, places, index === 0);
    if (places.length === 0) return -1;
  }
  return places[0] ?? -1;
}

/** Places after one more element; both lists ascend. */
function step(element: Element, tokens: Tokens, places: readonly number[], opening: boolean): readonly number[] {
  if (element.kind === 'end') return places.filter((place) => endsClause(tokens, place));
  const next: number[] = [];
  if (element.kind === 'gap') {
    let last = -1;
    for (const place of places) {
      if (place > last) next.push(place);
      const most = Math.min(place + element.most, tokens.words.length);
      for (let to = Math.max(place, last) + 1; to <= most && !tokens.breaks[to - 1]; to += 1) next.push(to);
      last = next.at(-1) ?? last;
    }
    return next;
  }
  const add = (place: number) => {
    if (!next.includes(place)) next.push(place);
  };
  for (const place of places) {
    if (element.kind === 'words' && element.optional) add(place);
    if (place >= tokens.words.length || (tokens.breaks[place] && !opening)) continue;
    if (element.kind === 'class') {
      const end = classEnd(tokens, place, element.wanted);
      if (end > 0) add(end);
      continue;
    }
    const alternatives = element.first.get(tokens.words[place] ?? '');
    if (alternatives === undefined) continue;
    for (const alternative of alternatives) {
      if (fits(alternative, tokens, place)) add(place + alternative.words.length);
    }
  }
  return next.length < 2 ? next : next.sort((a, b) => a - b);
}

/** What parts the clauses of a sentence. */
const CLAUSE_SIGN = /[,:;()[\]{}<>"“”\n–—]/u;

/** Whether a clause ends before the token at `place`: with its sentence or text, or at a sign between two words. */
function endsClause({ words, breaks, ends, starts, view }: Tokens, place: number): boolean {
  if (place >= words.length || breaks[place] === true) return true;
  return CLAUSE_SIGN.test(view.text.slice(ends[place - 1], starts[place]));
}

function fits(alternative: Alternative, tokens: Tokens, at: number): boolean {
  const { words, literal, lead } = alternative;
  for (let i = 1; i < words.length; i += 1) {
    if (tokens.words[at + i] !== words[i]) return false;
  }
  if (literal === undefined) return true;
  const start = (tokens.starts[at] ?? 0) - lead;
  const end = start + literal.length;
  const { text } = tokens.view;
  if (start < 0 || text.slice(start, end).toLowerCase() !== literal) return false;
  return !WORD_CHAR.test(literal.slice(-1)) || !goesOn(text, end);
}

/** Whether a path or name goes on at `at`: `id_rsa.pub` is not `id_rsa`, `id_rsa.` at the end of a sentence is. */
function goesOn(text: string, at: number): boolean {
  const sign = text.charAt(at);
  const next = sign === '.' || sign === '/' ? text.charAt(at + 1) : sign;
  return next !== '' && WORD_CHAR.test(next);
}

const WORD_CHAR = /[A-Za-z0-9_]/u;

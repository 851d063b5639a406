import type { Forms, WordKind, WordList } from '../model/rule.ts';
import { foldWord, GAP, splitProse, type WordKey, type Words } from './words.ts';

/** Grammatical forms of a word, as bits. */
export const FORM = { base: 1, third: 2, past: 4, gerund: 8, plural: 16 } as const;

/** One line of a word list, as it is found in a text. */
export interface Entry {
  readonly kind: WordKind;
  /** `kind:group` of every list that has it, sorted. */
  readonly groups: readonly number[];
  /** A verb that is a noun as often. */
  readonly ambiguous: boolean;
}

/** An entry found in a text: words `from` to `to`, half-open. */
export interface Match {
  readonly from: number;
  readonly to: number;
  readonly entry: Entry;
}

/** The word lists, compiled into one tree over words. */
export interface Lexicon {
  /** Key of the word at a place of a text, -1 where no list has it. */
  readonly key: WordKey;
  /** Grammatical forms of the word with this key. */
  readonly forms: (key: number) => number;
  /** Number of a group, -1 where no list has it. */
  readonly group: (kind: WordKind, name: string) => number;
  /** Everything that the lists know in this text, by first word; longest first at each. */
  scan(words: Words): readonly Match[];
}

/** Longest phrase in words; longer ones in the data are refused. */
export const PHRASE_WORDS = 10;
/** No phrase goes on over one of these. */
const PHRASE_END = GAP.stop | GAP.break | GAP.dash | GAP.comma | GAP.colon | GAP.open | GAP.close;
/** Articles and the like, which phrases may leave out; the one grammar group that matching itself knows. */
const SKIPPED_GROUP = 'determiners';
/** How many articles in a row a phrase passes over. */
const MAX_SKIPPED = 3;
/** Room for keys beside the node in one number; far above any vocabulary. */
const KEYS = 2 ** 20;

interface Draft {
  readonly kind: WordKind;
  readonly groups: Set<number>;
  ambiguous: boolean;
}

class Builder {
  readonly keys = new Map<string, number>();
  /** Key of the base form, by key. */
  readonly lemmas: number[] = [];
  readonly formBits: number[] = [];
  readonly edges = new Map<number, number>();
  readonly drafts: (Map<WordKind, Draft> | undefined)[] = [undefined];
  readonly groupNumbers = new Map<string, number>();

  word(surface: string): number {
    const known = this.keys.get(surface);
    if (known !== undefined) return known;
    const key = this.lemmas.length;
    this.keys.set(surface, key);
    this.lemmas.push(key);
    this.formBits.push(0);
    return key;
  }

  form(surface: string, base: number, bits: number): void {
    const known = this.keys.get(surface);
    const key = this.word(surface);
    // A plural that is listed by itself is still a form of its singular.
    if (known === undefined || this.formBits[key] === FORM.plural) this.lemmas[key] = base;
    if (this.lemmas[key] === base) this.formBits[key] = (this.formBits[key] ?? 0) | bits;
  }

  group(kind: WordKind, name: string): number {
    const id = `${kind}:${name}`;
    const known = this.groupNumbers.get(id);
    if (known !== undefined) return known;
    this.groupNumbers.set(id, this.groupNumbers.size);
    return this.groupNumbers.size - 1;
  }

  add(phrase: readonly number[], kind: WordKind, group: number, ambiguous: boolean): void {
    let node = 0;
    for (const key of phrase) {
      const edge = node * KEYS + key;
      let next = this.edges.get(edge);
      if (next === undefined) {
        next = this.drafts.length;
        this.drafts.push(undefined);
        this.edges.set(edge, next);
      }
      node = next;
    }
    let byKind = this.drafts[node];
    if (byKind === undefined) {
      byKind = new Map();
      this.drafts[node] = byKind;
    }
    const draft = byKind.get(kind) ?? { kind, groups: new Set<number>(), ambiguous: false };
    draft.groups.add(group);
    draft.ambiguous ||= ambiguous;
    byKind.set(kind, draft);
  }
}

/** Splits a phrase of the data into folded words, with the same splitter as the texts. */
export function phraseWords(phrase: string): string[] {
  const words = splitProse(phrase, () => -1);
  return words.starts.map((start, i) => foldWord(phrase.slice(start, words.ends[i])));
}

/** Compiles word lists. Throws an `Error` that names the phrase when one is empty or too long. */
export function compileLexicon(lists: readonly WordList[], forms: Forms): Lexicon {
  const builder = new Builder();
  for (const list of lists) registerBases(builder, list);
  for (const list of lists) registerForms(builder, list, forms);
  for (const list of lists) addEntries(builder, list);
  return finish(builder);
}

function* phrasesOf(list: WordList): Generator<{ group: string; phrase: string; words: string[] }> {
  for (const [group, phrases] of Object.entries(list.groups)) {
    for (const phrase of phrases) {
      const words = phraseWords(phrase);
      if (words.length === 0 || words.length > PHRASE_WORDS) {
        throw new Error(`group ${group}: "${phrase}" has ${words.length} words; 1 to ${PHRASE_WORDS} are possible`);
      }
      yield { group, phrase, words };
    }
  }
}

const inflects = (kind: WordKind) => kind === 'verbs' || kind === 'nouns';

function registerBases(builder: Builder, list: WordList): void {
  if (!inflects(list.kind)) return;
  const bits = list.kind === 'verbs' ? FORM.base : FORM.plural;
  for (const { words } of phrasesOf(list)) {
    const word = (list.kind === 'verbs' ? words[0] : words.at(-1)) ?? '';
    const key = builder.word(word);
    builder.formBits[key] = (builder.formBits[key] ?? 0) | bits;
    if (list.kind === 'verbs' && list.forms === undefined) builder.form(word, key, FORM.third);
  }
}

function registerForms(builder: Builder, list: WordList, forms: Forms): void {
  const table = list.forms === undefined ? undefined : forms[list.forms];
  if (!inflects(list.kind) || table === undefined) return;
  for (const { words } of phrasesOf(list)) {
    const word = (list.kind === 'verbs' ? words[0] : words.at(-1)) ?? '';
    const base = builder.word(word);
    const odd = list.irregular?.[word];
    const line = table.find((row) => row.endings.length === 0 || row.endings.some((ending) => word.endsWith(ending)));
    const stem = word.slice(0, word.length - (line?.cut ?? 0));
    const third = odd?.[0] ?? stem + (line?.third ?? '');
    if (list.kind === 'nouns') {
      builder.form(third, base, FORM.plural);
      continue;
    }
    builder.form(third, base, FORM.third);
    builder.form(odd?.[2] ?? stem + (line?.gerund ?? ''), base, FORM.gerund);
    builder.form(odd?.[1] ?? stem + (line?.past ?? ''), base, FORM.past);
  }
}

function addEntries(builder: Builder, list: WordList): void {
  const ambiguous = new Set(list.ambiguous?.map((word) => phraseWords(word).join(' ')));
  for (const { group, words } of phrasesOf(list)) {
    const number = builder.group(list.kind, group);
    const keys = words.map((word) => builder.word(word));
    builder.add(keys, list.kind, number, ambiguous.has(words.join(' ')));
  }
}

function finish(builder: Builder): Lexicon {
  const { keys, lemmas, formBits, groupNumbers } = builder;
  const entries: readonly (readonly Entry[] | undefined)[] = builder.drafts.map((byKind) =>
    byKind === undefined
      ? undefined
      : [...byKind.values()].map((draft) => ({ ...draft, groups: [...draft.groups].sort((a, b) => a - b) })),
  );
  const skipped = skippedKeys(builder, entries);
  const next = edgesByNode(builder);
  /** The nodes behind the root, by word: the exact one and that of the base form, 0 where there is none. */
  const firstExact = Int32Array.from(lemmas, (_, key) => next[0]?.get(key) ?? 0);
  const firstBase = Int32Array.from(lemmas, (lemma, key) => (lemma === key ? 0 : (next[0]?.get(lemma) ?? 0)));

  const scan = (words: Words): readonly Match[] => {
    const { ids, gaps } = words;
    const found: Match[] = [];
    const walk = (from: number, at: number, node: number, past: boolean): void => {
      for (const entry of entries[node] ?? []) {
        if (!past || entry.kind !== 'phrases') found.push({ from, to: at, entry });
      }
      const edges = next[node];
      const id = ids[at];
      if (edges === undefined || id === undefined || id < 0 || ((gaps[at] ?? 0) & PHRASE_END) !== 0) return;
      if (step(from, at, edges, id, past) || !skipped.has(id)) return;
      // Articles inside a phrase are passed over: `from a given group` is `from group`.
      for (let behind = at + 1; behind <= at + MAX_SKIPPED; behind++) {
        const after = ids[behind];
        if (after === undefined || after < 0 || ((gaps[behind] ?? 0) & PHRASE_END) !== 0) return;
        if (step(from, behind, edges, after, past) || !skipped.has(after)) return;
      }
    };
    const step = (from: number, at: number, edges: ReadonlyMap<number, number>, id: number, past: boolean): boolean => {
      const exact = edges.get(id);
      if (exact !== undefined) walk(from, at + 1, exact, past);
      const lemma = lemmas[id] ?? id;
      const base = lemma === id ? undefined : edges.get(lemma);
      if (base !== undefined) walk(from, at + 1, base, past);
      return exact !== undefined || base !== undefined;
    };
    for (let from = 0; from < ids.length; from++) {
      const id = ids[from] ?? -1;
      if (id < 0) continue;
      const before = found.length;
      const exact = firstExact[id] ?? 0;
      const base = firstBase[id] ?? 0;
      if (exact > 0) walk(from, from + 1, exact, false);
      // `executed commands` are not `execute commands`.
      if (base > 0) walk(from, from + 1, base, ((formBits[id] ?? 0) & NOT_PAST) === 0);
      if (found.length > before + 1) sortTail(found, before);
    }
    return found;
  };
  return {
    key: keyFinder(keys),
    forms: (id) => formBits[id] ?? 0,
    group: (kind, name) => groupNumbers.get(`${kind}:${name}`) ?? -1,
    scan,
  };
}

/**
 * Looks words up where they stand, without cutting them out: most words of a text are in no list, and making a string
 * of each of them is what costs the most time.
 */
function keyFinder(keys: ReadonlyMap<string, number>): WordKey {
  const words = [...keys.keys()];
  const size = 2 ** Math.ceil(Math.log2(words.length * 4 + 1));
  const slots = new Int32Array(size).fill(-1);
  for (const [word, key] of keys) {
    let slot = hashOf(word) & (size - 1);
    while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & (size - 1);
    slots[slot] = key;
  }
  return (text, start, end) => {
    let hash = 0;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code >= 128) return keys.get(foldWord(text.slice(start, end))) ?? -1;
      hash = (Math.imul(hash, HASH_FACTOR) + small(code)) | 0;
    }
    for (let slot = hash & (size - 1); ; slot = (slot + 1) & (size - 1)) {
      const key = slots[slot] ?? -1;
      if (key < 0) return -1;
      if (isAt(words[key] ?? '', text, start, end)) return key;
    }
  };
}

const HASH_FACTOR = 31;
const small = (code: number) => (code >= 65 && code <= 90 ? code + 32 : code);

function hashOf(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at++) hash = (Math.imul(hash, HASH_FACTOR) + word.charCodeAt(at)) | 0;
  return hash;
}

function isAt(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let at = 0; at < word.length; at++) if (word.charCodeAt(at) !== small(text.charCodeAt(start + at))) return false;
  return true;
}

/** Forms that are not those of something done. */
const NOT_PAST = FORM.base | FORM.third | FORM.gerund | FORM.plural;

/** Sorts the matches from `start` on, all of one first word, longest first. They are few. */
function sortTail(found: Match[], start: number): void {
  for (let i = start + 1; i < found.length; i++) {
    const match = found[i];
    if (match === undefined) return;
    let at = i;
    for (
      let before = found[at - 1];
      at > start && before !== undefined && before.to < match.to;
      before = found[at - 1]
    ) {
      found[at] = before;
      at--;
    }
    found[at] = match;
  }
}

function edgesByNode(builder: Builder): readonly (ReadonlyMap<number, number> | undefined)[] {
  const next: (Map<number, number> | undefined)[] = builder.drafts.map(() => undefined);
  for (const [edge, target] of builder.edges) {
    const node = Math.floor(edge / KEYS);
    let edges = next[node];
    if (edges === undefined) {
      edges = new Map();
      next[node] = edges;
    }
    edges.set(edge % KEYS, target);
  }
  return next;
}

function skippedKeys(builder: Builder, entries: readonly (readonly Entry[] | undefined)[]): ReadonlySet<number> {
  const group = builder.groupNumbers.get(`grammar:${SKIPPED_GROUP}`) ?? -1;
  const skipped = new Set<number>();
  for (const [edge, node] of builder.edges) {
    if (edge >= KEYS) continue;
    if (entries[node]?.some((entry) => entry.groups.includes(group))) skipped.add(edge);
  }
  return skipped;
}

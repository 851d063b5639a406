import type { Forms, WordKind, WordList } from '../model/rule.ts';
import { foldWord } from './letters.ts';
import { splitProse } from './split-prose.ts';
import { type Edges, packTree, Scan } from './tree.ts';
import { MAX_KEYS, Vocabulary } from './vocabulary.ts';
import { NO_KEYS, type WordKeys, type Words } from './words.ts';

/** Grammatical forms of a word, as bits. */
export const FORM = { base: 1, third: 2, past: 4, gerund: 8, plural: 16 } as const;

/** One line of a word list, as it is found in a text. */
export interface Entry {
  /** Its place among the entries of the lexicon. */
  readonly number: number;
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
  /** Keys of the words that some list has. */
  readonly keys: WordKeys;
  /** Grammatical forms of the word with this key. */
  readonly forms: (key: number) => number;
  /** Number of a group, -1 where no list has it. */
  readonly group: (kind: WordKind, name: string) => number;
  /** What the lists say of the one word with this key, in just this form. */
  readonly single: (key: number) => readonly Entry[];
  /** How many words have a key. */
  readonly wordCount: number;
  /** Every entry of every list. */
  readonly entries: readonly Entry[];
  /** A scan for everything that the lists know in this text. There is one, which goes from text to text. */
  scan(words: Words): Scan;
}

/** Longest phrase in words; longer ones in the data are refused. */
export const PHRASE_WORDS = 10;
/** Articles and the like, which phrases may leave out, … */
const SKIPPED_GROUP = 'determiners';
/** … but for those that name other things than the sentence before did. That is all that matching itself knows of grammar. */
export const KEPT_GROUP = 'narrowers';

interface Draft {
  readonly kind: WordKind;
  /** Few, each once. */
  readonly groups: number[];
  ambiguous: boolean;
}

class Builder {
  readonly keys = new Map<string, number>();
  /** Key of the base form, by key. */
  readonly lemmas: number[] = [];
  readonly formBits: number[] = [];
  /** By key, the node behind the root. */
  readonly roots: number[] = [];
  /** By node times `MAX_KEYS` plus key, the node behind another one. */
  readonly #further = new Map<number, number>();
  readonly edges: Edges = { nodes: [], words: [], targets: [] };
  /** By node, one for each kind of list that has it. */
  readonly drafts: (Draft[] | undefined)[] = [undefined];
  readonly groupNumbers = new Map<string, number>();

  word(surface: string): number {
    const known = this.keys.get(surface);
    if (known !== undefined) return known;
    const key = this.lemmas.length;
    this.keys.set(surface, key);
    this.lemmas.push(key);
    this.formBits.push(0);
    this.roots.push(0);
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
    for (const key of phrase) node = this.#behind(node, key);
    const draft = this.#draft(node, kind);
    if (!draft.groups.includes(group)) draft.groups.push(group);
    draft.ambiguous ||= ambiguous;
  }

  /** The node behind another one by a word, which is made where there is none. */
  #behind(node: number, key: number): number {
    const edge = node * MAX_KEYS + key;
    const known = node === 0 ? (this.roots[key] ?? 0) : (this.#further.get(edge) ?? 0);
    if (known > 0) return known;
    const next = this.drafts.length;
    this.drafts.push(undefined);
    if (node === 0) this.roots[key] = next;
    else this.#further.set(edge, next);
    this.edges.nodes.push(node);
    this.edges.words.push(key);
    this.edges.targets.push(next);
    return next;
  }

  #draft(node: number, kind: WordKind): Draft {
    const drafts = this.drafts[node] ?? [];
    this.drafts[node] = drafts;
    for (const draft of drafts) if (draft.kind === kind) return draft;
    const draft: Draft = { kind, groups: [], ambiguous: false };
    drafts.push(draft);
    return draft;
  }
}

/** Splits a phrase of the data into folded words, with the same splitter as the texts. */
export function phraseWords(phrase: string): string[] {
  if (PLAIN_PHRASE.test(phrase)) return phrase.split(' ');
  return splitProse(phrase, NO_KEYS).written().map(foldWord);
}

/** Most phrases are small letters with single spaces, of which the splitter would say the same. */
const PLAIN_PHRASE = /^[a-z]+(?: [a-z]+)*$/;

/** Compiles word lists. Throws an `Error` that names the phrase when one is empty or too long. */
export function compileLexicon(lists: readonly WordList[], forms: Forms): Lexicon {
  const builder = new Builder();
  const split = lists.map((list) => ({ list, lines: linesOf(list) }));
  for (const { list, lines } of split) registerBases(builder, list, lines);
  for (const { list, lines } of split) registerForms(builder, list, lines, forms);
  for (const { list, lines } of split) addEntries(builder, list, lines);
  return finish(builder);
}

/** A phrase of a list, split into folded words. */
interface Line {
  readonly group: string;
  readonly words: readonly string[];
}

function linesOf(list: WordList): readonly Line[] {
  const lines: Line[] = [];
  for (const [group, phrases] of Object.entries(list.groups)) {
    for (const phrase of phrases) {
      const words = phraseWords(phrase);
      if (words.length === 0 || words.length > PHRASE_WORDS) {
        throw new Error(`group ${group}: "${phrase}" has ${words.length} words; 1 to ${PHRASE_WORDS} are possible`);
      }
      lines.push({ group, words });
    }
  }
  return lines;
}

const inflects = (kind: WordKind) => kind === 'verbs' || kind === 'nouns';

function registerBases(builder: Builder, list: WordList, lines: readonly Line[]): void {
  if (!inflects(list.kind)) return;
  const bits = list.kind === 'verbs' ? FORM.base : FORM.plural;
  for (const { words } of lines) {
    const word = (list.kind === 'verbs' ? words[0] : words.at(-1)) ?? '';
    const key = builder.word(word);
    builder.formBits[key] = (builder.formBits[key] ?? 0) | bits;
    if (list.kind === 'verbs' && list.forms === undefined) builder.form(word, key, FORM.third);
  }
}

function registerForms(builder: Builder, list: WordList, lines: readonly Line[], forms: Forms): void {
  const table = list.forms === undefined ? undefined : forms[list.forms];
  if (!inflects(list.kind) || table === undefined) return;
  for (const { words } of lines) {
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
    if (odd?.[2] !== `${word}ling`) continue;
    // `cancelling` in one country is `canceling` in another.
    builder.form(`${word}ing`, base, FORM.gerund);
    builder.form(`${word}ed`, base, FORM.past);
  }
}

function addEntries(builder: Builder, list: WordList, lines: readonly Line[]): void {
  const ambiguous = new Set(list.ambiguous?.map((word) => phraseWords(word).join(' ')));
  for (const { group, words } of lines) {
    const number = builder.group(list.kind, group);
    const keys = words.map((word) => builder.word(word));
    builder.add(keys, list.kind, number, ambiguous.has(words.join(' ')));
  }
}

function finish(builder: Builder): Lexicon {
  const { keys, lemmas, formBits, groupNumbers } = builder;
  const all: Entry[] = [];
  const entryOf = ({ kind, groups, ambiguous }: Draft): Entry => {
    const entry = { number: all.length, kind, groups: groups.sort((a, b) => a - b), ambiguous };
    all.push(entry);
    return entry;
  };
  const entries = builder.drafts.map((drafts) => drafts?.map(entryOf));
  const tree = packTree({
    edges: builder.edges,
    entries,
    lemmas,
    skipped: skippedWords(builder, entries),
    past: Uint8Array.from(formBits, (bits) => ((bits & NOT_PAST) === 0 ? 1 : 0)),
  });
  const forms = Uint8Array.from(formBits);
  const scan = new Scan(tree);
  return {
    keys: new Vocabulary(keys),
    forms: (id) => (id < 0 ? 0 : (forms[id] ?? 0)),
    group: (kind, name) => groupNumbers.get(`${kind}:${name}`) ?? -1,
    single: (key) => entries[tree.first[key * 2] ?? 0] ?? [],
    wordCount: lemmas.length,
    entries: all,
    scan: (words) => scan.begin(words),
  };
}

/** Forms that are not those of something done. */
const NOT_PAST = FORM.base | FORM.third | FORM.gerund | FORM.plural;

function skippedWords(builder: Builder, entries: readonly (readonly Entry[] | undefined)[]): Uint8Array {
  const numberOf = (name: string) => builder.groupNumbers.get(`grammar:${name}`) ?? -1;
  const group = numberOf(SKIPPED_GROUP);
  const kept = numberOf(KEPT_GROUP);
  const skipped = new Uint8Array(builder.lemmas.length);
  for (const [word, node] of builder.roots.entries()) {
    const groups = entries[node]?.flatMap((entry) => entry.groups);
    if (groups?.includes(group) === true && !groups.includes(kept)) skipped[word] = 1;
  }
  return skipped;
}

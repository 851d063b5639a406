import type { Entry } from './lexicon.ts';
import { GAP, Words } from './words.ts';

/** No phrase goes on over one of these. */
const PHRASE_END = GAP.stop | GAP.break | GAP.dash | GAP.comma | GAP.colon | GAP.open | GAP.close;
/** How many articles in a row a phrase passes over. */
const MAX_SKIPPED = 3;
/** Numbers per slot of the table of edges: node, word, target. */
const SLOT = 3;

/** Edges in lists beside each other: each leads from a node by a word to a target. */
export interface Edges {
  readonly nodes: number[];
  readonly words: number[];
  readonly targets: number[];
}

/** What a tree is made of: nodes are numbers, the root is 0. */
export interface TreeParts {
  readonly edges: Edges;
  /** What ends at each node. */
  readonly entries: readonly (readonly Entry[] | undefined)[];
  /** Key of the base form of each word. */
  readonly lemmas: readonly number[];
  /** 1 for each word that a phrase may leave out. */
  readonly skipped: Uint8Array;
  /** 1 for each word that is only a form of something done. */
  readonly past: Uint8Array;
}

/** The phrases of all lists as one tree over words, in flat tables of numbers. */
export interface Tree {
  readonly entries: readonly (readonly Entry[] | undefined)[];
  readonly lemmas: Int32Array;
  readonly skipped: Uint8Array;
  readonly past: Uint8Array;
  /** Two nodes behind the root for each word: the exact one and that of the base form, 0 where there is none. */
  readonly first: Int32Array;
  /** By node, one bit for each word that a phrase may go on with; words share bits. Most words are turned away here. */
  readonly doors: Int32Array;
  /** By word, the bits of both nodes behind the root; 0 for a word with which nothing longer begins. */
  readonly ahead: Int32Array;
  /** By word, its own bit and that of its base form. */
  readonly knocks: Int32Array;
  readonly slots: Int32Array;
  readonly mask: number;
}

/** Packs a tree. */
export function packTree({ edges, entries, lemmas, skipped, past }: TreeParts): Tree {
  const size = 2 ** Math.ceil(Math.log2(edges.nodes.length * 2 + 1));
  const mask = size - 1;
  const slots = new Int32Array(size * SLOT);
  const doors = new Int32Array(entries.length);
  const first = new Int32Array(lemmas.length * 2);
  for (let at = 0; at < edges.nodes.length; at++) {
    const node = edges.nodes[at] ?? 0;
    const word = edges.words[at] ?? 0;
    const target = edges.targets[at] ?? 0;
    if (node === 0) first[word * 2] = target;
    doors[node] = (doors[node] ?? 0) | door(word);
    let slot = hashOf(node, word) & mask;
    while (slots[slot * SLOT + 2] !== 0) slot = (slot + 1) & mask;
    slots[slot * SLOT] = node;
    slots[slot * SLOT + 1] = word;
    slots[slot * SLOT + 2] = target;
  }
  const ahead = new Int32Array(lemmas.length);
  const knocks = new Int32Array(lemmas.length);
  for (let word = 0; word < lemmas.length; word++) {
    const lemma = lemmas[word] ?? word;
    const base = lemma === word ? 0 : (first[lemma * 2] ?? 0);
    first[word * 2 + 1] = base;
    const exact = first[word * 2] ?? 0;
    ahead[word] = (exact === 0 ? 0 : (doors[exact] ?? 0)) | (base === 0 ? 0 : (doors[base] ?? 0));
    knocks[word] = door(word) | door(lemma);
  }
  return { entries, lemmas: Int32Array.from(lemmas), skipped, past, first, doors, ahead, knocks, slots, mask };
}

const hashOf = (node: number, word: number) => {
  const hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b);
  return hash ^ (hash >>> 15);
};

const door = (word: number) => 1 << (Math.imul(word, 0x9e3779b1) >>> 27);

/** The node behind `node` by `word`, 0 where there is none. */
function edge({ slots, mask, doors }: Tree, node: number, word: number): number {
  if (((doors[node] ?? 0) & door(word)) === 0) return 0;
  for (let slot = hashOf(node, word) & mask; ; slot = (slot + 1) & mask) {
    const at = slot * SLOT;
    const target = slots[at + 2] ?? 0;
    if (target === 0 || (slots[at] === node && slots[at + 1] === word)) return target;
  }
}

const NO_WORDS = new Words();

/** Finds what the lists know in one text after another, word by word. Its two lists are used again for each word. */
export class Scan {
  /** How many entries begin at the word that was asked for last. */
  count = 0;
  /** Where each of them ends, longest first, and the entries themselves. */
  readonly ends: number[] = [];
  readonly entries: Entry[] = [];
  readonly #tree: Tree;
  #words = NO_WORDS;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Goes on to another text. */
  begin(words: Words): this {
    this.#words = words;
    return this;
  }

  /** Whether nothing longer than one word can begin at a word that some list has. */
  isAlone(from: number): boolean {
    const { ahead, knocks, skipped } = this.#tree;
    const { ids, gaps } = this.#words;
    const doors = ahead[ids[from] ?? -1] ?? 0;
    if (doors === 0) return true;
    // Behind the last word stands one that is unknown.
    const next = ids[from + 1] ?? -1;
    if (next < 0 || ((gaps[from + 1] ?? 0) & PHRASE_END) !== 0) return true;
    return (doors & (knocks[next] ?? 0)) === 0 && skipped[next] === 0;
  }

  /** Finds every entry that is one word alone and gives their number. */
  alone(word: number): number {
    const words = this.#words;
    this.#words = NO_WORDS;
    this.#from(word, 0);
    this.#words = words;
    return this.count;
  }

  /** Finds every entry that begins at a word and gives their number. */
  at(from: number): number {
    return this.#from(this.#words.ids[from] ?? -1, from);
  }

  #from(word: number, from: number): number {
    const { first, past } = this.#tree;
    this.count = 0;
    if (word < 0) return 0;
    const exact = first[word * 2] ?? 0;
    const base = first[word * 2 + 1] ?? 0;
    if (exact === 0 && base === 0) return 0;
    if (exact > 0) this.#walk(from + 1, exact, false);
    // `executed commands` are not `execute commands`.
    if (base > 0) this.#walk(from + 1, base, past[word] === 1);
    return this.count;
  }

  #walk(at: number, node: number, past: boolean): void {
    const tree = this.#tree;
    const entries = tree.entries[node];
    if (entries !== undefined) {
      for (const entry of entries) if (!past || entry.kind !== 'phrases') this.#add(at, entry);
    }
    if (tree.doors[node] === 0) return;
    const { ids, gaps } = this.#words;
    // Articles inside a phrase are passed over: `from a given group` is `from group`.
    const last = Math.min(this.#words.count - 1, at + MAX_SKIPPED);
    for (let behind = at; behind <= last; behind++) {
      const word = ids[behind] ?? -1;
      if (word < 0 || ((gaps[behind] ?? 0) & PHRASE_END) !== 0) return;
      this.#step(behind, node, word, past);
      if (tree.skipped[word] === 0) return;
    }
  }

  #step(at: number, node: number, word: number, past: boolean): void {
    const tree = this.#tree;
    const exact = edge(tree, node, word);
    if (exact > 0) this.#walk(at + 1, exact, past);
    const lemma = tree.lemmas[word] ?? word;
    const base = lemma === word ? 0 : edge(tree, node, lemma);
    if (base > 0) this.#walk(at + 1, base, past);
  }

  /** Keeps the entries longest first; of two that end together the first found stays first. They are few. */
  #add(end: number, entry: Entry): void {
    const { ends, entries } = this;
    let at = this.count++;
    for (; at > 0 && (ends[at - 1] ?? 0) < end; at--) {
      ends[at] = ends[at - 1] ?? 0;
      entries[at] = entries[at - 1] ?? entry;
    }
    ends[at] = end;
    entries[at] = entry;
  }
}

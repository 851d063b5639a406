import { SIGNS } from './threats-phrases.ts';
import type { RulePhrase } from './threats-rules.ts';
import { filterBits, HASH_FACTOR, hashWord, type WordTable } from './threats-scan.ts';
import { type Contractions, endsSentence } from './threats-words.ts';

/** A phrase and all groups that it needs. */
interface Needing {
  readonly phrase: RulePhrase;
  readonly needs: Uint32Array;
}

/** Which words each phrase needs, so that most phrases are ruled out before any text is split into words. */
export interface Needs {
  readonly bits: Uint8Array;
  /** Hash of a word → its line in `masks`. */
  readonly table: WordTable;
  /** By line: which word groups the word belongs to, 32 to a number. */
  readonly masks: readonly Uint32Array[];
  /** The groups of which a character beyond ASCII may be a member. */
  readonly foreign: Uint32Array;
  /** The groups that `@` belongs to, and those of `//`. */
  readonly email: Uint32Array;
  readonly url: Uint32Array;
  /** By the number of the rarest group that a phrase needs. */
  readonly byGroup: readonly (readonly Needing[])[];
}

/** Stands for every word that is not made of the letters a to z: a text needs one character beyond ASCII to have it. */
const FOREIGN = '\x80';

/** Prepares the words that phrases need. */
export function compileNeeds(phrases: readonly RulePhrase[], contractions: Contractions): Needs {
  const groups = new Map<string, number>([[FOREIGN, 0]]);
  const perPhrase = phrases.map(({ phrase }) => phrase.needs.map((words) => numberOf(groupName(words), groups)));
  const width = (groups.size >> 5) + 1;
  const foreign = new Uint32Array(width);
  const email = new Uint32Array(width);
  const url = new Uint32Array(width);
  const table = new Map<number, number>();
  const masks: Uint32Array[] = [];
  for (const [words, group] of groups) {
    for (const word of words.split(' ')) {
      const sign = word === FOREIGN ? foreign : word === SIGNS.email ? email : word === SIGNS.url ? url : undefined;
      if (sign !== undefined) {
        setBit(sign, group);
        continue;
      }
      const hash = hashWord(word);
      const line = table.get(hash) ?? masks.length;
      table.set(hash, line);
      const mask = masks[line] ?? new Uint32Array(width);
      setBit(mask, group);
      masks[line] = mask;
    }
  }
  for (const [short, long] of contractions) {
    for (const spelling of spellings(short)) {
      const line = table.get(hashWord(spelling)) ?? masks.length;
      table.set(hashWord(spelling), line);
      const mask = masks[line] ?? new Uint32Array(width);
      for (const word of long) merge(mask, masks[table.get(hashWord(word)) ?? -1] ?? NO_GROUPS);
      masks[line] = mask;
    }
  }
  return {
    bits: filterBits(table),
    table,
    masks,
    foreign,
    email,
    url,
    byGroup: indexed(phrases, perPhrase, groups, width),
  };
}

/** Files each phrase under the group that its anchors make. */
function indexed(
  phrases: readonly RulePhrase[],
  perPhrase: readonly (readonly number[])[],
  groups: ReadonlyMap<string, number>,
  width: number,
): readonly (readonly Needing[])[] {
  const byGroup: Needing[][] = Array.from({ length: groups.size }, () => []);
  for (const [index, phrase] of phrases.entries()) {
    const needs = new Uint32Array(width);
    for (const group of perPhrase[index] ?? []) setBit(needs, group);
    byGroup[groups.get(groupName(phrase.phrase.anchors)) ?? 0]?.push({ phrase, needs });
  }
  return byGroup;
}

/** Words of a group in one string, the same for the same words. */
function groupName(words: readonly string[]): string {
  return [...new Set(words.map(lettersOf))].sort().join(' ');
}

const NO_GROUPS = new Uint32Array(0);

/** A short form as it stands, and up to its apostrophe: `dont`, `don`. */
export function spellings(short: string): readonly string[] {
  return [short, short.slice(0, -1)];
}

/** The first letters of a word, as the scan below sees it. */
function lettersOf(word: string): string {
  if (word === SIGNS.email || word === SIGNS.url) return word;
  return /^[^a-z\x80-\uffff]*([a-z]+)(?![\x80-\uffff])/u.exec(word)?.[1] ?? FOREIGN;
}

function numberOf(key: string, groups: Map<string, number>): number {
  const known = groups.get(key);
  if (known !== undefined) return known;
  groups.set(key, groups.size);
  return groups.size - 1;
}

function setBit(mask: Uint32Array, bit: number): void {
  mask[bit >> 5] = (mask[bit >> 5] ?? 0) | (1 << (bit & 31));
}

/** A sentence in which phrases may stand, and those phrases by the word that each begins with. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly phrases: ReadonlyMap<string, readonly RulePhrase[]>;
}

/** The sentences of a text that have all words of some phrase. No phrase reaches over the end of a sentence. */
export function sentencesOf(text: string, needs: Needs): readonly Sentence[] {
  const { bits, table, masks, foreign, email, url } = needs;
  const found: Sentence[] = [];
  const has = new Uint32Array(foreign.length);
  const size = bits.length - 1;
  const length = text.length;
  let start = 0;
  let any = false;
  const close = (end: number) => {
    const phrases = any ? candidates(has, needs) : undefined;
    if (phrases !== undefined) found.push({ start, end, phrases });
    if (any) has.fill(0);
    any = false;
    start = end;
  };
  let at = 0;
  while (at < length) {
    const code = text.charCodeAt(at);
    let letter = code | 0x20;
    if (letter < 97 || letter > 122) {
      if (endsSentence(text, at, code)) close(at);
      else if (code >= 0x80) any = merge(has, foreign);
      else if (code === AT) any = merge(has, email);
      else if (code === SLASH && text.charCodeAt(at + 1) === SLASH) any = merge(has, url);
      at += 1;
      continue;
    }
    let hash = 0;
    while (letter >= 97 && letter <= 122) {
      hash = (Math.imul(hash, HASH_FACTOR) + letter) | 0;
      at += 1;
      letter = at < length ? text.charCodeAt(at) | 0x20 : 0;
    }
    if (bits[hash & size] !== 1) continue;
    const mask = masks[table.get(hash) ?? -1];
    if (mask !== undefined) any = merge(has, mask);
  }
  close(length);
  return found;
}

const AT = 0x40;
const SLASH = 0x2f;

function merge(has: Uint32Array, mask: Uint32Array): true {
  for (let i = 0; i < mask.length; i += 1) has[i] = (has[i] ?? 0) | (mask[i] ?? 0);
  return true;
}

function candidates(has: Uint32Array, { byGroup }: Needs): ReadonlyMap<string, readonly RulePhrase[]> | undefined {
  let found: Map<string, RulePhrase[]> | undefined;
  for (let i = 0; i < has.length; i += 1) {
    for (let left = has[i] ?? 0; left !== 0; left &= left - 1) {
      const group = i * 32 + 31 - Math.clz32(left & -left);
      for (const { phrase, needs } of byGroup[group] ?? []) {
        if (!covers(has, needs)) continue;
        found ??= new Map();
        for (const opener of phrase.phrase.openers) {
          const list = found.get(opener);
          if (list === undefined) found.set(opener, [phrase]);
          else list.push(phrase);
        }
      }
    }
  }
  return found;
}

function covers(has: Uint32Array, wanted: Uint32Array): boolean {
  for (let i = 0; i < wanted.length; i += 1) {
    const bits = wanted[i] ?? 0;
    if ((bits & ~(has[i] ?? 0)) !== 0) return false;
  }
  return true;
}

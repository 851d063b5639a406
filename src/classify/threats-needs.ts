import { hashWord } from './hash.ts';
import { SIGNS } from './threats-phrases.ts';
import type { RulePhrase } from './threats-rules.ts';
import type { Contractions } from './threats-words.ts';

/** A phrase and the groups of words that it needs, by number. */
interface Needing {
  readonly phrase: RulePhrase;
  /** In the order in which the phrase has them. */
  readonly inOrder: readonly number[];
  readonly byRarity: readonly number[];
}

/** Which words each phrase needs, so that most phrases are ruled out before any text is split into words. */
export interface Needs {
  /** Hash of a word → its line. */
  readonly lines: ReadonlyMap<number, number>;
  /** By line, `width` numbers: which word groups the word belongs to, 32 to a number. */
  readonly rows: Uint32Array;
  readonly width: number;
  /**
   * By line, `ROLE_NUMBERS` numbers: for each of `ROLES` two with a bit for each batch of phrases that need the word so.
   * Where a phrase needs fewer words than there are roles, its last one stands for those that lack.
   */
  readonly roles: Int32Array;
  /** Sorted by the number of the rarest group that they need. */
  readonly phrases: readonly Needing[];
  /** How many phrases, one after another, share a bit. */
  readonly batch: number;
}

/** Lines of the signs of addresses, which are no words. */
export const LINES = { email: 0, url: 1 } as const;

/** Words that are told apart: the rarest that a phrase needs, the second rarest and the third. */
const ROLES = 3;
/** Bits of a role. */
const BATCHES = 64;
/** Numbers that a line has in `roles`. */
export const ROLE_NUMBERS = ROLES * 2;

/** Prepares the words that phrases need. */
export function compileNeeds(phrases: readonly RulePhrase[], contractions: Contractions): Needs {
  const groups = new Map<string, number>();
  /** Phrases share the lists of sets. */
  const known = new Map<readonly string[], number>();
  const groupOf = (words: readonly string[]): number => {
    const group = known.get(words) ?? numberOf(groupName(words), groups);
    known.set(words, group);
    return group;
  };
  const numbersOf = (needs: readonly (readonly string[])[]) => needs.map(groupOf);
  const needing = phrases
    .map((each) => ({
      phrase: each,
      byRarity: numbersOf(each.phrase.byRarity),
      inOrder: numbersOf(each.phrase.needs),
    }))
    .sort((a, b) => (a.byRarity[0] ?? 0) - (b.byRarity[0] ?? 0));
  const width = (groups.size >> 5) + 1;
  const masks = Object.values(LINES).map(() => new Uint32Array(width));
  const lines = new Map<number, number>();
  const lineOf = (word: string): number => {
    if (word === SIGNS.email) return LINES.email;
    if (word === SIGNS.url) return LINES.url;
    const hash = hashWord(word);
    const line = lines.get(hash) ?? masks.push(new Uint32Array(width)) - 1;
    lines.set(hash, line);
    return line;
  };
  for (const [words, group] of groups) {
    for (const word of words.split(' ')) setBit(masks[lineOf(word)], group);
  }
  for (const [short, long] of contractions) {
    for (const word of long) {
      const line = lines.get(hashWord(word));
      if (line === undefined) continue;
      for (const spelling of spellings(short)) merge(masks[lineOf(spelling)], masks[line]);
    }
  }
  const rows = new Uint32Array(masks.length * width);
  for (const [line, mask] of masks.entries()) rows.set(mask, line * width);
  const batch = Math.ceil(needing.length / BATCHES);
  return { lines, rows, width, roles: rolesOf(needing, batch, groups.size, masks), phrases: needing, batch };
}

function rolesOf(
  phrases: readonly Needing[],
  batch: number,
  groups: number,
  masks: readonly Uint32Array[],
): Int32Array {
  const byGroup = new Int32Array(groups * ROLE_NUMBERS);
  for (const [number, { byRarity }] of phrases.entries()) {
    const bit = Math.floor(number / batch);
    for (let role = 0; role < ROLES; role += 1) {
      const group = byRarity[Math.min(role, byRarity.length - 1)] ?? 0;
      const at = group * ROLE_NUMBERS + role * 2 + (bit >> 5);
      byGroup[at] = (byGroup[at] ?? 0) | (1 << (bit & 31));
    }
  }
  const roles = new Int32Array(masks.length * ROLE_NUMBERS);
  for (const [line, mask] of masks.entries()) {
    for (const group of groupsOf(mask)) {
      for (let at = 0; at < ROLE_NUMBERS; at += 1) {
        const place = line * ROLE_NUMBERS + at;
        roles[place] = (roles[place] ?? 0) | (byGroup[group * ROLE_NUMBERS + at] ?? 0);
      }
    }
  }
  return roles;
}

/** The numbers of the bits of a mask. */
function groupsOf(mask: Uint32Array): readonly number[] {
  const groups: number[] = [];
  for (const [at, bits] of mask.entries()) {
    for (let left = bits; left !== 0; left &= left - 1) groups.push(at * 32 + lowestBit(left));
  }
  return groups;
}

/** The number of the lowest bit. */
export const lowestBit = (bits: number) => 31 - Math.clz32(bits & -bits);

/** Words of a group in one string, the same for the same words. */
function groupName(words: readonly string[]): string {
  return [...new Set(words.map(lettersOf))].sort().join(' ');
}

/** A short form as it stands, and up to its apostrophe: `dont`, `don`. */
export function spellings(short: string): readonly string[] {
  return [short, short.slice(0, -1)];
}

/** What the scan below sees of a word: its first character beyond ASCII, or else its first letters. */
function lettersOf(word: string): string {
  if (word === SIGNS.email || word === SIGNS.url) return word;
  return /[\x80-\uffff]/.exec(word)?.[0] ?? /[a-z]+/.exec(word)?.[0] ?? word;
}

function numberOf(key: string, groups: Map<string, number>): number {
  const known = groups.get(key);
  if (known !== undefined) return known;
  groups.set(key, groups.size);
  return groups.size - 1;
}

function setBit(mask: Uint32Array | undefined, bit: number): void {
  if (mask !== undefined) mask[bit >> 5] = (mask[bit >> 5] ?? 0) | (1 << (bit & 31));
}

function merge(into: Uint32Array | undefined, mask: Uint32Array | undefined): void {
  if (into === undefined || mask === undefined) return;
  for (let i = 0; i < mask.length; i += 1) into[i] = (into[i] ?? 0) | (mask[i] ?? 0);
}

import { hashWord } from './hash.ts';
import { SIGNS } from './threats-phrases.ts';
import type { RulePhrase } from './threats-rules.ts';
import type { Contractions } from './threats-words.ts';
import { Units } from './units.ts';

/** A phrase and the groups that it needs. */
interface Needing {
  readonly phrase: RulePhrase;
  /** By number, without the one that the phrase is filed under; the rarest first. */
  readonly others: readonly number[];
  /** All of them in the order in which the phrase has them. */
  readonly inOrder: readonly number[];
}

/** Which words each phrase needs, so that most phrases are ruled out before any text is split into words. */
export interface Needs {
  /** Hash of a word → its line in `masks`. */
  readonly lines: ReadonlyMap<number, number>;
  /** By line: which word groups the word belongs to, 32 to a number; each number as its place and its bits. */
  readonly masks: readonly Int32Array[];
  /** The same as one table with `width` numbers for each line. */
  readonly rows: Uint32Array;
  /** The groups under which phrases are filed. */
  readonly filed: Uint32Array;
  /**
   * By line, `ROLES` numbers: a bit for each phrase that needs the word as its rarest, as the second rarest and as the
   * third; phrases share bits, and where a phrase needs fewer its last one stands for those that lack.
   */
  readonly roles: Int32Array;
  /** By the number of the rarest group that a phrase needs. */
  readonly byGroup: readonly (readonly Needing[])[];
  /** Numbers that a mask has. */
  readonly width: number;
}

/** Lines of the signs of addresses, which are no words. */
export const LINES = { email: 0, url: 1 } as const;

/** Prepares the words that phrases need. */
export function compileNeeds(phrases: readonly RulePhrase[], contractions: Contractions): Needs {
  const groups = new Map<string, number>();
  const numbersOf = (needs: readonly (readonly string[])[]) => needs.map((words) => numberOf(groupName(words), groups));
  const perPhrase = phrases.map(({ phrase }) => numbersOf(phrase.byRarity));
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
  const inOrder = phrases.map(({ phrase }) => numbersOf(phrase.needs));
  const byGroup = fileByGroup(phrases, perPhrase, inOrder, groups.size);
  const filed = new Uint32Array(width);
  for (const [group, list] of byGroup.entries()) if (list.length > 0) setBit(filed, group);
  const rows = new Uint32Array(masks.length * width);
  for (const [line, mask] of masks.entries()) rows.set(mask, line * width);
  const roles = rolesOf(perPhrase, groups.size, masks);
  return { lines, masks: masks.map(cellsOf), rows, roles, filed, byGroup, width };
}

/** Places among the groups that a phrase needs of which bits are kept. */
const ROLES = 3;

function rolesOf(perPhrase: readonly (readonly number[])[], groups: number, masks: readonly Uint32Array[]): Int32Array {
  const byGroup = new Int32Array(groups * ROLES);
  for (const [number, needs] of perPhrase.entries()) {
    for (let role = 0; role < ROLES; role += 1) {
      const at = (needs[Math.min(role, needs.length - 1)] ?? 0) * ROLES + role;
      byGroup[at] = (byGroup[at] ?? 0) | (1 << (number & 31));
    }
  }
  const roles = new Int32Array(masks.length * ROLES);
  for (const [line, mask] of masks.entries()) {
    for (const group of groupsOf(mask)) {
      for (let role = 0; role < ROLES; role += 1) {
        const at = line * ROLES + role;
        roles[at] = (roles[at] ?? 0) | (byGroup[group * ROLES + role] ?? 0);
      }
    }
  }
  return roles;
}

/** The numbers of the bits of a mask. */
function groupsOf(mask: Uint32Array): readonly number[] {
  const groups: number[] = [];
  for (const [at, bits] of mask.entries()) {
    for (let left = bits; left !== 0; left &= left - 1) groups.push(at * 32 + 31 - Math.clz32(left & -left));
  }
  return groups;
}

/** The numbers of a mask that are not 0, each behind its place. */
function cellsOf(mask: Uint32Array): Int32Array {
  return Int32Array.from([...mask].flatMap((bits, place) => (bits === 0 ? [] : [place, bits | 0])));
}

/** Files each phrase under the rarest group that it needs. */
function fileByGroup(
  phrases: readonly RulePhrase[],
  perPhrase: readonly (readonly number[])[],
  inOrder: readonly (readonly number[])[],
  groups: number,
): readonly (readonly Needing[])[] {
  const byGroup: Needing[][] = Array.from({ length: groups }, () => []);
  for (const [index, phrase] of phrases.entries()) {
    const [rarest, ...others] = perPhrase[index] ?? [];
    byGroup[rarest ?? 0]?.push({ phrase, others, inOrder: inOrder[index] ?? [] });
  }
  return byGroup;
}

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

/** A sentence in which phrases may stand, and those phrases. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly phrases: readonly RulePhrase[];
}

/** Words that are held before they are merged into what the sentence has. */
const HELD = 64;
const NOTHING = new Uint32Array(0);
const NO_CELLS = new Int32Array(0);

/** What one pass over a text learns of its sentences. No phrase reaches over the end of a sentence. */
export class SentenceWords {
  /** The sentences of the last text that have all words of some phrase. */
  sentences: Sentence[] = [];
  /** Whether the last text has a character beyond ASCII. */
  wide = false;
  private readonly units = new Units();
  private readonly needs: Needs;
  private readonly roles: Int32Array;
  private readonly held: number[] = [];
  private has: Uint32Array = NOTHING;
  private count = 0;
  private merged = false;
  /** The bits of all words so far. Most sentences have none in common: their words are not looked at again. */
  private rarest = 0;
  private second = 0;
  private third = 0;
  private start = 0;

  constructor(needs: Needs) {
    this.needs = needs;
    this.roles = needs.roles;
  }

  /** Forgets the last text and gives the code units of the next one, with a 0 behind them. */
  begin(text: string): Uint16Array {
    if (this.sentences.length > 0) this.sentences = [];
    this.start = 0;
    const codes = this.units.of(text);
    this.wide = this.units.bits >= 0x80;
    return codes;
  }

  /** Takes a word of the current sentence by its line. */
  add(line: number): void {
    const at = line * ROLES;
    this.rarest |= this.roles[at] ?? 0;
    this.second |= this.roles[at + 1] ?? 0;
    this.third |= this.roles[at + 2] ?? 0;
    if (this.count === HELD) this.merge();
    this.held[this.count] = line;
    this.count += 1;
  }

  /** Ends the current sentence. */
  close(end: number): void {
    if ((this.rarest & this.second & this.third) !== 0) {
      const whole = !this.merged;
      const count = this.count;
      this.merge();
      const phrases = this.candidates(whole ? count : 0);
      if (phrases !== undefined) this.sentences.push({ start: this.start, end, phrases });
    }
    if (this.merged) this.has.fill(0);
    this.start = end;
    this.count = 0;
    this.merged = false;
    this.rarest = 0;
    this.second = 0;
    this.third = 0;
  }

  private merge(): void {
    if (this.has === NOTHING) this.has = new Uint32Array(this.needs.width);
    const { has, held } = this;
    const { masks } = this.needs;
    for (let i = 0; i < this.count; i += 1) {
      const cells = masks[held[i] ?? 0] ?? NO_CELLS;
      for (let at = 0; at < cells.length; at += 2) {
        const place = cells[at] ?? 0;
        has[place] = (has[place] ?? 0) | (cells[at + 1] ?? 0);
      }
    }
    this.count = 0;
    this.merged = true;
  }

  /** The phrases of which a sentence has all words, in the order of their groups; of `held` words also the order counts. */
  private candidates(held: number): readonly RulePhrase[] | undefined {
    const { has } = this;
    const { filed, byGroup } = this.needs;
    let found: RulePhrase[] | undefined;
    for (let i = 0; i < has.length; i += 1) {
      for (let left = (has[i] ?? 0) & (filed[i] ?? 0); left !== 0; left &= left - 1) {
        const list = byGroup[i * 32 + 31 - Math.clz32(left & -left)] ?? NO_PHRASES;
        for (let at = 0; at < list.length; at += 1) {
          const needing = list[at];
          if (needing === undefined || !covers(has, needing.others)) continue;
          if (held > 0 && !this.standInOrder(needing.inOrder, held)) continue;
          if (found === undefined) found = [needing.phrase];
          else found.push(needing.phrase);
        }
      }
    }
    return found;
  }

  /** Whether words of these groups stand behind each other among the held ones; one word may be of several. */
  private standInOrder(groups: readonly number[], held: number): boolean {
    const { rows, width } = this.needs;
    let next = 0;
    for (let at = 0; at < held; at += 1) {
      const row = (this.held[at] ?? 0) * width;
      while (next < groups.length) {
        const group = groups[next] ?? 0;
        if (((rows[row + (group >> 5)] ?? 0) & (1 << (group & 31))) === 0) break;
        next += 1;
      }
      if (next === groups.length) return true;
    }
    return false;
  }
}

const NO_PHRASES: readonly Needing[] = [];

function covers(has: Uint32Array, groups: readonly number[]): boolean {
  for (let i = 0; i < groups.length; i += 1) {
    const group = groups[i] ?? 0;
    if (((has[group >> 5] ?? 0) & (1 << (group & 31))) === 0) return false;
  }
  return true;
}

import { lowestBit, type Needs, ROLE_NUMBERS } from './threats-needs.ts';
import type { RulePhrase } from './threats-rules.ts';
import { Units } from './units.ts';

/** A sentence in which phrases may stand, and those phrases. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly phrases: readonly RulePhrase[];
}

/** Words of a sentence that are held; of a longer one the order of its words is not looked at. */
const HELD = 512;

/** What one pass over a text learns of its sentences. No phrase reaches over the end of a sentence. */
export class SentenceWords {
  /** The sentences of the last text that have the words of some phrase in their order. */
  sentences: Sentence[] = [];
  /** Whether the last text has a character beyond ASCII. */
  wide = false;
  readonly #units = new Units();
  readonly #needs: Needs;
  readonly #roles: Int32Array;
  /** The lines of the words of the current sentence. */
  readonly #held = new Int32Array(HELD);
  #count = 0;
  /** The roles of all its words. Most sentences have no phrase with a word in each: their words are not looked at again. */
  #rarest = 0;
  #rarestHigh = 0;
  #second = 0;
  #secondHigh = 0;
  #third = 0;
  #thirdHigh = 0;
  #start = 0;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#roles = needs.roles;
  }

  /** Forgets the last text and gives the code units of the next one, with a 0 behind them. */
  begin(text: string): Uint16Array {
    if (this.sentences.length > 0) this.sentences = [];
    this.#start = 0;
    const codes = this.#units.of(text);
    this.wide = this.#units.bits >= 0x80;
    return codes;
  }

  /** Takes a word of the current sentence by its line. */
  add(line: number): void {
    const roles = this.#roles;
    const at = line * ROLE_NUMBERS;
    this.#rarest |= roles[at] ?? 0;
    this.#rarestHigh |= roles[at + 1] ?? 0;
    this.#second |= roles[at + 2] ?? 0;
    this.#secondHigh |= roles[at + 3] ?? 0;
    this.#third |= roles[at + 4] ?? 0;
    this.#thirdHigh |= roles[at + 5] ?? 0;
    if (this.#count < HELD) this.#held[this.#count] = line;
    this.#count += 1;
  }

  /** Ends the current sentence. */
  close(end: number): void {
    if (this.#count > 0) {
      const low = this.#rarest & this.#second & this.#third;
      const high = this.#rarestHigh & this.#secondHigh & this.#thirdHigh;
      if (low !== 0 || high !== 0) this.#keep(end, low, high);
      this.#count = 0;
      this.#rarest = 0;
      this.#rarestHigh = 0;
      this.#second = 0;
      this.#secondHigh = 0;
      this.#third = 0;
      this.#thirdHigh = 0;
    }
    this.#start = end;
  }

  /** Keeps the current sentence where it has all words of some phrase of the batches whose bits are given. */
  #keep(end: number, low: number, high: number): void {
    const phrases: RulePhrase[] = [];
    this.#addPhrases(phrases, low, high);
    if (phrases.length > 0) this.sentences.push({ start: this.#start, end, phrases });
  }

  #addPhrases(found: RulePhrase[], low: number, high: number): void {
    const { phrases, batch } = this.#needs;
    for (let half = 0; half < 2; half += 1) {
      for (let left = half === 0 ? low : high; left !== 0; left &= left - 1) {
        const from = (half * 32 + lowestBit(left)) * batch;
        const to = Math.min(from + batch, phrases.length);
        for (let at = from; at < to; at += 1) {
          const needing = phrases[at];
          if (needing !== undefined && this.#hasInOrder(needing.inOrder)) found.push(needing.phrase);
        }
      }
    }
  }

  /** Whether words of these groups stand behind each other; one word may be of several. */
  #hasInOrder(groups: readonly number[]): boolean {
    if (this.#count > HELD) return true;
    const { rows, width } = this.#needs;
    let next = 0;
    let group = groups[0] ?? 0;
    for (let at = 0; at < this.#count; at += 1) {
      const row = (this.#held[at] ?? 0) * width;
      while (((rows[row + (group >> 5)] ?? 0) & (1 << (group & 31))) !== 0) {
        next += 1;
        if (next === groups.length) return true;
        group = groups[next] ?? 0;
      }
    }
    return false;
  }
}

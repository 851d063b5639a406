import type { WordKind } from '../model/rule.ts';
import { GRAMMAR_GROUPS } from './grammar.ts';
import { type Entry, FORM, type Lexicon } from './lexicon.ts';
import type { Found } from './reading.ts';
import type { Scan } from './tree.ts';
import type { Words } from './words.ts';

/** What is found, beside grammar, at a word with which nothing longer begins. */
class Alone {
  readonly verb: Entry | undefined;
  /** Nouns, phrases and parameters, in the order in which they are found. */
  readonly others: readonly Entry[];

  constructor(entries: readonly Entry[], isVerbForm: boolean) {
    this.verb = entries.find(({ kind }) => kind === 'verbs');
    this.others = entries.filter(({ kind }) => OTHERS.has(kind) && !(kind === 'nouns' && isVerbForm));
  }
}

const OTHERS: ReadonlySet<WordKind> = new Set(['nouns', 'phrases', 'parameters']);

/** Above the bits of grammar: the word was met before, its `Alone` has a verb, and it has others. */
const MET = 1 << 29;
const VERB = 1 << 30;
const OTHER = 1 << 31;
const GRAMMAR_BITS = MET - 1;

/** Finds what the lists know in the words of a text. */
export class Finder {
  readonly #lexicon: Lexicon;
  /** The groups of grammar of each entry, as bits, by the number of the entry. */
  readonly #masks: Int32Array;
  /** By the key of a word that was met: the grammar that it is alone, `MET`, and what its `Alone` has. */
  readonly #alone: Int32Array;
  readonly #more: (Alone | undefined)[];

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
    if (GRAMMAR_GROUPS.some(([, bit]) => (bit & ~GRAMMAR_BITS) !== 0))
      throw new Error('more groups of grammar than bits');
    const bits = new Map(GRAMMAR_GROUPS.map(([name, bit]) => [lexicon.group('grammar', name), bit]));
    const maskOf = ({ groups }: Entry) => groups.reduce((mask, group) => mask | (bits.get(group) ?? 0), 0);
    this.#masks = Int32Array.from(lexicon.entries, maskOf);
    this.#alone = new Int32Array(lexicon.wordCount);
    this.#more = new Array<Alone | undefined>(lexicon.wordCount).fill(undefined);
  }

  find(words: Words, found: Found): Found {
    const { count, ids } = words;
    found.begin(count);
    const scan = this.#lexicon.scan(words);
    let ideographsUntil = 0;
    for (let from = 0; from < count; from++) {
      const word = ids[from] ?? -1;
      if (word < 0) found.beginWord(from, 0);
      else if (words.isIdeograph(from)) ideographsUntil = this.#takeLongest(scan, from, words, found, ideographsUntil);
      else if (scan.isAlone(from)) this.#takeAlone(scan, word, from, found);
      else this.#takeAll(scan, from, words, found);
    }
    return found;
  }

  #takeAlone(scan: Scan, word: number, from: number, found: Found): void {
    let bits = this.#alone[word] ?? 0;
    if (bits === 0) bits = this.#meet(scan, word);
    found.beginWord(from, bits & GRAMMAR_BITS);
    if ((bits & (VERB | OTHER)) === 0) return;
    const alone = this.#more[word];
    if (alone === undefined) return;
    if (alone.verb !== undefined) found.verbs[from] = { from, to: from + 1, entry: alone.verb };
    if ((bits & OTHER) !== 0) takeOthers(alone, from, found);
  }

  /** Learns what a word is alone. */
  #meet(scan: Scan, word: number): number {
    const entries = scan.entries.slice(0, scan.alone(word));
    let bits = MET;
    for (const { kind, number } of entries) if (kind === 'grammar') bits |= this.#masks[number] ?? 0;
    const alone = new Alone(entries, isVerbForm(this.#lexicon.forms(word)));
    if (alone.verb !== undefined) bits |= VERB;
    if (alone.others.length > 0) bits |= OTHER;
    if ((bits & (VERB | OTHER)) !== 0) this.#more[word] = alone;
    this.#alone[word] = bits;
    return bits;
  }

  #takeAll(scan: Scan, from: number, words: Words, found: Found): void {
    const entries = scan.at(from);
    found.beginWord(from, 0);
    for (let i = 0; i < entries; i++) this.#take(scan.entries[i], from, scan.ends[i] ?? 0, words, found);
  }

  /** Of ideographs, takes what no longer word before has had; gives the end of what was taken. */
  #takeLongest(scan: Scan, from: number, words: Words, found: Found, takenUntil: number): number {
    const entries = scan.at(from);
    let until = takenUntil;
    found.beginWord(from, 0);
    for (let i = 0; i < entries; i++) {
      const to = scan.ends[i] ?? 0;
      if (from < until && to <= until) continue;
      until = Math.max(until, to);
      this.#take(scan.entries[i], from, to, words, found);
    }
    return until;
  }

  #take(entry: Entry | undefined, from: number, to: number, { ids }: Words, found: Found): void {
    if (entry === undefined) return;
    if (entry.kind === 'verbs') found.verbs[from] ??= { from, to, entry };
    else if (entry.kind === 'grammar') found.grammar(from, to, this.#masks[entry.number] ?? 0);
    else if (entry.kind !== 'nouns' || !isVerbForm(this.#lexicon.forms(ids[to - 1] ?? -1)))
      found.other({ from, to, entry });
  }
}

/** `running` is no run: a noun shares its base form with a verb, and not the verb's other forms. */
function isVerbForm(forms: number): boolean {
  return (forms & (FORM.gerund | FORM.past)) !== 0 && (forms & (FORM.base | FORM.plural | FORM.third)) === 0;
}

function takeOthers({ others }: Alone, from: number, found: Found): void {
  for (let at = 0; at < others.length; at++) {
    const entry = others[at];
    if (entry !== undefined) found.other({ from, to: from + 1, entry });
  }
}

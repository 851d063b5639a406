import type { Place } from '../model/rule.ts';
import { CATEGORIES, type Category, type Finding } from '../model/verdict.ts';
import type { Entry } from './lexicon.ts';
import type { CompiledLook, LookTable } from './ruleset.ts';

/** One finding with what it weighs. */
export class Evidence {
  readonly look: CompiledLook;
  readonly place: Place;
  /** 0 where it is discounted. Evidence from elsewhere may make it less. */
  weight: number;
  readonly finding: Finding;
  /** Rests on a word that is a noun as often as a verb, or on a noun alone. */
  readonly doubtful: boolean;

  constructor(look: CompiledLook, place: Place, weight: number, finding: Finding, doubtful: boolean) {
    this.look = look;
    this.place = place;
    this.weight = weight;
    this.finding = finding;
    this.doubtful = doubtful;
  }
}

/** The bit of a category, told by its rank among `CATEGORIES`. */
const rankBit = (rank: number) => 1 << rank;

/** Bits of the ranks of categories. */
export function rankBits(categories: readonly Category[]): number {
  let bits = 0;
  for (const category of categories) bits |= rankBit(CATEGORIES.indexOf(category));
  return bits;
}

const READ = rankBits(['Read']);
/** What cannot be called back. */
const OUTGOING = rankBits(['Financial', 'Communication']);

/** Whether a look finds a reading. */
export const isReading = ({ rank }: CompiledLook) => rankBit(rank) === READ;

/** By the number of each verb's entry: the ranks of what it does at the head of a description without any noun, as bits. */
export function ranksAlone(verbs: LookTable): Int32Array {
  return Int32Array.from(verbs, (places) => {
    let ranks = 0;
    for (const { rank } of places?.get('lead')?.bare ?? []) if (rank >= 0) ranks |= rankBit(rank) & ~OUTGOING;
    return ranks;
  });
}

/**
 * `add` says less than `Adds two numbers`, and `delete_tag` less than `Removes a tag attachment`: where the
 * description names the object and so a milder act than its verb alone, the same act in the name counts half.
 * Of another verb only the object itself tells: a task that is removed from a project may well be gone. `verb` is
 * the one that heads the description, `named` that of the name; `milder` is made by `ranksAlone`.
 */
export function yieldToLead(
  evidence: readonly Evidence[],
  verb: Entry,
  named: Entry | undefined,
  milder: Int32Array,
): void {
  let alone = milder[verb.number] ?? 0;
  if (alone === 0) return;
  let told = false;
  for (let at = 0; at < evidence.length; at++) {
    const one = evidence[at];
    if (one === undefined || one.place !== 'lead' || one.weight === 0 || one.look.rank < 0) continue;
    // What is no more dangerous stays.
    alone &= rankBit(one.look.rank) - 1;
    told ||= named === verb || one.look.any >= 0;
  }
  if (told && alone !== 0) halveNames(evidence, alone);
}

/** Halves what the name says of some ranks, told by their bits, without knowing the object. */
function halveNames(evidence: readonly Evidence[], ranks: number): void {
  for (let at = 0; at < evidence.length; at++) {
    const one = evidence[at];
    if (one === undefined || one.place !== 'name' || one.look.specific || one.look.rank < 0) continue;
    if ((ranks & rankBit(one.look.rank)) !== 0) one.weight /= 2;
  }
}

/** What one place says doubtfully counts half where the other says something else plainly, with its `full` weight. */
export function weighDoubts(evidence: readonly Evidence[], place: Place, other: Place, full: number): void {
  let plain = 0;
  for (let at = 0; at < evidence.length; at++) {
    const one = evidence[at];
    if (one === undefined || one.place !== other || one.doubtful || one.weight < full || one.look.rank < 0) continue;
    plain |= rankBit(one.look.rank);
  }
  if (plain === 0) return;
  const reads = (plain & READ) !== 0;
  // What a name says counts on beside a plain change: `kubectl_rollout` manages by running.
  if (place === 'name' && !reads) return;
  halveDoubts(evidence, place, reads ? plain : plain | OUTGOING);
}

/** Halves what one place says doubtfully, but for ranks that are told by their bits. */
function halveDoubts(evidence: readonly Evidence[], place: Place, kept: number): void {
  for (let at = 0; at < evidence.length; at++) {
    const one = evidence[at];
    if (one === undefined || one.place !== place || !one.doubtful || one.look.rank < 0) continue;
    if ((kept & rankBit(one.look.rank)) === 0) one.weight /= 2;
  }
}

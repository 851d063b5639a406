import type { CategoryTable, Place } from '../model/rule.ts';
import { CATEGORIES, type Category } from '../model/verdict.ts';
import type { Evidence } from './evidence.ts';

/** What was decided, and how sure it is. */
export interface Decision {
  readonly category: Category;
  /** 0 to 1, two decimals. */
  readonly confidence: number;
}

/** The table of categories, with its lines of confidence all of one shape. */
export interface Scale {
  readonly places: CategoryTable['places'];
  readonly share: number;
  readonly least: number;
  readonly unknown: number;
  readonly lines: readonly Line[];
}

/** One line of confidence. A condition that the table leaves out always holds. */
interface Line {
  /** Bits of the ranks of its categories. */
  readonly ranks: number;
  readonly atLeast: number;
  readonly places: number;
  readonly against: number;
  /** Places of which one must speak for it; undefined for no such condition. */
  readonly from: readonly Place[] | undefined;
  readonly confidence: number;
}

/** Fills in the lines of the table. */
export function compileScale({ places, share, least, unknown, confidence: lines }: CategoryTable): Scale {
  return {
    places,
    share,
    least,
    unknown,
    lines: lines.map(({ when, confidence }) => ({
      ranks: bitsOf(when.category ?? CATEGORIES),
      atLeast: when.atLeast ?? 0,
      places: when.places ?? 0,
      against: when.against ?? Number.POSITIVE_INFINITY,
      from: when.from,
      confidence,
    })),
  };
}

function bitsOf(categories: readonly Category[]): number {
  let bits = 0;
  for (const category of categories) bits |= 1 << CATEGORIES.indexOf(category);
  return bits;
}

/** How much further evidence from another place adds to the heaviest, as a share of its weight. */
const ADDED_SHARE = 0.3;

/** What speaks for one category. The lists run beside each other; there are few places. */
class Tally {
  /** Rank of the category among `CATEGORIES`. */
  readonly rank: number;
  readonly places: Place[] = [];
  /** Heaviest evidence from each place. */
  readonly weights: number[] = [];
  /** Highest confidence that its rules allow. */
  ceiling = 0;
  /** Weight of everything together, once all evidence is in. */
  weight = 0;

  constructor(rank: number) {
    this.rank = rank;
  }

  add(place: Place, weight: number, ceiling: number): void {
    if (ceiling > this.ceiling) this.ceiling = ceiling;
    const at = this.places.indexOf(place);
    if (at < 0) {
      this.places.push(place);
      this.weights.push(weight);
    } else if (weight > (this.weights[at] ?? 0)) this.weights[at] = weight;
  }

  weigh(): void {
    let most = 0;
    let sum = 0;
    for (let at = 0; at < this.weights.length; at++) {
      const weight = this.weights[at] ?? 0;
      if (weight > most) most = weight;
      sum += weight;
    }
    this.weight = most + ADDED_SHARE * (sum - most);
  }
}

/**
 * Weighs evidence: each category weighs what its heaviest evidence weighs and a share of the heaviest from every other
 * place. The most dangerous category that reaches a share of the heaviest one wins; without any it is `Unknown`.
 */
export function decide(evidence: readonly Evidence[], scale: Scale): Decision {
  const tallies = talliesOf(evidence);
  let top = 0;
  for (let at = 0; at < tallies.length; at++) top = Math.max(top, tallies[at]?.weight ?? 0);
  const won = mostDangerous(tallies, Math.max(scale.least, top * scale.share));
  const category = won === undefined ? undefined : CATEGORIES[won.rank];
  if (won === undefined || category === undefined) return { category: 'Unknown', confidence: scale.unknown };
  return { category, confidence: confidenceOf(won, tallies, scale) };
}

function talliesOf(evidence: readonly Evidence[]): readonly Tally[] {
  const tallies: Tally[] = [];
  for (let at = 0; at < evidence.length; at++) {
    const one = evidence[at];
    if (one === undefined || one.look.rank < 0 || one.weight === 0) continue;
    tallyOf(tallies, one.look.rank).add(one.place, one.weight, one.look.ceiling);
  }
  for (let at = 0; at < tallies.length; at++) tallies[at]?.weigh();
  return tallies;
}

function tallyOf(tallies: Tally[], rank: number): Tally {
  for (let at = 0; at < tallies.length; at++) {
    const tally = tallies[at];
    if (tally?.rank === rank) return tally;
  }
  const tally = new Tally(rank);
  tallies.push(tally);
  return tally;
}

/** Of those that weigh enough, the one that stands first among `CATEGORIES`. */
function mostDangerous(tallies: readonly Tally[], enough: number): Tally | undefined {
  let won: Tally | undefined;
  for (let at = 0; at < tallies.length; at++) {
    const tally = tallies[at];
    if (tally === undefined || tally.weight < enough) continue;
    if (won === undefined || tally.rank < won.rank) won = tally;
  }
  return won;
}

/** The first line of the table that fits, and no more than the rules of the category allow. */
function confidenceOf(won: Tally, tallies: readonly Tally[], { least, lines, unknown }: Scale): number {
  let against = 0;
  for (let at = 0; at < tallies.length; at++) {
    const tally = tallies[at];
    if (tally === undefined || tally === won || tally.weight < least) continue;
    against = Math.max(against, tally.weight / won.weight);
  }
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (line !== undefined && fits(line, won, against)) return Math.min(line.confidence, won.ceiling);
  }
  return Math.min(unknown, won.ceiling);
}

function fits(line: Line, won: Tally, against: number): boolean {
  if ((line.ranks & (1 << won.rank)) === 0 || against > line.against) return false;
  if (won.weight < line.atLeast || won.places.length < line.places) return false;
  const { from } = line;
  return from === undefined || won.places.some((place) => from.includes(place));
}

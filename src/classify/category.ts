import type { CategoryTable, Place } from '../model/rule.ts';
import { CATEGORIES, type Category } from '../model/verdict.ts';
import type { Evidence } from './evidence.ts';

/** What was decided, and how sure it is. */
export interface Decision {
  readonly category: Category;
  /** 0 to 1, two decimals. */
  readonly confidence: number;
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
    this.ceiling = Math.max(this.ceiling, ceiling);
    const at = this.places.indexOf(place);
    if (at >= 0) {
      this.weights[at] = Math.max(this.weights[at] ?? 0, weight);
      return;
    }
    this.places.push(place);
    this.weights.push(weight);
  }

  weigh(): number {
    let most = 0;
    let sum = 0;
    for (const weight of this.weights) {
      most = Math.max(most, weight);
      sum += weight;
    }
    this.weight = most + ADDED_SHARE * (sum - most);
    return this.weight;
  }
}

/**
 * Weighs evidence: each category weighs what its heaviest evidence weighs and a share of the heaviest from every other
 * place. The most dangerous category that reaches a share of the heaviest one wins; without any it is `Unknown`.
 */
export function decide(evidence: readonly Evidence[], table: CategoryTable): Decision {
  const tallies = talliesOf(evidence);
  let top = 0;
  for (const tally of tallies) if (tally.weigh() >= table.least) top = Math.max(top, tally.weight);
  let won: Tally | undefined;
  for (const tally of tallies) {
    if (tally.weight < table.least || tally.weight < top * table.share) continue;
    if (won === undefined || tally.rank < won.rank) won = tally;
  }
  const category = won === undefined ? undefined : CATEGORIES[won.rank];
  if (won === undefined || category === undefined) return { category: 'Unknown', confidence: table.unknown };
  return { category, confidence: confidenceOf(won, category, tallies, table) };
}

function talliesOf(evidence: readonly Evidence[]): readonly Tally[] {
  const tallies: Tally[] = [];
  for (const { look, place, weight } of evidence) {
    if (look.rank < 0 || weight === 0) continue;
    let tally = tallyOf(tallies, look.rank);
    if (tally === undefined) {
      tally = new Tally(look.rank);
      tallies.push(tally);
    }
    tally.add(place, weight, look.rule.confidence ?? 1);
  }
  return tallies;
}

function tallyOf(tallies: readonly Tally[], rank: number): Tally | undefined {
  for (const tally of tallies) if (tally.rank === rank) return tally;
  return undefined;
}

/** The first line of the table that fits, and no more than the rules of the category allow. */
function confidenceOf(won: Tally, category: Category, tallies: readonly Tally[], table: CategoryTable): number {
  let against = 0;
  for (const tally of tallies) {
    if (tally !== won && tally.weight >= table.least) against = Math.max(against, tally.weight / won.weight);
  }
  for (const { when, confidence } of table.confidence) {
    if (when.category !== undefined && !when.category.includes(category)) continue;
    if (when.atLeast !== undefined && won.weight < when.atLeast) continue;
    if (when.places !== undefined && won.places.length < when.places) continue;
    if (when.against !== undefined && against > when.against) continue;
    if (when.from !== undefined && !won.places.some((place) => when.from?.includes(place))) continue;
    return Math.min(confidence, won.ceiling);
  }
  return Math.min(table.unknown, won.ceiling);
}

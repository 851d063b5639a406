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
  readonly category: Category;
  readonly places: Place[] = [];
  /** Heaviest evidence from each place. */
  readonly weights: number[] = [];
  /** Highest confidence that its rules allow. */
  ceiling = 0;
  /** Weight of everything together, once all evidence is in. */
  weight = 0;

  constructor(category: Category) {
    this.category = category;
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
  const tallies = talliesOf(evidence).filter((tally) => tally.weigh() >= table.least);
  let top = 0;
  for (const tally of tallies) top = Math.max(top, tally.weight);
  let won: Tally | undefined;
  for (const tally of tallies) {
    if (tally.weight < top * table.share) continue;
    if (won === undefined || CATEGORIES.indexOf(tally.category) < CATEGORIES.indexOf(won.category)) won = tally;
  }
  if (won === undefined) return { category: 'Unknown', confidence: table.unknown };
  return { category: won.category, confidence: confidenceOf(won, tallies, table) };
}

function talliesOf(evidence: readonly Evidence[]): readonly Tally[] {
  const tallies: Tally[] = [];
  for (const { look, place, weight } of evidence) {
    const { category, confidence } = look.rule;
    if (category === undefined || weight === 0) continue;
    let tally = tallies.find((one) => one.category === category);
    if (tally === undefined) {
      tally = new Tally(category);
      tallies.push(tally);
    }
    tally.add(place, weight, confidence ?? 1);
  }
  return tallies;
}

function confidenceOf(won: Tally, tallies: readonly Tally[], table: CategoryTable): number {
  let against = 0;
  for (const tally of tallies) if (tally !== won) against = Math.max(against, tally.weight / won.weight);
  const line = table.confidence.find(({ when }) => {
    if (when.category !== undefined && !when.category.includes(won.category)) return false;
    if (when.atLeast !== undefined && won.weight < when.atLeast) return false;
    if (when.places !== undefined && won.places.length < when.places) return false;
    if (when.from !== undefined && !when.from.some((place) => won.places.includes(place))) return false;
    return when.against === undefined || against <= when.against;
  });
  return Math.min(line?.confidence ?? table.unknown, won.ceiling);
}

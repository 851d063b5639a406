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

interface Tally {
  readonly weight: number;
  readonly places: ReadonlySet<Place>;
  /** Highest confidence that its rules allow. */
  readonly ceiling: number;
}

/**
 * Weighs evidence: each category weighs what its heaviest evidence weighs and a share of the heaviest from every other
 * place. The most dangerous category that reaches a share of the heaviest one wins; without any it is `Unknown`.
 */
export function decide(evidence: readonly Evidence[], table: CategoryTable): Decision {
  const tallies = new Map<Category, Tally>();
  for (const [category, draft] of draftsOf(evidence)) {
    const tally = tallyOf(draft);
    if (tally.weight >= table.least) tallies.set(category, tally);
  }
  const top = Math.max(0, ...[...tallies.values()].map((tally) => tally.weight));
  const category = CATEGORIES.find((one) => (tallies.get(one)?.weight ?? 0) >= top * table.share && tallies.has(one));
  if (category === undefined) return { category: 'Unknown', confidence: table.unknown };
  return { category, confidence: confidenceOf(category, tallies, table) };
}

interface Draft {
  readonly byPlace: Map<Place, number>;
  ceiling: number;
}

/** Heaviest evidence of each category by place, in one pass. */
function draftsOf(evidence: readonly Evidence[]): ReadonlyMap<Category, Draft> {
  const drafts = new Map<Category, Draft>();
  for (const { look, place, weight } of evidence) {
    const { category, confidence } = look.rule;
    if (category === undefined || weight === 0) continue;
    let draft = drafts.get(category);
    if (draft === undefined) {
      draft = { byPlace: new Map(), ceiling: 0 };
      drafts.set(category, draft);
    }
    draft.ceiling = Math.max(draft.ceiling, confidence ?? 1);
    draft.byPlace.set(place, Math.max(draft.byPlace.get(place) ?? 0, weight));
  }
  return drafts;
}

function tallyOf({ byPlace, ceiling }: Draft): Tally {
  let most = 0;
  let sum = 0;
  for (const weight of byPlace.values()) {
    most = Math.max(most, weight);
    sum += weight;
  }
  return { weight: most + ADDED_SHARE * (sum - most), places: new Set(byPlace.keys()), ceiling };
}

function confidenceOf(category: Category, tallies: ReadonlyMap<Category, Tally>, table: CategoryTable): number {
  const won = tallies.get(category);
  if (won === undefined) return table.unknown;
  let against = 0;
  for (const [other, tally] of tallies) if (other !== category) against = Math.max(against, tally.weight / won.weight);
  const line = table.confidence.find(({ when }) => {
    if (when.category !== undefined && !when.category.includes(category)) return false;
    if (when.atLeast !== undefined && won.weight < when.atLeast) return false;
    if (when.places !== undefined && won.places.size < when.places) return false;
    if (when.from !== undefined && !when.from.some((place) => won.places.has(place))) return false;
    return when.against === undefined || against <= when.against;
  });
  return Math.min(line?.confidence ?? table.unknown, won.ceiling);
}

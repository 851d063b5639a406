import type { CategoryTable, Place } from '../model/rule.ts';
import { CATEGORIES, type Category } from '../model/verdict.ts';
import { type Evidence, rankBits } from './evidence.ts';

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
  /** What a capability implies where nothing else tells the category. */
  readonly implied: ReadonlyMap<string, Decision>;
  readonly unknown: number;
  readonly lines: readonly Line[];
  /** Room in which evidence is weighed. */
  readonly tallies: Tallies;
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
export function compileScale(table: CategoryTable): Scale {
  const { places, share, least, unknown, confidence: lines } = table;
  return {
    places,
    share,
    least,
    implied: impliedOf(table),
    unknown,
    tallies: new Tallies(Object.keys(places)),
    lines: lines.map(({ when, confidence }) => ({
      ranks: rankBits(when.category ?? CATEGORIES),
      atLeast: when.atLeast ?? 0,
      places: when.places ?? 0,
      against: when.against ?? Number.POSITIVE_INFINITY,
      from: when.from,
      confidence,
    })),
  };
}

/** The first line of the table that names a capability decides it. */
function impliedOf({ implied, impliedConfidence: confidence }: CategoryTable): ReadonlyMap<string, Decision> {
  const decisions = new Map<string, Decision>();
  for (const { capabilities, category } of implied) {
    for (const one of capabilities) if (!decisions.has(one)) decisions.set(one, { category, confidence });
  }
  return decisions;
}

/** How much further evidence from another place adds to the heaviest, as a share of its weight. */
const ADDED_SHARE = 0.3;

/**
 * What speaks for each category, told by its rank among `CATEGORIES`, in flat lists that are used again for each
 * decision: they hold nothing that lasts.
 */
export class Tallies {
  /** Bits of the ranks that anything speaks for. What the lists hold of other ranks is old. */
  ranks = 0;
  /** By rank: how many places speak for it. */
  readonly counts = new Uint8Array(CATEGORIES.length);
  /** By rank: the highest confidence that its rules allow. */
  readonly ceilings = new Float64Array(CATEGORIES.length);
  /** By rank: the weight of everything together, once `weigh` was called. */
  readonly totals = new Float64Array(CATEGORIES.length);
  /** By rank, one for each place: the numbers of those places in the order in which they came, and the heaviest evidence from each. */
  readonly #places: Uint8Array;
  readonly #weights: Float64Array;
  readonly #names: readonly string[];
  /** Numbers that these lists have for each category. */
  readonly #room: number;

  /** `names` are all places. */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#room = names.length;
    this.#places = new Uint8Array(CATEGORIES.length * names.length);
    this.#weights = new Float64Array(CATEGORIES.length * names.length);
  }

  add(rank: number, place: Place, weight: number, ceiling: number): void {
    if ((this.ranks & (1 << rank)) === 0) {
      this.ranks |= 1 << rank;
      this.counts[rank] = 0;
      this.ceilings[rank] = 0;
    }
    if (ceiling > (this.ceilings[rank] ?? 0)) this.ceilings[rank] = ceiling;
    const at = this.#placeOf(rank, this.#names.indexOf(place));
    if (weight > (this.#weights[at] ?? 0)) this.#weights[at] = weight;
  }

  /** Where the weight of a place stands, which is new where nothing of that place came before. */
  #placeOf(rank: number, place: number): number {
    const from = rank * this.#room;
    const end = from + (this.counts[rank] ?? 0);
    let at = from;
    while (at < end && this.#places[at] !== place) at++;
    if (at < end) return at;
    this.counts[rank] = end - from + 1;
    this.#places[at] = place;
    this.#weights[at] = 0;
    return at;
  }

  /** Adds up what speaks for a category. */
  weigh(rank: number): number {
    const from = rank * this.#room;
    const end = from + (this.counts[rank] ?? 0);
    let most = 0;
    let sum = 0;
    for (let at = from; at < end; at++) {
      const weight = this.#weights[at] ?? 0;
      if (weight > most) most = weight;
      sum += weight;
    }
    const total = most + ADDED_SHARE * (sum - most);
    this.totals[rank] = total;
    return total;
  }

  /** Whether any of some places speaks for a category. */
  hasAny(rank: number, places: readonly string[]): boolean {
    const from = rank * this.#room;
    const end = from + (this.counts[rank] ?? 0);
    for (let at = from; at < end; at++) if (places.includes(this.#names[this.#places[at] ?? 0] ?? '')) return true;
    return false;
  }
}

/**
 * Weighs evidence: each category weighs what its heaviest evidence weighs and a share of the heaviest from every other
 * place. The most dangerous category that reaches a share of the heaviest one wins; without any a capability may imply one,
 * else it is `Unknown`.
 */
export function decide(evidence: readonly Evidence[], scale: Scale): Decision {
  const { tallies, least } = scale;
  tallies.ranks = 0;
  for (let at = 0; at < evidence.length; at++) {
    const one = evidence[at];
    if (one === undefined || one.look.rank < 0 || one.weight === 0) continue;
    tallies.add(one.look.rank, one.place, one.weight, one.look.ceiling);
  }
  let top = 0;
  for (let rank = 0; rank < CATEGORIES.length; rank++) {
    if ((tallies.ranks & (1 << rank)) !== 0) top = Math.max(top, tallies.weigh(rank));
  }
  const won = mostDangerous(tallies, Math.max(least, top * scale.share));
  const category = CATEGORIES[won];
  if (category === undefined) return impliedBy(evidence, scale);
  return { category, confidence: confidenceOf(won, scale) };
}

/** `delete_permission_group`: that access changes is plain, though not whether anything is lost. */
function impliedBy(evidence: readonly Evidence[], { implied, unknown }: Scale): Decision {
  for (let at = 0; at < evidence.length; at++) {
    const one = evidence[at];
    const decision = one === undefined || one.weight === 0 ? undefined : implied.get(one.finding.capability);
    if (decision !== undefined) return decision;
  }
  return { category: 'Unknown', confidence: unknown };
}

/** Of the categories that weigh enough, the rank of the first one; -1 where there is none. */
function mostDangerous({ ranks, totals }: Tallies, enough: number): number {
  for (let rank = 0; rank < totals.length; rank++) {
    if ((ranks & (1 << rank)) !== 0 && (totals[rank] ?? 0) >= enough) return rank;
  }
  return -1;
}

/** The first line of the table that fits, and no more than the rules of the category allow. */
function confidenceOf(won: number, { tallies, least, lines, unknown }: Scale): number {
  const { ranks, totals, ceilings } = tallies;
  const weight = totals[won] ?? 0;
  let against = 0;
  for (let rank = 0; rank < totals.length; rank++) {
    const other = totals[rank] ?? 0;
    if (rank !== won && (ranks & (1 << rank)) !== 0 && other >= least) against = Math.max(against, other / weight);
  }
  const ceiling = ceilings[won] ?? 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (line !== undefined && fits(line, won, weight, against, tallies)) return Math.min(line.confidence, ceiling);
  }
  return Math.min(unknown, ceiling);
}

function fits(line: Line, won: number, weight: number, against: number, tallies: Tallies): boolean {
  if ((line.ranks & (1 << won)) === 0 || against > line.against) return false;
  if (weight < line.atLeast || (tallies.counts[won] ?? 0) < line.places) return false;
  return line.from === undefined || tallies.hasAny(won, line.from);
}

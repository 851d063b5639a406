import type { RankOf } from './token-ranks.ts';

/** Longest piece that is merged by looking at all of it again and again: simplest, and quickest for most. */
const SHORT = 128;

/** Tokens of a stretch that is no token itself: of neighbours those with the lowest rank become one, until none have a rank. */
export function mergedTokens(rankOf: RankOf, text: string, from: number, to: number): number {
  return to - from > SHORT ? mergeLong(rankOf, text, from, to) : mergeShort(rankOf, text, from, to);
}

function mergeShort(rankOf: RankOf, text: string, from: number, to: number): number {
  const ends = Array.from({ length: to - from }, (_, i) => from + i + 1);
  const rankAt = (i: number): number => {
    const end = ends[i + 1];
    return end === undefined ? -1 : rankOf(text, i === 0 ? from : (ends[i - 1] ?? from), end);
  };
  const joined = ends.map((_, i) => rankAt(i));
  for (;;) {
    let lowest = -1;
    for (let i = 0; i < joined.length; i++) {
      const rank = joined[i] ?? -1;
      if (rank >= 0 && (lowest < 0 || rank < (joined[lowest] ?? -1))) lowest = i;
    }
    if (lowest < 0) return ends.length;
    ends.splice(lowest, 1);
    joined.splice(lowest, 1);
    joined[lowest] = rankAt(lowest);
    if (lowest > 0) joined[lowest - 1] = rankAt(lowest - 1);
  }
}

/** Ranks are below this, and so are places: one number holds both, and sorts by rank, then by place. */
const PLACES = 2 ** 32;

/** The same with a heap of pairs, so that the time grows hardly faster than the length. */
function mergeLong(rankOf: RankOf, text: string, from: number, to: number): number {
  const length = to - from;
  /** Where the part that begins at a place ends, and where the one before it begins; by place from `from`. */
  const ends = Int32Array.from({ length }, (_, i) => i + 1);
  const before = Int32Array.from({ length }, (_, i) => i - 1);
  /** Rank of a part joined with the next one; -1 where that is no token, or the part is no more. */
  const ranks = new Int32Array(length).fill(-1);
  const heap = new NumberHeap();
  const look = (at: number) => {
    const next = ends[at] ?? length;
    const rank = next >= length ? -1 : rankOf(text, from + at, from + (ends[next] ?? length));
    ranks[at] = rank;
    if (rank >= 0) heap.add(rank * PLACES + at);
  };
  for (let at = 0; at < length; at++) look(at);
  let parts = length;
  for (let top = heap.take(); top !== undefined; top = heap.take()) {
    const at = top % PLACES;
    if (ranks[at] !== Math.floor(top / PLACES)) continue;
    const gone = ends[at] ?? length;
    const end = ends[gone] ?? length;
    ends[at] = end;
    ranks[gone] = -1;
    if (end < length) before[end] = at;
    parts--;
    look(at);
    const previous = before[at] ?? -1;
    if (previous >= 0) look(previous);
  }
  return parts;
}

/** The smallest of numbers first. */
class NumberHeap {
  readonly #numbers: number[] = [];

  add(number: number): void {
    const list = this.#numbers;
    let at = list.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = list[parent] ?? number;
      if (above <= number) break;
      list[at] = above;
      at = parent;
    }
    list[at] = number;
  }

  take(): number | undefined {
    const list = this.#numbers;
    const top = list[0];
    const last = list.pop();
    if (last === undefined || list.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= list.length) break;
      if ((list[child + 1] ?? Number.POSITIVE_INFINITY) < (list[child] ?? 0)) child++;
      const below = list[child] ?? last;
      if (below >= last) break;
      list[at] = below;
      at = child;
    }
    list[at] = last;
    return top;
  }
}

/** Hosts that are remembered; the one that was idle longest goes first. */
const MAX_HOSTS = 2_048;

/** How many of the oldest are looked at for one that is idle. */
const EVICT_LOOK = 16;

/** Notes an entry as the newest one. */
export function touch<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
}

/** Drops one entry past the bound: the oldest of a few that may go, else the oldest. A dropped queue still runs its tasks. */
export function evict<T>(map: Map<string, T>, mayGo: (value: T) => boolean): void {
  if (map.size <= MAX_HOSTS) return;
  const oldest = [...take(map, EVICT_LOOK)];
  const [key] = oldest.find(([, value]) => mayGo(value)) ?? oldest[0] ?? [];
  if (key !== undefined) map.delete(key);
}

function* take<T>(map: ReadonlyMap<string, T>, count: number): Generator<readonly [string, T]> {
  let left = count;
  for (const entry of map) {
    if (left === 0) return;
    left -= 1;
    yield entry;
  }
}

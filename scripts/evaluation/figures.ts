/** A share with its count and its 95 % Wilson interval. */
export interface Share {
  readonly hits: number;
  readonly of: number;
  /** 0 to 1; undefined where `of` is 0. */
  readonly share: number | undefined;
  readonly low: number;
  readonly high: number;
}

const Z = 1.96;

/** Counts a share. */
export function share(hits: number, of: number): Share {
  if (of === 0) return { hits, of, share: undefined, low: 0, high: 1 };
  const p = hits / of;
  const base = 1 + (Z * Z) / of;
  const centre = (p + (Z * Z) / (2 * of)) / base;
  const spread = (Z * Math.sqrt((p * (1 - p)) / of + (Z * Z) / (4 * of * of))) / base;
  return { hits, of, share: p, low: Math.max(0, centre - spread), high: Math.min(1, centre + spread) };
}

/** Counts how many rows fit. */
export function shareOf<Row>(rows: readonly Row[], fits: (row: Row) => boolean): Share {
  return share(rows.filter(fits).length, rows.length);
}

/** `97.2 % (350 of 360, 95.0 to 98.5)`. */
export function printShare({ hits, of, share: value, low, high }: Share): string {
  if (value === undefined) return 'no rows';
  return `${percent(value)} % (${hits} of ${of}, ${percent(low)} to ${percent(high)})`;
}

/** A share for the line of JSON: four decimals. */
export function jsonShare({ hits, of, share: value, low, high }: Share) {
  const round = (number: number) => Math.round(number * 10_000) / 10_000;
  return { hits, of, ...(value === undefined ? {} : { share: round(value) }), low: round(low), high: round(high) };
}

const percent = (value: number) => (100 * value).toFixed(1);

/** Rows by a key, in the order of the first of each. */
export function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = key(row);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}

/** Arithmetic mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

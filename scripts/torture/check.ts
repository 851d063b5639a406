import { openCatalogue } from '../../src/store/catalogue.ts';

/** One visit that a child acknowledged before it died. */
export interface Acknowledged {
  readonly lease: number;
  readonly locator: string;
  readonly outcome: string;
}

/** What is wrong with a catalogue, counted. All zero and `ok` is what is promised. */
export interface Findings {
  /** Acknowledged visits that are not there, or not as acknowledged. */
  readonly lost: number;
  /** Visits, tools or changes that are there twice; breaks in the chain of changes of a tool. */
  readonly duplicated: number;
  readonly integrity: string;
}

interface ChangeRow {
  readonly server_id: string;
  readonly tool_name: string;
  readonly from_hash: string | null;
  readonly to_hash: string | null;
}

/** Compares a catalogue with what was acknowledged. */
export function checkCatalogue(path: string, acknowledged: readonly Acknowledged[]): Findings {
  const catalogue = openCatalogue(path, { mode: 'read', now: () => 0 });
  try {
    const { sql } = catalogue;
    const count = (query: string) => sql.get<{ n: number }>(query)?.n ?? 0;
    const integrity = String(sql.handle.pragma('integrity_check(1)', { simple: true }));
    const foreign = sql.all('PRAGMA foreign_key_check').length;
    const lost = acknowledged.filter((one) => {
      const row = sql.get<{ locator: string; outcome: string }>(
        'SELECT locator, outcome FROM visits WHERE lease = :lease',
        { lease: one.lease },
      );
      return row?.locator !== one.locator || row.outcome !== one.outcome;
    }).length;
    const duplicated =
      count('SELECT count(*) - count(DISTINCT lease) AS n FROM visits') +
      count("SELECT count(*) - count(DISTINCT server_id || '#' || name) AS n FROM tools") +
      Math.abs(count('SELECT count(*) AS n FROM tools') - count('SELECT count(*) AS n FROM verdicts')) +
      Math.abs(count('SELECT count(*) AS n FROM tools') - count('SELECT count(*) AS n FROM tools_fts')) +
      foreign +
      brokenChains(
        sql.all<ChangeRow>(
          "SELECT server_id, tool_name, from_hash, to_hash FROM changes WHERE what = 'changed' ORDER BY change",
        ),
        (key) => {
          const [server = '', name = ''] = key.split('\n');
          return catalogue.tool(server, name)?.definitionHash;
        },
      );
    return { lost, duplicated, integrity };
  } finally {
    catalogue.close();
  }
}

/** A change that was written twice, or not at all, does not begin where the one before it ended. */
function brokenChains(changes: readonly ChangeRow[], current: (key: string) => string | undefined): number {
  const last = new Map<string, string | null>();
  let broken = 0;
  for (const change of changes) {
    const key = `${change.server_id}\n${change.tool_name}`;
    const before = last.get(key);
    if (before !== undefined && before !== change.from_hash) broken += 1;
    last.set(key, change.to_hash);
  }
  for (const [key, hash] of last) if (current(key) !== hash) broken += 1;
  return broken;
}

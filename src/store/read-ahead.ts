import type { ServerId } from '../model/id.ts';
import { type ListedThreat, neighboursOf, serversBeside } from './catalogue-threats.ts';
import type { Sql } from './sql.ts';
import { stampsOf } from './stamps.ts';

/** What the pages of a server are made of, besides its record and its tools. */
export interface ServerFacts {
  /** Another text whenever a current tool of it or a change of it is. */
  readonly stamp: string;
  /** What it tells the model about itself. */
  readonly instructions: string | undefined;
  /** Threats of its tools that show only beside other tools: tool name → threats in order. */
  readonly neighbours: ReadonlyMap<string, readonly ListedThreat[]>;
}

/** Servers that are read at once: a bound for memory. */
const AHEAD = 128;

/**
 * Makes the function that tells the facts of a server, by its canonical id. It reads those of the next servers too, so
 * that to ask for all of them in ascending order takes half the time of asking for each; what is written meanwhile may
 * be seen by the next reader only.
 */
export function makeFactsReader(sql: Sql): (serverId: ServerId) => ServerFacts {
  let known: ReadonlyMap<ServerId, ServerFacts> = new Map();
  let beside: ReadonlySet<ServerId> | undefined;
  return (serverId) => {
    beside ??= serversBeside(sql);
    if (!known.has(serverId)) known = factsFrom(sql, serverId, beside);
    return known.get(serverId) ?? NOBODY;
  };
}

const NOBODY: ServerFacts = { stamp: '', instructions: undefined, neighbours: new Map() };

function factsFrom(sql: Sql, from: ServerId, beside: ReadonlySet<ServerId>): ReadonlyMap<ServerId, ServerFacts> {
  const rows = sql.all<{ server_id: ServerId; instructions: string | null }>(
    `SELECT server_id, instructions FROM servers WHERE server_id >= :from ORDER BY server_id LIMIT ${AHEAD}`,
    { from },
  );
  const stamps = stampsOf(sql, from, rows[rows.length - 1]?.server_id ?? from);
  return new Map(
    rows.map(({ server_id: id, instructions }) => [
      id,
      {
        stamp: stamps.get(id) ?? NOBODY.stamp,
        instructions: instructions ?? undefined,
        neighbours: beside.has(id) ? neighboursOf(sql, id) : NOBODY.neighbours,
      },
    ]),
  );
}

import type { Advisory } from '../model/advisory.ts';
import type { ServerId } from '../model/id.ts';
import { type Sql, storable } from './sql.ts';

/** A server as advisories are looked up for it. */
export interface AdvisedServer {
  /** Its canonical id, then its aliases. */
  readonly ids: readonly [ServerId, ...ServerId[]];
  /** As it was read last. */
  readonly version: string | undefined;
}

/** Servers that are read at once. */
const PAGE = 5_000;

/**
 * Stores what is published of the packages of every server, in pages between which the event loop runs; rows that are
 * right stay untouched. A signal ends it after a page.
 *
 * @returns how many advisories are stored of the servers that were looked at
 */
export async function storeAdvisories(
  sql: Sql,
  find: (server: AdvisedServer) => readonly Advisory[],
  signal?: AbortSignal,
): Promise<number> {
  let stored = 0;
  let after = '';
  while (signal?.aborted !== true) {
    const servers = serversAfter(sql, after);
    const last = servers[servers.length - 1];
    if (last === undefined) break;
    const known = advisoriesBetween(sql, after, last.ids[0]);
    sql.handle.transaction(() => {
      for (const server of servers) {
        const rows = find(server)
          .map(rowOf)
          .sort((a, b) => (a.cve < b.cve ? -1 : 1));
        stored += rows.length;
        const [serverId] = server.ids;
        if (JSON.stringify(rows) !== JSON.stringify(known.get(serverId) ?? [])) replace(sql, serverId, rows);
      }
    })();
    after = last.ids[0];
    await new Promise((resolve) => setImmediate(resolve));
  }
  return stored;
}

function serversAfter(sql: Sql, after: string): readonly AdvisedServer[] {
  const rows = sql.all<{ server_id: ServerId; version: string | null }>(
    `SELECT server_id, version FROM servers WHERE server_id > :after ORDER BY server_id LIMIT ${PAGE}`,
    { after },
  );
  const last = rows[rows.length - 1];
  if (last === undefined) return [];
  const aliases = new Map<string, ServerId[]>();
  for (const { id, server_id } of sql.all<{ id: ServerId; server_id: string }>(
    'SELECT id, server_id FROM server_aliases WHERE server_id > :after AND server_id <= :last ORDER BY server_id, id',
    { after, last: last.server_id },
  )) {
    const known = aliases.get(server_id);
    if (known === undefined) aliases.set(server_id, [id]);
    else known.push(id);
  }
  return rows.map(({ server_id, version }) => ({
    ids: [server_id, ...(aliases.get(server_id) ?? [])],
    version: version ?? undefined,
  }));
}

interface Row {
  readonly cve: string;
  readonly state: Advisory['state'];
  readonly severity: string | null;
  readonly title: string;
  readonly affected: string | null;
  readonly fixed: string | null;
  readonly url: string;
}

function rowOf({ id, state, severity, title, affected, fixed, url }: Advisory): Row {
  return {
    ...{ cve: id, state, severity: severity ?? null, title: storable(title) },
    ...{ affected: affected ?? null, fixed: fixed ?? null, url: storable(url) },
  };
}

const COLUMNS = 'cve, state, severity, title, affected, fixed, url';

function advisoriesBetween(sql: Sql, after: string, last: string): ReadonlyMap<string, readonly Row[]> {
  const byServer = new Map<string, Row[]>();
  for (const { server_id, ...row } of sql.all<Row & { server_id: string }>(
    `SELECT server_id, ${COLUMNS} FROM advisories
     WHERE server_id > :after AND server_id <= :last ORDER BY server_id, cve`,
    { after, last },
  )) {
    const known = byServer.get(server_id);
    if (known === undefined) byServer.set(server_id, [row]);
    else known.push(row);
  }
  return byServer;
}

function replace(sql: Sql, server: string, rows: readonly Row[]): void {
  sql.run('DELETE FROM advisories WHERE server_id = :server', { server });
  for (const row of rows)
    sql.run(
      `INSERT INTO advisories (server_id, ${COLUMNS})
       VALUES (:server, :cve, :state, :severity, :title, :affected, :fixed, :url)`,
      { server, ...row },
    );
}

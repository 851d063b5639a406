import { SERVER_KINDS, type ServerId } from '../model/id.ts';
import { type Severity, severityRank } from '../model/verdict.ts';
import type { KeptFacts, PreparedVerdict } from './prepare.ts';
import { SERVER_CAPABILITY_ROWS } from './rows.ts';
import { notesOf } from './server-texts.ts';
import { fromJson, type Sql } from './sql.ts';

interface ReadingRow {
  readonly declared_id: string;
  readonly facts: string;
  readonly placeholder: number;
  readonly locator: string;
}

const FIELDS = [
  ['title', 'title'],
  ['description', 'description'],
  ['version', 'version'],
  ['homepage', 'homepage'],
  ['repository', 'repository'],
  ['license', 'license'],
  ['published_at', 'publishedAt'],
  ['deprecated', 'deprecated'],
  ['instructions', 'instructions'],
] as const;

/**
 * Writes the row of a server from all that its manifests say: each field comes from the first manifest that has it, the
 * one that speaks of the canonical id first. A server that nothing speaks of any more, and that was never published, goes.
 */
export function refreshServer(sql: Sql, serverId: ServerId): void {
  const readings = sql
    .all<ReadingRow>(
      `SELECT r.declared_id, r.facts, r.placeholder, m.locator FROM readings r JOIN manifests m USING (manifest)
       WHERE r.server_id = :serverId`,
      { serverId },
    )
    .sort((a, b) => standing(a, serverId) - standing(b, serverId) || order(a, b));
  if (readings.length === 0 && dropUnpublished(sql, serverId)) return;
  const facts = readings.map((reading) => fromJson<KeptFacts>(reading.facts));
  const values: Record<string, string | null> = {};
  for (const [column, field] of FIELDS) values[column] = facts.find((one) => one[field] !== undefined)?.[field] ?? null;
  const name = facts.find((one) => one.name !== undefined)?.name ?? nameOf(serverId);
  const notes = notesOf(facts);
  sql.run(
    `UPDATE servers SET name = :name, notes = :notes, title = :title, description = :description, version = :version,
       homepage = :homepage, repository = :repository, license = :license, published_at = :published_at,
       deprecated = :deprecated, instructions = :instructions
     WHERE server_id = :serverId`,
    { serverId, name, notes, ...values },
  );
}

/**
 * What the row of a server says of its tools, as `recount` would write it: how many, how many of each severity from low
 * to critical, and the worst.
 */
export function countsOf(verdicts: readonly PreparedVerdict[]): readonly (number | null)[] {
  if (verdicts.length === 0) return NO_TOOLS;
  const counts = { low: 0, medium: 0, high: 0, critical: 0 } satisfies Record<Severity, number>;
  let worst = 0;
  for (const { severity } of verdicts) {
    counts[severity] += 1;
    worst = Math.max(worst, severityRank(severity));
  }
  return [verdicts.length, counts.low, counts.medium, counts.high, counts.critical, worst];
}

const NO_TOOLS = [0, 0, 0, 0, 0, null] as const;

/** Writes the capabilities of a server that has none yet, from the verdicts on all its tools. */
export function writeCapabilities(sql: Sql, serverId: ServerId, verdicts: readonly PreparedVerdict[]): void {
  if (verdicts.length === 0) return;
  // Two lists and no map: a server has a few, and this is compiled for every crawl.
  const names: string[] = [];
  const counts: number[] = [];
  for (const { capabilities } of verdicts) {
    for (const capability of capabilities) {
      const at = names.indexOf(capability);
      if (at < 0) names.push(capability);
      if (at < 0) counts.push(1);
      else counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  for (let i = 0; i < names.length; i++) sql.insert(SERVER_CAPABILITY_ROWS, [serverId, names[i] ?? '', counts[i] ?? 0]);
}

/** Counts the tools and capabilities of a server again. */
export function recount(sql: Sql, serverId: ServerId): void {
  sql.run(
    `UPDATE servers SET (tool_count, critical_count, high_count, medium_count, low_count, severity_rank) = (
       SELECT count(*), count(*) FILTER (WHERE severity_rank = 3), count(*) FILTER (WHERE severity_rank = 2),
         count(*) FILTER (WHERE severity_rank = 1), count(*) FILTER (WHERE severity_rank = 0), max(severity_rank)
       FROM tools t JOIN verdicts v USING (tool) WHERE t.server_id = :serverId)
     WHERE server_id = :serverId`,
    { serverId },
  );
  sql.run('DELETE FROM server_capabilities WHERE server_id = :serverId', { serverId });
  // CROSS JOIN: from the tools to their capabilities. The other way round would be the whole index, in the order of the groups.
  sql.run(
    `INSERT INTO server_capabilities (server_id, capability, tool_count)
     SELECT :serverId, c.capability, count(*) FROM tools t CROSS JOIN tool_capabilities c ON c.tool = t.tool
     WHERE t.server_id = :serverId GROUP BY c.capability`,
    { serverId },
  );
}

/** The name to show for a server that gives none: its id without the kind. */
export function nameOf(serverId: ServerId): string {
  return serverId.slice(serverId.indexOf(':') + 1);
}

/** 0 speaks of the canonical id, 1 of another one, 2 has not answered yet. */
function standing(reading: ReadingRow, serverId: ServerId): number {
  if (reading.placeholder === 1) return 2;
  return reading.declared_id === serverId ? 0 : 1;
}

function order(a: ReadingRow, b: ReadingRow): number {
  const rank = (id: string) => SERVER_KINDS.findIndex((kind) => id.startsWith(`${kind}:`));
  return (
    rank(a.declared_id) - rank(b.declared_id) || compare(a.declared_id, b.declared_id) || compare(a.locator, b.locator)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function dropUnpublished(sql: Sql, serverId: ServerId): boolean {
  const tools = 'EXISTS (SELECT 1 FROM tools WHERE server_id = :serverId)';
  const gone = sql.run(`DELETE FROM servers WHERE server_id = :serverId AND published_run IS NULL AND NOT ${tools}`, {
    serverId,
  });
  if (gone.changes === 0) return false;
  sql.run('DELETE FROM changes WHERE server_id = :serverId', { serverId });
  return true;
}

import { parseLocator, type ServerId } from '../model/id.ts';
import type { PreparedServer } from './prepare.ts';
import { READING_ROWS } from './rows.ts';
import { fromJson, type Sql } from './sql.ts';
import { forgetTool, namesFrom, type Pen, type Subject } from './tools.ts';

/** The servers of which a manifest speaks. */
export function readingsOf(
  sql: Sql,
  manifest: number,
): readonly { readonly declared_id: string; readonly server_id: string }[] {
  return sql.all('SELECT declared_id, server_id FROM readings WHERE manifest = :manifest', { manifest });
}

/** True when the row is new or different. `isNew`: there is no such row yet. */
export function writeReadingOf(
  sql: Sql,
  manifest: number,
  serverId: ServerId,
  server: PreparedServer,
  facts: string,
  isNew: boolean,
): boolean {
  const { id, complete, listsTools, toolCount, dropped } = server;
  const values = [manifest, id, serverId, facts, complete, listsTools, toolCount, dropped, 0] as const;
  if (!isNew) return sql.change(UPSERT_READING, ...values) > 0;
  sql.insert(READING_ROWS, values);
  return true;
}

const UPSERT_READING = `INSERT INTO readings
    (manifest, declared_id, server_id, facts, complete, lists_tools, tools, dropped, placeholder)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET server_id = excluded.server_id, facts = excluded.facts, complete = excluded.complete,
    lists_tools = excluded.lists_tools, tools = excluded.tools, dropped = excluded.dropped, placeholder = 0
  WHERE (server_id, facts, complete, lists_tools, tools, dropped, placeholder)
    IS NOT (excluded.server_id, excluded.facts, excluded.complete, excluded.lists_tools, excluded.tools,
      excluded.dropped, 0)`;

/** A manifest no longer speaks of a server: its tools there go, unless another manifest shows them. */
export function dropReading(pen: Pen, manifest: number, declaredId: string): void {
  const { sql } = pen;
  const where = 'WHERE manifest = :manifest AND declared_id = :declaredId';
  const reading = sql.get<{ server_id: string }>(`SELECT server_id FROM readings ${where}`, { manifest, declaredId });
  if (reading === undefined) return;
  sql.run(`DELETE FROM readings ${where}`, { manifest, declaredId });
  const serverId = reading.server_id;
  const others = sql.get('SELECT 1 FROM readings WHERE manifest = :manifest AND server_id = :serverId', {
    manifest,
    serverId,
  });
  if (others !== undefined) return;
  const subject: Subject = { serverId, manifest, packageVersion: null, quiet: false, newPlace: false };
  for (const name of namesFrom(sql, serverId, manifest)) forgetTool(pen, subject, name);
}

/**
 * Whether a locator is the address of a document, and its sources say of no server that it is about: a catalogue, a card,
 * a client's configuration. It may speak of any number of servers, and of none until it answers.
 */
export function isMereDocument(told: {
  readonly locator: string;
  readonly aliases: readonly ServerId[];
  readonly name?: string;
}): boolean {
  return parseLocator(told.locator).kind === 'file' && told.aliases.length === 0 && told.name === undefined;
}

/** Whether a manifest says something of a server. */
export function speaks(sql: Sql, manifest: number): boolean {
  return sql.get('SELECT 1 FROM readings WHERE manifest = :manifest', { manifest }) !== undefined;
}

/** What was read of a manifest the last time that it answered: tools, and things that looked like one. */
export function counted(sql: Sql, manifest: number): { readonly tools: number; readonly dropped: number } {
  const rows = sql.all<{ tools: number; dropped: string }>(
    'SELECT tools, dropped FROM readings WHERE manifest = :manifest',
    { manifest },
  );
  return {
    tools: rows.reduce((sum, row) => sum + row.tools, 0),
    dropped: rows.reduce((sum, row) => sum + fromJson<readonly unknown[]>(row.dropped).length, 0),
  };
}

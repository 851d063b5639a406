import { recount } from './facts.ts';
import type { Group } from './group.ts';
import { type Pen, rejudgeTool } from './tools.ts';
import { writeChange } from './verdicts.ts';

/** What judging the whole catalogue anew came to. */
export interface Reclassified {
  readonly judged: number;
  /** Tools whose category or severity is another one now. */
  readonly changed: number;
}

interface StaleRow {
  readonly tool: number;
  readonly server_id: string;
  readonly name: string;
  readonly definition_hash: string;
  readonly package_version: string | null;
}

/** Tools that are judged anew in one commit. */
const REJUDGED = 256;

/** Goes through the stale verdicts in pages of one commit each; a page that was committed is not judged again. */
export async function reclassify(pen: Pen, group: Group, ruleset: string): Promise<Reclassified> {
  let [judged, changed, after] = [0, 0, 0];
  for (;;) {
    const page = pen.sql.all<StaleRow>(
      `SELECT t.tool, t.server_id, t.name, d.definition_hash, o.package_version
       FROM verdicts v JOIN tools t USING (tool) JOIN tool_versions d USING (tool_version)
       LEFT JOIN observations o ON o.tool = t.tool AND o.manifest = t.manifest
       WHERE v.tool > :after AND v.ruleset <> :ruleset ORDER BY v.tool LIMIT ${REJUDGED}`,
      { after, ruleset },
    );
    if (page.length === 0) return { judged, changed };
    group.write(() => {
      for (const row of page) if (rejudge(pen, row)) changed += 1;
      for (const serverId of new Set(page.map((row) => row.server_id))) recount(pen.sql, serverId);
    });
    const stored = group.stored(page.length);
    await stored;
    judged += page.length;
    after = page[page.length - 1]?.tool ?? after;
  }
}

/** True when the judgement is another one now. */
function rejudge(pen: Pen, row: StaleRow): boolean {
  const { before, after } = rejudgeTool(pen, row.server_id, row.tool);
  if (before === undefined || (before.category === after.category && before.severity === after.severity)) return false;
  const same = { hash: row.definition_hash, version: row.package_version };
  writeChange(
    pen.sql,
    {
      serverId: row.server_id,
      tool: row.name,
      what: 'verdict',
      cause: 'rules-changed',
      from: { ...before, ...same },
      to: { ...after, ...same },
    },
    pen.run,
    pen.at,
  );
  return true;
}

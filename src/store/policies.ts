import type { Decision, Strength } from '../model/policy.ts';
import type { ToolDefinition } from '../model/tool.ts';
import type { Category, Operation, Severity, Threat, Verdict } from '../model/verdict.ts';
import { fromJson, type Sql } from './sql.ts';

/** What a decision is made from. The findings are left out: they explain a verdict and decide nothing. */
export interface Undecided {
  readonly serverId: string;
  readonly definition: ToolDefinition;
  readonly verdict: Verdict;
}

/** What each strength says of one tool. */
export type Decisions = Readonly<Record<Strength, Decision>>;

interface UndecidedRow {
  readonly tool: number;
  readonly server_id: string;
  readonly definition: string;
  readonly ruleset: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly confidence: number;
  readonly operations: string;
  readonly threats: string;
}

/** Tools in one transaction. */
const PAGE = 500;

/**
 * Decides on every tool whose verdict is newer than its decision, or whose decision was made with another table, and
 * stores it. Works in pages and lets the event loop run between them; a signal ends it after a page.
 *
 * @param hash - SHA-256 of the table that decides, hex
 * @param now - epoch milliseconds
 * @returns how many tools were decided on
 */
export async function storePolicies(
  sql: Sql,
  hash: string,
  now: number,
  decide: (tool: Undecided) => Decisions,
  signal?: AbortSignal,
): Promise<number> {
  sql.run('INSERT INTO policy_versions (hash, first_used) VALUES (:hash, :now) ON CONFLICT DO NOTHING', { hash, now });
  const version = sql.get<{ policy_version: number }>('SELECT policy_version FROM policy_versions WHERE hash = :hash', {
    hash,
  })?.policy_version;
  if (version === undefined) return 0;
  let decided = 0;
  let after = 0;
  while (signal?.aborted !== true) {
    const rows = undecided(sql, version, after);
    const last = rows[rows.length - 1];
    if (last === undefined) break;
    sql.handle.transaction(() => {
      for (const row of rows) writeDecisions(sql, version, row.tool, decide(toUndecided(row)));
    })();
    decided += rows.length;
    after = last.tool;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return decided;
}

function undecided(sql: Sql, version: number, after: number): readonly UndecidedRow[] {
  return sql.all<UndecidedRow>(
    `SELECT v.tool, t.server_id, d.definition, v.ruleset, v.category, v.severity, v.confidence, v.operations, v.threats
     FROM verdicts v JOIN tools t ON t.tool = v.tool JOIN tool_versions d ON d.tool_version = t.tool_version
     LEFT JOIN tool_decisions p ON p.tool = v.tool AND p.policy_version = :version
     WHERE v.tool > :after AND p.tool IS NULL ORDER BY v.tool LIMIT ${PAGE}`,
    { version, after },
  );
}

function writeDecisions(sql: Sql, version: number, tool: number, decisions: Decisions): void {
  sql.run(
    `INSERT INTO tool_decisions (tool, policy_version, permissive, recommended, strict)
     VALUES (:tool, :version, :permissive, :recommended, :strict)
     ON CONFLICT (tool) DO UPDATE SET policy_version = excluded.policy_version, permissive = excluded.permissive,
       recommended = excluded.recommended, strict = excluded.strict`,
    { tool, version, ...decisions },
  );
}

function toUndecided(row: UndecidedRow): Undecided {
  const definition = fromJson<ToolDefinition>(row.definition);
  return {
    serverId: row.server_id,
    definition,
    verdict: {
      v: 1,
      ruleset: row.ruleset,
      server: row.server_id,
      name: definition.name,
      category: row.category,
      severity: row.severity,
      confidence: row.confidence,
      capabilities: [],
      findings: [],
      moves: [],
      operations: fromJson<Operation[]>(row.operations),
      threats: fromJson<Threat[]>(row.threats),
    },
  };
}

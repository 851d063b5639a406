import type { View } from './describe.ts';
import { CATEGORY, number, SERVER_ID, SEVERITY, SEVERITY_RANK, TOOL_NAME } from './view-columns.ts';

const HINTS = {
  read_only_hint: 'readOnlyHint',
  destructive_hint: 'destructiveHint',
  idempotent_hint: 'idempotentHint',
  open_world_hint: 'openWorldHint',
} as const;
const HINT_VALUES = Object.values(HINTS).map((hint) => `d.definition ->> '$.annotations.${hint}'`);

/** The authors' annotations as columns: SQLite takes them out of the definitions, which is why it is a view of its own. */
export const TOOL_HINTS: View = {
  name: 'tool_hints',
  text: 'What the authors of current tools say of them, beside the verdict; tools of which they give no hint are left out',
  stable: true,
  columns: [
    SERVER_ID,
    TOOL_NAME,
    ...Object.entries(HINTS).map(([name, hint]) => number(name, `Their ${hint}; null when they say nothing`, '0 or 1')),
    CATEGORY,
    SEVERITY,
    SEVERITY_RANK,
  ],
  sql: `
    SELECT t.server_id, t.name, ${HINT_VALUES.join(', ')}, v.category, v.severity, v.severity_rank
    FROM tools t JOIN verdicts v ON v.tool = t.tool JOIN tool_versions d ON d.tool_version = t.tool_version
    WHERE coalesce(${HINT_VALUES.join(', ')}) IS NOT NULL`,
};

import type { View } from './describe.ts';
import { CATEGORY, number, SERVER_ID, SEVERITY, SEVERITY_RANK, TOOL_NAME, text } from './view-columns.ts';

const PROPERTIES = '$.inputSchema.properties';

/** A field of a parameter's own schema, which may be a boolean instead, or anything else. */
const fieldOf = (name: string): string => `CASE p.type WHEN 'object' THEN p.value ->> '$.${name}' END`;

/** What is written at the top of the input schemas: SQLite takes it out of the definitions when it is asked. */
export const TOOL_PARAMETERS: View = {
  name: 'tool_parameters',
  text: 'One row per current tool and parameter at the top of its input schema. No row may mean that the schema is unknown',
  stable: true,
  columns: [
    SERVER_ID,
    TOOL_NAME,
    text('parameter', 'Name of the parameter'),
    text('type', 'Its type as the schema says it, a JSON array where there are several; null where nothing is said'),
    number('required', 'A call has to give it', '0 or 1'),
    text('description', 'What its publisher says of it, untrusted; null where nothing is said'),
    CATEGORY,
    SEVERITY,
    SEVERITY_RANK,
  ],
  sql: `
    SELECT t.server_id, t.name, p.key, ${fieldOf('type')},
      EXISTS (SELECT 1 FROM json_each(d.definition, '$.inputSchema.required') r WHERE r.value = p.key),
      ${fieldOf('description')}, v.category, v.severity, v.severity_rank
    FROM tools t JOIN verdicts v ON v.tool = t.tool JOIN tool_versions d ON d.tool_version = t.tool_version,
      json_each(d.definition, '${PROPERTIES}') p
    WHERE json_type(d.definition, '${PROPERTIES}') = 'object'`,
};

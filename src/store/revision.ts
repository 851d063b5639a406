import type { Sql } from './sql.ts';

/**
 * A number that no other row is likely to have, in no catalogue and after no restored backup: 44 bits, so that half a
 * million of them can be added up.
 */
export const NEW_REVISION = 'random() >> 20';

/** Says that what the catalogue shows of a tool is otherwise than before. */
export function reviseTool(sql: Sql, tool: number): void {
  sql.change(`UPDATE tools SET revision = ${NEW_REVISION} WHERE tool = ?`, tool);
}

/** One column, with the words that `toolrisk schema` prints. */
export interface Column {
  readonly name: string;
  readonly type: 'INTEGER' | 'TEXT' | 'REAL' | 'BLOB' | 'JSON';
  /** What the value means. One sentence, no full stop. */
  readonly text: string;
  /** `ms` epoch or span in milliseconds, `bytes`, `0 or 1`, `0 to 3`, … */
  readonly unit?: string;
  /** Constraints, as SQL. */
  readonly sql?: string;
  /** How JSON is checked: whole, unless this says otherwise. */
  readonly check?: 'first';
}

/** One STRICT table with its constraints and indexes. */
export interface Table {
  readonly name: string;
  readonly text: string;
  readonly columns: readonly Column[];
  /** Table constraints, as SQL. */
  readonly constraints?: readonly string[];
  readonly withoutRowid?: boolean;
  /** Whole statements, run after the table is made. */
  readonly indexes?: readonly string[];
}

/** One view. Views hold no data, so they are made anew after every migration. */
export interface View {
  readonly name: string;
  readonly text: string;
  /** A stable view keeps its columns and their meaning within one schema version. */
  readonly stable: boolean;
  readonly columns: readonly Column[];
  readonly sql: string;
}

/** The statements that make a table and its indexes. */
export function tableSql(table: Table): readonly string[] {
  const lines = [...table.columns.map(columnSql), ...(table.constraints ?? [])];
  const options = table.withoutRowid ? 'STRICT, WITHOUT ROWID' : 'STRICT';
  return [`CREATE TABLE ${table.name} (\n  ${lines.join(',\n  ')}\n) ${options}`, ...(table.indexes ?? [])];
}

/** The statements that make a table anew, with its rows. Its columns stay the same, its indexes are made anew. */
export function rebuildSql(table: Table): readonly string[] {
  const name = `${table.name}_anew`;
  const columns = table.columns.map((column) => column.name).join(', ');
  return [
    ...tableSql({ ...table, name, indexes: [] }),
    `INSERT INTO ${name} (${columns}) SELECT ${columns} FROM ${table.name}`,
    `DROP TABLE ${table.name}`,
    `ALTER TABLE ${name} RENAME TO ${table.name}`,
    ...(table.indexes ?? []),
  ];
}

/**
 * The statements that replace the text of tables in the schema, which says only how rows are checked otherwise than
 * before. SQLite's own procedure for what rows do not show; the handle has to allow it.
 */
export function restateSql(tables: readonly Table[]): readonly string[] {
  if (tables.length === 0) return [];
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  return [
    'PRAGMA writable_schema = ON',
    ...tables.map((table) => {
      const [text = ''] = tableSql(table);
      return `UPDATE sqlite_schema SET sql = ${quoted(text)} WHERE type = 'table' AND name = ${quoted(table.name)}`;
    }),
    'PRAGMA writable_schema = RESET',
  ];
}

/** The statement that adds a column to a table. */
export function addColumnSql(table: string, column: Column): string {
  return `ALTER TABLE ${table} ADD COLUMN ${columnSql(column)}`;
}

/** The statement that makes a view. */
export function viewSql(view: View): string {
  return `CREATE VIEW ${view.name} (${view.columns.map((column) => column.name).join(', ')}) AS ${view.sql}`;
}

/** STRICT tables know no JSON type; the check is what keeps such a column readable. */
function columnSql(column: Column): string {
  const base = column.type === 'JSON' ? 'TEXT' : column.type;
  const check = column.type === 'JSON' ? ` CHECK (${jsonCheck(column)})` : '';
  const rest = column.sql === undefined ? '' : ` ${column.sql}`;
  return `${column.name} ${base}${rest}${check}`;
}

function jsonCheck({ name, check, unit = '' }: Column): string {
  if (check === undefined) return `json_valid(${name})`;
  return unit.includes('array') ? `${name} >= '[' AND ${name} < '\\'` : `${name} >= '{' AND ${name} < '|'`;
}

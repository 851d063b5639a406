import { guarded } from './errors.ts';
import type { Sql } from './sql.ts';
import { VIEWS } from './views.ts';

/** A view that can be exported, with its columns in order. */
export interface ExportedView {
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: 'INTEGER' | 'REAL' | 'TEXT';
    /** The text is JSON. */
    readonly json: boolean;
  }[];
}

/** The stable views, which are what is exported. */
export const EXPORTED_VIEWS: readonly ExportedView[] = VIEWS.filter((view) => view.stable).map((view) => ({
  name: view.name,
  columns: view.columns.map(({ name, type }) => ({
    name,
    type: type === 'INTEGER' || type === 'REAL' ? type : ('TEXT' as const),
    json: type === 'JSON',
  })),
}));

/** The rows of a stable view, one at a time, in the order in which SQLite finds them. Nothing else may use the connection meanwhile. */
export function* rowsOfView(sql: Sql, view: ExportedView): IterableIterator<readonly (string | number | null)[]> {
  const names = view.columns.map((column) => column.name).join(', ');
  const statement = guarded(sql.path, () =>
    sql.handle.prepare<[], (string | number | null)[]>(`SELECT ${names} FROM ${view.name}`).raw(true),
  );
  yield* statement.iterate();
}

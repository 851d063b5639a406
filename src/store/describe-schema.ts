import type { Column } from './describe.ts';
import { VIRTUAL_TABLES } from './schema/search.ts';
import { SCHEMA_VERSION, schemaTables } from './schema.ts';
import { VIEWS } from './views.ts';

/** A table or a view, in words. */
export interface Relation {
  readonly kind: 'table' | 'view';
  readonly name: string;
  readonly text: string;
  /** Whether its columns and their meaning stay within one schema version. */
  readonly stable: boolean;
  readonly columns: readonly Pick<Column, 'name' | 'type' | 'text' | 'unit'>[];
}

/** The whole schema in words, views first, from the same fields that make the database. */
export function describeSchema(): { readonly version: number; readonly relations: readonly Relation[] } {
  const plain = ({ name, type, text, unit }: Column) => ({ name, type, text, ...(unit === undefined ? {} : { unit }) });
  const views = VIEWS.map((view) => ({
    kind: 'view' as const,
    name: view.name,
    text: view.text,
    stable: view.stable,
    columns: view.columns.map(plain),
  }));
  const tables = [...schemaTables(), ...VIRTUAL_TABLES].map((one) => ({
    kind: 'table' as const,
    name: one.name,
    text: one.text,
    stable: false,
    columns: one.columns.map(plain),
  }));
  return { version: SCHEMA_VERSION, relations: [...views, ...tables] };
}

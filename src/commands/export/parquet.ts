import { renameSync, rmSync } from 'node:fs';
import { type BasicType, type ColumnSource, fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { ExportedView } from '../../store/export-rows.ts';
import type { Cell } from '../rows.ts';

/** Rows of one row group: what is held in memory. */
const GROUP = 20_000;

const TYPES: Readonly<Record<ExportedView['columns'][number]['type'], BasicType>> = {
  INTEGER: 'INT64',
  REAL: 'DOUBLE',
  TEXT: 'STRING',
};

const ELEMENTS: Readonly<Record<ExportedView['columns'][number]['type'], Omit<SchemaElement, 'name'>>> = {
  INTEGER: { type: 'INT64', repetition_type: 'OPTIONAL' },
  REAL: { type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  TEXT: { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
};

/** Writes rows as Parquet, one group after the other; the file appears whole or not at all. Returns the number of rows. */
export async function writeParquet(path: string, view: ExportedView, rows: Iterable<readonly Cell[]>): Promise<number> {
  const part = `${path}.part`;
  let total = 0;
  try {
    const writer = new ParquetWriter({
      writer: fileWriter(part),
      schema: [
        { name: 'root', num_children: view.columns.length },
        ...view.columns.map(({ name, type }) => ({ name, ...ELEMENTS[type] })),
      ],
      createdBy: 'toolrisk',
    });
    let group: (readonly Cell[])[] = [];
    const flush = async () => {
      if (group.length > 0) await writer.write({ columnData: columnsOf(view, group), rowGroupSize: GROUP });
      total += group.length;
      group = [];
    };
    for (const row of rows) {
      group.push(row);
      if (group.length === GROUP) await flush();
    }
    await flush();
    await writer.finish();
    renameSync(part, path);
    return total;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function columnsOf(view: ExportedView, rows: readonly (readonly Cell[])[]): ColumnSource[] {
  return view.columns.map(({ name, type }, i) => ({
    name,
    type: TYPES[type],
    data: rows.map((row) => {
      const value = row[i] ?? null;
      return type === 'INTEGER' && value !== null ? BigInt(value) : value;
    }),
  }));
}

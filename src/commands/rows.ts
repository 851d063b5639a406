import type { Out } from './command.ts';
import { printable, table } from './print.ts';

/** One cell of an answer. */
export type Cell = string | number | null;

/** A way to print rows with named columns. `begin` and `end` stand around any number of `rows`. */
export interface RowWriter {
  begin(columns: readonly string[]): void;
  rows(rows: readonly (readonly Cell[])[]): void;
  end(): void;
}

/** The ways to print rows, by name. */
export const ROW_FORMATS: Readonly<Record<string, (out: Out) => RowWriter>> = {
  table: tableWriter,
  json: jsonWriter,
  jsonl: jsonLinesWriter,
  csv: csvWriter,
  markdown: markdownWriter,
};

function tableWriter(out: Out): RowWriter {
  let columns: readonly string[] = [];
  const kept: (readonly Cell[])[] = [];
  return {
    begin(names) {
      columns = names;
    },
    rows(rows) {
      kept.push(...rows);
    },
    end() {
      const isNumber = (i: number) => kept.length > 0 && kept.every((row) => typeof row[i] !== 'string');
      const shape = columns.map((title, i) => ({
        title,
        value: (row: readonly Cell[]) => row[i] ?? '',
        right: isNumber(i),
        flexible: !isNumber(i),
      }));
      out.write(table(kept, shape, out.isTTY ? out.columns : Number.POSITIVE_INFINITY));
    },
  };
}

function toObject(columns: readonly string[], row: readonly Cell[]): Record<string, Cell> {
  return Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null]));
}

function jsonWriter(out: Out): RowWriter {
  let columns: readonly string[] = [];
  let separator = '[\n';
  return {
    begin(names) {
      columns = names;
    },
    rows(rows) {
      for (const row of rows) {
        out.write(`${separator}  ${JSON.stringify(toObject(columns, row))}`);
        separator = ',\n';
      }
    },
    end() {
      out.write(separator === ',\n' ? '\n]\n' : '[]\n');
    },
  };
}

function jsonLinesWriter(out: Out): RowWriter {
  let columns: readonly string[] = [];
  return {
    begin(names) {
      columns = names;
    },
    rows(rows) {
      for (const row of rows) out.write(`${JSON.stringify(toObject(columns, row))}\n`);
    },
    end() {},
  };
}

/** Characters at the start of a cell that a spreadsheet takes for a formula. */
const FORMULA = /^[=+\-@\t\r]/u;

/** One cell of CSV: quoted, quotes doubled, and a text that a spreadsheet would calculate made plain by an apostrophe. */
export function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return `"${(FORMULA.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
}

function csvWriter(out: Out): RowWriter {
  const line = (cells: readonly Cell[]) => out.write(`${cells.map(csvCell).join(',')}\r\n`);
  return {
    begin: line,
    rows(rows) {
      for (const row of rows) line(row);
    },
    end() {},
  };
}

/** One cell of a Markdown table: nothing in it is read as Markdown or HTML. */
export function markdownCell(value: Cell): string {
  return printable(String(value ?? ''))
    .replace(/\s+/gu, ' ')
    .replace(/[\\`*_{}[\]()#+!|<>~&@:-]/gu, (char) => `&#${char.charCodeAt(0)};`);
}

function markdownWriter(out: Out): RowWriter {
  const line = (cells: readonly string[]) => out.write(`| ${cells.join(' | ')} |\n`);
  return {
    begin(names) {
      line(names.map(markdownCell));
      line(names.map(() => '---'));
    },
    rows(rows) {
      for (const row of rows) line(row.map(markdownCell));
    },
    end() {},
  };
}

import type { Out } from './command.ts';

/** What a terminal obeys or hides: controls, format characters (bidi, zero-width, tags), separators, lone surrogates. */
const UNSAFE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Shows what a terminal would obey or hide as `[U+XXXX]`; tab and line feed stay. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}

/** One line of at most `width` columns: white space folded, unsafe characters shown, a cut marked by an ellipsis. */
export function oneLine(text: string, width = Number.POSITIVE_INFINITY): string {
  const line = printable(text).replace(/\s+/gu, ' ').trim();
  if (columnsOf(line) <= width) return line;
  let cut = '';
  let used = 0;
  for (const character of line) {
    const next = columnsOf(character);
    if (used + next > width - 1) break;
    cut += character;
    used += next;
  }
  return `${cut}…`;
}

/** Columns that a text takes on a terminal: wide East Asian characters and emoji take two, combining marks none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

/** Fills a text with spaces to a number of columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

/** A column of a printed table. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number;
  /** Numbers are set flush right. */
  readonly right?: boolean;
  /** The column that is cut first when the table is wider than the terminal. */
  readonly flexible?: boolean;
}

/** Room for a table: it is cut to fit a terminal, and stays whole in a file or a pipe. */
export function widthOf(out: Out): number {
  return out.isTTY ? out.columns : Number.POSITIVE_INFINITY;
}

/** Cuts a text into lines of at most `width` columns at its spaces; a longer word stays whole. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Lays rows out as a table of at most `width` columns; flexible columns are cut, the others never. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): string {
  const cells = rows.map((row) => columns.map((column) => oneLine(String(column.value(row)))));
  const widths = columns.map((column, i) =>
    Math.max(columnsOf(column.title), ...cells.map((line) => columnsOf(line[i] ?? ''))),
  );
  const total = widths.reduce((sum, one) => sum + one, 0) + 2 * (columns.length - 1);
  const flexible = columns.flatMap((column, i) => (column.flexible === true ? [i] : []));
  let over = total - width;
  for (const i of flexible.toReversed()) {
    if (over <= 0) break;
    const now = widths[i] ?? 0;
    const next = Math.max(MINIMUM_COLUMN, now - over);
    over -= now - next;
    widths[i] = next;
  }
  const line = (values: readonly string[]) =>
    values
      .map((value, i) => {
        const room = widths[i] ?? 0;
        const cut = oneLine(value, room);
        return columns[i]?.right === true ? ' '.repeat(Math.max(0, room - columnsOf(cut))) + cut : pad(cut, room);
      })
      .join('  ')
      .trimEnd();
  return `${[line(columns.map((column) => column.title)), ...cells.map(line)].join('\n')}\n`;
}

const MINIMUM_COLUMN = 12;

/** Prints a value as one line of JSON. */
export function jsonLine(out: Out, value: unknown): void {
  out.write(`${JSON.stringify(value)}\n`);
}

/** Prints a value as JSON for people. */
export function jsonDocument(out: Out, value: unknown): void {
  out.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** `1 tool`, `2 tools`: a count with its noun. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? noun : plural}`;
}

/** What is known: tools, the servers that they are of, and the servers of which no tool is known. */
export function extentText(servers: number, withTools: number, tools: number): string {
  const unknown = servers - withTools;
  const more = unknown === 0 ? '' : `; of ${count(unknown, 'more server', 'more servers')} no tool is known`;
  return `${count(tools, 'tool')} of ${count(withTools, 'server')}${more}`;
}

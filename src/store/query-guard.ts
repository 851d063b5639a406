/** Words with which a statement that only reads begins. Everything else (PRAGMA, ATTACH, INSERT, …) is refused. */
const READING = ['SELECT', 'WITH', 'VALUES', 'EXPLAIN'];

/** Where in a statement something is wrong. */
export interface QueryFault {
  readonly message: string;
  /** UTF-16 offset into the statement; absent when SQLite does not say where. */
  readonly at?: number;
}

/** Why a statement may not be run; undefined when it may be tried. SQLite itself then refuses to write. */
export function refusal(sql: string): QueryFault | undefined {
  const at = firstWordAt(sql);
  const word = /^[A-Za-z]+/u.exec(sql.slice(at))?.[0]?.toUpperCase() ?? '';
  if (word === '') return { message: 'There is no SQL statement here.' };
  if (READING.includes(word)) return undefined;
  return { message: `${word} is not for "toolrisk query": it only reads. Begin with ${READING.join(', ')}.`, at };
}

/** Offset of the first thing that is neither white space nor a comment. */
function firstWordAt(sql: string): number {
  let at = 0;
  for (;;) {
    const skipped = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)/u.exec(sql.slice(at));
    if (skipped === null) return at;
    at += skipped[0].length;
  }
}

/** Finds the place that SQLite's message speaks of: it names a token, not an offset. */
export function faultOf(sql: string, message: string): QueryFault {
  const token =
    /near "([\s\S]+)": syntax error|no such (?:column|table|function): (\S+)|unrecognized token: "([\s\S]+)"/u.exec(
      message,
    );
  const name = token?.[1] ?? token?.[2] ?? token?.[3];
  if (name === undefined) return { message };
  const at = wordAt(sql, name) ?? wordAt(sql, name.slice(name.lastIndexOf('.') + 1));
  return at === undefined ? { message } : { message, at };
}

/** Offset of a token as a whole word, outside of longer ones; the last one for a syntax error is as good as the first. */
function wordAt(sql: string, name: string): number | undefined {
  const isWord = (char: string | undefined) => char !== undefined && /[\w$]/u.test(char);
  for (let at = sql.indexOf(name); at >= 0; at = sql.indexOf(name, at + 1)) {
    const before = isWord(sql[at - 1]) && isWord(name[0]);
    const after = isWord(sql[at + name.length]) && isWord(name.at(-1));
    if (!before && !after) return at;
  }
  return undefined;
}

/** The line of the statement with the fault, and a caret under it. Empty when the place is unknown. */
export function caret(sql: string, fault: QueryFault): string {
  if (fault.at === undefined) return '';
  const start = sql.lastIndexOf('\n', fault.at - 1) + 1;
  const end = sql.indexOf('\n', fault.at);
  const line = sql.slice(start, end < 0 ? sql.length : end).replaceAll('\t', ' ');
  return `${line}\n${' '.repeat(fault.at - start)}^\n`;
}

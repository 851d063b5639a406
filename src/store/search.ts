import type { ServerId } from '../model/id.ts';
import { type SearchTexts, splitCamel, withWords } from './search-texts.ts';
import { type Sql, storable } from './sql.ts';

/** How much a hit counts in each column of the index: name, title, description, server. */
const WEIGHTS = '12.0, 6.0, 1.0, 3.0';

/** Words of a query that are used; more add nothing to a search of short texts. */
const MAX_WORDS = 16;
const MAX_WORD_CHARS = 64;

/** Puts a tool into the full-text index, in place of what was there. */
export function indexTool(sql: Sql, tool: number, serverId: ServerId, texts: SearchTexts, isNew: boolean): void {
  if (!isNew) unindexTool(sql, tool);
  const { name, title, description } = texts;
  sql.change(INSERT_TEXTS, tool, storable(name), storable(title), storable(description), storable(withWords(serverId)));
}

const INSERT_TEXTS = 'INSERT INTO tools_fts (rowid, name, title, description, server) VALUES (?, ?, ?, ?, ?)';

/** Takes a tool out of the full-text index. */
export function unindexTool(sql: Sql, tool: number): void {
  sql.run('DELETE FROM tools_fts WHERE rowid = :tool', { tool });
}

/** Hits that are put in order anew by their names; more are never shown at once. */
const WINDOW = 200;

/** Tables that a condition may speak of: what shows that it does, and how the table is joined. */
const JOINS: readonly (readonly [RegExp, string])[] = [
  [/\b[tdm]\./u, 'CROSS JOIN tools t ON t.tool = f.rowid'],
  [/\bv\./u, 'CROSS JOIN verdicts v ON v.tool = f.rowid'],
  [/\bd\./u, 'CROSS JOIN tool_versions d ON d.tool_version = t.tool_version'],
  [/\bm\./u, 'CROSS JOIN manifests m ON m.manifest = t.manifest'],
];

/**
 * Keys of the tools that fit a text and a condition, best first: those that are called so, then those with the words in
 * their names, then the others. The condition is SQL over `t`, `v`, `d` and `m`, beginning with AND.
 */
export function findToolsWhere(
  sql: Sql,
  text: string,
  where: string,
  binds: Readonly<Record<string, string | number | null | Uint8Array>>,
  limit: number,
): readonly number[] {
  const match = matchExpression(text);
  if (match === undefined) return [];
  const window = Math.max(limit, WINDOW);
  const common = where === '' && isCommon(sql, match) ? rankCommon(sql, text, match, window) : [];
  const hits = common.length < window ? rank(sql, match, where, binds, window) : common;
  const words = wordsOf(text);
  return hits
    .map((hit, place) => ({ tool: hit.tool, place, standing: standing(hit.name, words) }))
    .sort((a, b) => a.standing - b.standing || a.place - b.place)
    .slice(0, limit)
    .map((hit) => hit.tool);
}

interface Hit {
  readonly tool: number;
  readonly name: string;
}

/** So many hits are ranked in a moment; of more, only so many are. */
const COMMON = 20_000;

function isCommon(sql: Sql, match: string): boolean {
  const beyond = `SELECT 1 FROM tools_fts WHERE tools_fts MATCH :match LIMIT 1 OFFSET ${COMMON}`;
  return sql.get(beyond, { match }) !== undefined;
}

/**
 * The best hits for words that very many tools have: those that are called so, all of them, then the best of the first
 * that have the words in their names. Others would not be shown: hits in names come first.
 */
function rankCommon(sql: Sql, text: string, match: string, window: number): readonly Hit[] {
  const called = sql.all<Hit>(
    'SELECT tool, name FROM tools WHERE name = :name COLLATE NOCASE ORDER BY tool LIMIT :window',
    { name: text.trim(), window },
  );
  const named = sql.all<Hit>(
    `SELECT h.tool, n.name FROM (
       SELECT tool, score FROM (
         SELECT rowid AS tool, bm25(tools_fts, ${WEIGHTS}) AS score FROM tools_fts WHERE tools_fts MATCH :match
         LIMIT ${COMMON}
       ) ORDER BY score, tool LIMIT :window
     ) h JOIN tools n ON n.tool = h.tool ORDER BY h.score, h.tool`,
    { match: `name : (${match})`, window },
  );
  const known = new Set(called.map((hit) => hit.tool));
  return [...called, ...named.filter((hit) => !known.has(hit.tool))];
}

/** The best hits by the weights of the columns. */
function rank(
  sql: Sql,
  match: string,
  where: string,
  binds: Readonly<Record<string, string | number | null | Uint8Array>>,
  window: number,
): readonly Hit[] {
  const needed = JOINS.filter(([asked]) => asked.test(where)).map(([, join]) => join);
  return sql.all<Hit>(
    `SELECT h.tool, n.name FROM (
       SELECT f.rowid AS tool, bm25(tools_fts, ${WEIGHTS}) AS score FROM tools_fts f ${needed.join(' ')}
       WHERE tools_fts MATCH :match${where} ORDER BY score, f.rowid LIMIT :window
     ) h JOIN tools n ON n.tool = h.tool ORDER BY h.score, h.tool`,
    { ...binds, match, window },
  );
}

/** 0 is called so, 1 has every word in its name, 2 has them elsewhere. */
function standing(name: string, words: readonly string[]): number {
  const own = wordsOf(name);
  if (own.length === words.length && own.every((word, i) => word === words[i])) return 0;
  return words.every((word) => own.some((one) => one.startsWith(word))) ? 1 : 2;
}

function wordsOf(text: string): readonly string[] {
  return (splitCamel(text).match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.toLowerCase());
}

/** The question in FTS5's language: each word quoted, so that no text can be an operator. Undefined without a word. */
export function matchExpression(text: string): string | undefined {
  const words = [...new Set(text.match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, MAX_WORDS);
  return words.length === 0 ? undefined : words.map(wordExpression).join(' AND ');
}

/** `createIssue` asks for the name as it stands, or for the words inside it. */
function wordExpression(word: string): string {
  const quoted = (part: string) => `"${part.slice(0, MAX_WORD_CHARS)}"*`;
  const parts = splitCamel(word).split(' ');
  return parts.length === 1 ? quoted(word) : `(${quoted(word)} OR (${parts.map(quoted).join(' AND ')}))`;
}

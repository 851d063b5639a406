import type { ServerId } from '../model/id.ts';
import type { ToolDefinition } from '../model/tool.ts';
import type { Sql } from './sql.ts';

/** How much a hit counts in each column of the index: name, title, description, server. */
const WEIGHTS = '12.0, 6.0, 1.0, 3.0';

/** Words of a query that are used; more add nothing to a search of short texts. */
const MAX_WORDS = 16;
const MAX_WORD_CHARS = 64;

/** Names without a capital have no camel case to split; most have none. */
const HAS_CAPITAL = /\p{Lu}/u;

/** Puts a tool into the full-text index, in place of what was there. */
export function indexTool(
  sql: Sql,
  tool: number,
  serverId: ServerId,
  definition: ToolDefinition,
  isNew: boolean,
): void {
  if (!isNew) unindexTool(sql, tool);
  sql.run(
    `INSERT INTO tools_fts (rowid, name, title, description, server) VALUES (:tool, :name, :title, :description, :server)`,
    {
      tool,
      name: withWords(definition.name),
      title: definition.title ?? definition.annotations?.title ?? '',
      description: definition.description ?? '',
      server: withWords(serverId),
    },
  );
}

/** Takes a tool out of the full-text index. */
export function unindexTool(sql: Sql, tool: number): void {
  sql.run('DELETE FROM tools_fts WHERE rowid = :tool', { tool });
}

/** Keys of the tools that fit a text, best first. Every word has to fit, as a prefix. Any text is a valid question. */
export function findTools(sql: Sql, text: string, limit: number): readonly number[] {
  const match = matchExpression(text);
  if (match === undefined) return [];
  return sql
    .all<{ tool: number }>(
      `SELECT rowid AS tool FROM tools_fts WHERE tools_fts MATCH :match ORDER BY bm25(tools_fts, ${WEIGHTS}), rowid LIMIT :limit`,
      { match, limit },
    )
    .map((row) => row.tool);
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

/** A name as it stands, and the words inside it: `createIssue create Issue`. */
function withWords(name: string): string {
  const words = splitCamel(name);
  return words === name ? name : `${name} ${words}`;
}

function splitCamel(name: string): string {
  if (!HAS_CAPITAL.test(name)) return name;
  return name.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2');
}

import type { Column } from '../describe.ts';
import { prose } from './columns.ts';

/** Full text over current tools. Contentless: the texts themselves stay in `tool_versions`. */
export const SEARCH = `CREATE VIRTUAL TABLE tools_fts USING fts5(
  name, title, description, server, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
)`;

/** The same for a file that is only read: programs with an older SQLite can open it. */
export const PLAIN_SEARCH = `CREATE VIRTUAL TABLE tools_fts USING fts5(
  name, title, description, server, content = '', tokenize = "unicode61 remove_diacritics 2"
)`;

/** The words of that index, for the help with words that are written wrong. It holds nothing of its own. */
export const WORDS = 'CREATE VIRTUAL TABLE tools_words USING fts5vocab(tools_fts, row)';

/** Tables that are not STRICT tables of ours, with what they are. */
export const VIRTUAL_TABLES: readonly {
  readonly name: string;
  readonly text: string;
  readonly columns: readonly Column[];
}[] = [
  {
    name: 'tools_fts',
    text: 'Full-text index over current tools; its rowid is tools.tool. It stores no text of its own',
    columns: [
      prose('name', 'Name of the tool, whole and split into words'),
      prose('title', 'Title'),
      prose('description', 'Description'),
      prose('server', 'Id and name of the server'),
    ],
  },
  {
    name: 'tools_words',
    text: 'Words of the full-text index',
    columns: [
      prose('term', 'Word, in small letters'),
      { name: 'doc', type: 'INTEGER', text: 'Tools that have it' },
      { name: 'cnt', type: 'INTEGER', text: 'Times that it occurs' },
    ],
  },
];

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from './folder.ts';

/** A question that has a name: one file in `data/queries/`. */
export interface NamedQuery {
  /** Name of the file without its ending. */
  readonly name: string;
  /** The first line of the file, a comment. */
  readonly title: string;
  readonly sql: string;
}

/** Reads every named query, by name. Throws `DataError` where a file does not begin with its title. */
export function loadQueries(dataFolder: string): readonly NamedQuery[] {
  const folder = join(dataFolder, 'queries');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const sql = readFileSync(join(folder, file), 'utf8');
      const title = /^-- (.+)\n/u.exec(sql)?.[1];
      if (title === undefined) throw new DataError(join(folder, file), 'the first line must be `-- ` and a title');
      return { name: file.slice(0, -'.sql'.length), title, sql };
    });
}

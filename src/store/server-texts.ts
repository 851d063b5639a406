import type { ServerFacts } from '../model/manifest.ts';
import { type Bind, storable, toJson } from './sql.ts';

/** What the row of a server takes from what one manifest says of it. Texts are storable. */
export interface ServerTexts {
  readonly name: string | null;
  readonly description: string | null;
  readonly version: string | null;
  /** `SERVER_COLUMNS`. */
  readonly row: readonly Bind[];
}

export const SERVER_COLUMNS = 'title, homepage, repository, license, published_at, deprecated, instructions, notes';

type Facts = Omit<ServerFacts, 'id' | 'aliases'>;

export function serverTexts(facts: Facts): ServerTexts {
  return {
    name: text(facts.name),
    description: text(facts.description),
    version: text(facts.version),
    row: [
      text(facts.title),
      text(facts.homepage),
      text(facts.repository),
      text(facts.license),
      text(facts.publishedAt),
      text(facts.deprecated),
      text(facts.instructions),
      notesOf([facts]),
    ],
  };
}

/** JSON text of all notes, sorted, each once. */
export function notesOf(facts: readonly Facts[]): string {
  if (facts.every((one) => one.notes.length === 0)) return '[]';
  return toJson([...new Set(facts.flatMap((one) => one.notes))].sort());
}

function text(value: string | undefined): string | null {
  return value === undefined ? null : storable(value);
}

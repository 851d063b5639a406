import { close, createIndex } from 'pagefind';
import { showInvisible } from './invisible.ts';
import { excerpt } from './words.ts';

/** One thing that the search finds. */
export interface SearchRecord {
  readonly url: string;
  readonly title: string;
  /** What is searched: untrusted text. */
  readonly content: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

/** Characters of a description that are searched. */
const CONTENT_CHARS = 2_000;
/** Characters of a name in a result. */
const META_CHARS = 200;
/** Records that are on their way to the indexer at once. */
const IN_FLIGHT = 64;

/** The search could not be built. */
export class SearchError extends Error {
  override readonly name = 'SearchError';
}

/** Writes a search index that browsers read in pieces. */
export async function buildSearch(records: Iterable<SearchRecord>, place: string): Promise<void> {
  const { index, errors } = await createIndex({ forceLanguage: 'en' });
  if (index === undefined) throw new SearchError(`the search index cannot be made: ${errors.join('; ')}`);
  try {
    let flying: Promise<unknown>[] = [];
    for (const record of records) {
      flying.push(add(index, record));
      if (flying.length < IN_FLIGHT) continue;
      await Promise.all(flying);
      flying = [];
    }
    await Promise.all(flying);
    const written = await index.writeFiles({ outputPath: place });
    if (written.errors.length > 0)
      throw new SearchError(`the search index cannot be written: ${written.errors.join('; ')}`);
  } finally {
    await close();
  }
}

async function add(
  index: NonNullable<Awaited<ReturnType<typeof createIndex>>['index']>,
  record: SearchRecord,
): Promise<void> {
  const { errors } = await index.addCustomRecord({
    url: record.url,
    content: searchable(record),
    language: 'en',
    meta: clean({ ...record.meta, title: record.title }),
    filters: Object.fromEntries(Object.entries(record.filters).map(([name, values]) => [name, [...values]])),
  });
  if (errors.length > 0) throw new SearchError(`${record.url} cannot be indexed: ${errors.join('; ')}`);
}

/** Results are read by people and programs alike; and a lone surrogate would kill the indexer. */
function clean(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, excerpt(showInvisible(text), META_CHARS)]),
  );
}

/** The name as it stands and as words, then the text: `writeFile` is found by "write file" too. */
function searchable({ title, content }: SearchRecord): string {
  const words = title.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[^\p{L}\p{N}]+/gu, ' ');
  return excerpt(showInvisible(`${title}. ${words}. ${content}`), CONTENT_CHARS);
}

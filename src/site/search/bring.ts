import { setImmediate } from 'node:timers/promises';
import { severityRank } from '../../model/scales.ts';
import { ENTRY } from '../assets/search-index.js';
import type { SiteInput } from '../input.ts';
import type { Publisher } from '../publish.ts';
import { serverSlug, urls } from '../urls.ts';
import { serverView, toolView } from '../view.ts';
import type { ChangedDocuments } from './changes.ts';
import { type SearchDocument, serverDocument, toolDocument } from './document.ts';
import { updateIndex } from './update.ts';
import { IndexWriter } from './writer.ts';

/** Documents that are added, and terms and files that are written, before signals are looked at. */
const TURN = 500;

/**
 * Writes the search index: of the published one, where there is one and what changed is known, else of all rows. Both
 * give the same files. `print` is the fingerprint of everything that the search finds. Throws when `signal` says so.
 */
export async function bringIndex(
  publisher: Publisher,
  input: SiteInput,
  changed: ChangedDocuments | undefined,
  print: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const put = (path: string, bytes: Buffer) => publisher.site(urls.searchPiece(path), bytes, keyOf(path, print));
  if (changed?.isPart === false) {
    const old = {
      read: (path: string) => publisher.publishedSite(urls.searchPiece(path)),
      keep: (path: string) => publisher.keep(urls.searchPiece(path)),
    };
    if (updateIndex(old, changed, print, put)) return;
  }
  const writer = new IndexWriter(put, `${publisher.tree.root}${HEAPS}`);
  try {
    for (const steps of [added(writer, input), writer.finish(print)]) {
      let done = 0;
      for (const _ of steps) {
        if (done++ % TURN !== 0) continue;
        await setImmediate();
        signal?.throwIfAborted();
      }
    }
  } finally {
    writer.close();
  }
}

/** Adds all documents, one with each step. */
function* added(writer: IndexWriter, input: SiteInput): Generator<void> {
  for (const document of documentsOf(input)) {
    writer.add(document);
    yield;
  }
}

/** Beside a tree, while its index is made. */
const HEAPS = '.search';

/** The entry stands for all: it is kept where the search finds the same. */
function keyOf(path: string, print: string): string {
  return path === ENTRY ? print : '';
}

/** Everything that the search finds, streamed from the rows. */
function* documentsOf(input: SiteInput): Generator<SearchDocument> {
  for (const record of input.servers()) {
    const server = serverView(record, serverSlug(record.id), []);
    const neighbours = input.neighboursOf?.(record.id);
    let tools = 0;
    for (const tool of input.toolsOf(record.id)) {
      tools += 1;
      const view = toolView(tool, neighbours?.get(tool.definition.name));
      yield toolDocument(server, view, severityRank(view.verdict.severity));
    }
    yield serverDocument(server, tools);
  }
}

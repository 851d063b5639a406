import { severityRank } from '../../model/scales.ts';
import type { KnownTool } from '../server-state.ts';
import type { ServerState } from '../state.ts';
import { urls } from '../urls.ts';
import type { ServerView } from '../view.ts';
import { type SearchDocument, serverDocument, toolDocument } from './document.ts';
import type { SearchChanges } from './update.ts';

/** With more changes than this, the index is made anew: they would all be in memory. */
const MOST_DOCUMENTS = 10_000;

/** Notes what the search finds otherwise than before, while the servers are brought up to date one by one. */
export class ChangedDocuments implements SearchChanges {
  readonly documents: SearchDocument[] = [];
  readonly gone: string[] = [];
  /** What was noted is not all. */
  isPart = false;

  /** A server whose state is another, or that is new. `tools` in the order of the state's rows. */
  server(server: ServerView, state: ServerState, before: ServerState | undefined, tools: readonly KnownTool[]): void {
    if (before?.frame !== state.frame) this.#add(serverDocument(server, state.rows.length));
    const left = new Map(before?.rows.map((row, i) => [row.slug, before.prints[i]?.body]));
    const isNamed = before?.name === state.name;
    for (const [i, row] of state.rows.entries()) {
      const body = left.get(row.slug);
      left.delete(row.slug);
      if (isNamed && body === state.prints[i]?.body) continue;
      const view = tools[i]?.view;
      if (view === undefined) this.isPart = true;
      else this.#add(toolDocument(server, view, severityRank(view.verdict.severity)));
    }
    for (const slug of left.keys()) this.gone.push(urls.tool(state.slug, slug));
  }

  /** A server that is no more. */
  goneServer({ slug, rows }: ServerState): void {
    this.gone.push(urls.server(slug), ...rows.map((row) => urls.tool(slug, row.slug)));
  }

  #add(document: SearchDocument): void {
    if (this.documents.length < MOST_DOCUMENTS) this.documents.push(document);
    else this.isPart = true;
  }
}

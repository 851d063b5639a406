import type { Html } from '../html.ts';
import type { PageParts } from '../layout.ts';
import type { Lookup } from '../tables.ts';
import type { ToolPolicy } from '../tool-policies.ts';
import type { ServerPages, ToolRow, ToolView } from '../view.ts';

/** What the page of one tool is made of. */
export interface ToolPageInput {
  readonly pages: ServerPages;
  readonly row: ToolRow;
  readonly tool: ToolView;
  /** Tools of the same server, most related first. */
  readonly related: readonly ToolRow[];
  /** One of them as a line of a list; the pages of one server share these. */
  line(row: ToolRow): Html;
  /** The policy for this tool alone. */
  readonly policy: ToolPolicy;
  readonly lookup: Lookup;
  readonly baseUrl: string | undefined;
}

/** A page before its frame, and its machine-readable twin. */
export interface Page {
  readonly parts: PageParts;
  readonly api: unknown;
}

/** A page over the whole catalogue, which is made only where what it is made of changed. */
export interface LazyPage {
  readonly path: string;
  /** All that it is made of, besides what the pages of a build share: as JSON it is another text whenever the page may be. */
  readonly key: unknown;
  /** False for a page without a machine-readable twin. */
  readonly twin?: false;
  make(): Page;
}

/** What a page of a whole server is made of. */
export interface ServerPageInput {
  readonly pages: ServerPages;
  readonly tools: readonly ToolView[];
  readonly lookup: Lookup;
  readonly baseUrl: string | undefined;
}

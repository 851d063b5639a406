import { existsSync } from 'node:fs';
import type * as z from 'zod';
import type { Annotations } from '../../src/model/tool.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { groupBy } from './figures.ts';
import type { Labelled } from './rows.ts';

/** From how many tools on a server that never reads is not believed. */
const UNIFORM_TOOLS = 5;

/** What rows of the rebuildable set carry as their source. */
export const AUTHORS_ANNOTATIONS = 'authors-annotations';

/**
 * Tools of npm servers in a catalogue whose authors annotated them; `toolrisk crawl` rebuilds it anywhere. Hints at the
 * defaults of a framework, hints that contradict each other, and the same denial of reading on every tool of a server
 * (a default that a build computes) are no labels. Undefined where there is no catalogue.
 */
export function annotatedRows(file: string): readonly z.infer<typeof Labelled>[] | undefined {
  if (!existsSync(file)) return undefined;
  const catalogue = openCatalogue(file, { mode: 'read', now: Date.now });
  try {
    const rows: z.infer<typeof Labelled>[] = [];
    for (const { serverId, definition } of catalogue.tools()) {
      const truth = labelOf(definition.annotations);
      if (!serverId.startsWith('npm:') || truth === undefined) continue;
      rows.push({
        server: serverId,
        name: definition.name,
        title: definition.title,
        description: definition.description,
        // The rows of the corpora come through JSON as well.
        inputSchema:
          definition.inputSchema === undefined ? undefined : JSON.parse(JSON.stringify(definition.inputSchema)),
        annotations: definition.annotations,
        truth,
        label_source: AUTHORS_ANNOTATIONS,
        doubt: null,
      });
    }
    const varied = new Set(rows.filter((row) => row.truth.readOnly).map((row) => row.server));
    const few = groupBy(rows, (row) => row.server);
    return rows.filter(({ server }) => varied.has(server) || (few.get(server)?.length ?? 0) < UNIFORM_TOOLS);
  } finally {
    catalogue.close();
  }
}

function labelOf(annotations: Annotations | undefined): z.infer<typeof Labelled>['truth'] | undefined {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations ?? {};
  if (readOnlyHint === undefined || (readOnlyHint && destructiveHint === true)) return undefined;
  const defaults = !readOnlyHint && destructiveHint === true && idempotentHint === false && openWorldHint === true;
  return defaults ? undefined : { readOnly: readOnlyHint, destructive: destructiveHint ?? null };
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { classify } from '../../src/classify/index.ts';
import { loadRuleset } from '../../src/data/load.ts';
import { Annotations, type ToolDefinition } from '../../src/model/tool.ts';
import type { JudgedTool, PolicyServer } from '../../src/policy/recommend.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';

/** A server with its tools, judged. */
export interface JudgedServer {
  readonly server: PolicyServer;
  readonly tools: readonly JudgedTool[];
}

/** Every server of a catalogue; none where there is no catalogue. */
export function catalogueServers(db: string): readonly JudgedServer[] {
  if (!existsSync(db)) return [];
  const catalogue = openCatalogue(db, { mode: 'read', now: Date.now });
  try {
    return [...catalogue.servers()].map((server) => ({ server, tools: [...catalogue.toolsOf(server.id)] }));
  } finally {
    catalogue.close();
  }
}

const Row = z.looseObject({
  server: z.string(),
  name: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  inputSchema: z.json().nullish(),
  annotations: Annotations.nullish(),
});

/** Servers of a corpus, one tool per line, judged now: every so many, so that all of the file is drawn from. */
export function corpusServers(file: string, limit: number, root: string): readonly JudgedServer[] {
  if (!existsSync(file)) return [];
  const ruleset = loadRuleset(join(root, 'data'));
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => Row.parse(JSON.parse(line)));
  const byServer = new Map<string, z.infer<typeof Row>[]>();
  for (const row of rows) byServer.set(row.server, [...(byServer.get(row.server) ?? []), row]);
  const step = Math.max(1, Math.floor(byServer.size / limit));
  const chosen = [...byServer].filter((_, index) => index % step === 0).slice(0, limit);
  return chosen.map(([id, tools]) => ({
    server: { id, name: id },
    tools: tools.map((row): JudgedTool => {
      const definition: ToolDefinition = {
        name: row.name,
        ...(row.description == null ? {} : { description: row.description }),
        ...(row.inputSchema == null ? {} : { inputSchema: row.inputSchema }),
      };
      return { definition, verdict: classify({ ...definition, server: id }, ruleset), schemaComplete: true };
    }),
  }));
}

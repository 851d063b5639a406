import * as z from 'zod';
import type { Source } from './source.ts';
import { Address } from './support/documents.ts';

const Settings = z.strictObject({
  /** Bundles (`.mcpb`, `.dxt`), by address or path. */
  bundles: z.array(Address).min(1),
});

/** MCP bundles by address or path. */
export const mcpb: Source<typeof Settings> = {
  id: 'mcpb',
  title: 'MCP bundles',
  homepage: 'https://github.com/modelcontextprotocol/mcpb',
  settings: Settings,
  async *list(settings) {
    for (const bundle of settings.bundles) yield { locator: `mcpb:${bundle}`, source: 'mcpb', aliases: [] };
  },
};

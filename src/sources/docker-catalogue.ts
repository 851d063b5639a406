import * as z from 'zod';
import type { Source } from './source.ts';
import { Address, documents } from './support/documents.ts';

const Settings = z.strictObject({
  /** Catalogues (`catalog.yaml`, version 2 or 3), by address or path. */
  catalogues: z.array(Address).default([]),
  /** Folders of Docker's MCP registry (`servers/`), each server with its `server.yaml` and `tools.json`. */
  folders: z.array(z.string().min(1)).default([]),
});

/** Docker's MCP catalogue, as one document or as a checkout of its registry. */
export const dockerCatalogue: Source<typeof Settings> = {
  id: 'docker-catalogue',
  title: "Docker's MCP catalogue",
  homepage: 'https://docs.docker.com/ai/mcp-catalog-and-toolkit/catalog/',
  settings: Settings,
  async *list(settings, world) {
    yield* documents('docker-catalogue', settings.catalogues);
    for (const folder of settings.folders) {
      const found = await world
        .listFiles(folder)
        .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
      if (found instanceof Error) {
        yield {
          kind: 'failed',
          outcome: 'not-found',
          reason: 'no-folder',
          message: `${folder} cannot be listed: ${found.message}`,
        };
        continue;
      }
      yield* documents(
        'docker-catalogue',
        found.filter((path) => /(?:^|[/\\])server\.yaml$/u.test(path)),
      );
    }
  },
};

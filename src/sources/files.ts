import * as z from 'zod';
import { formatLocator } from '../model/id.ts';
import type { Source } from './source.ts';

const Settings = z.strictObject({
  /** Files and folders of manifests, relative to the sources file. */
  paths: z.array(z.string().min(1)).min(1),
});

const MANIFEST = /\.(?:jsonc?|ya?ml|toml|md|html?|mcpb|dxt)$/iu;

/** Manifests on this machine: files, and all manifests of folders. */
export const files: Source<typeof Settings> = {
  id: 'files',
  title: 'Files and folders',
  homepage: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools',
  settings: Settings,
  async *list(settings, world) {
    for (const path of settings.paths) {
      const found = await world
        .listFiles(path)
        .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
      if (found instanceof Error) {
        yield {
          kind: 'failed',
          outcome: 'not-found',
          reason: 'no-file',
          message: `${path} cannot be listed: ${found.message}`,
        };
        continue;
      }
      for (const file of found.filter((one) => MANIFEST.test(one))) {
        const kind = /\.(?:mcpb|dxt)$/iu.test(file) ? 'mcpb' : 'file';
        yield { locator: formatLocator({ kind, name: file }), source: 'files', aliases: [] };
      }
    }
  },
};

import * as z from 'zod';
import type { Source } from './source.ts';
import { documents } from './support/documents.ts';

const Settings = z.strictObject({
  /** Configuration files of agents' clients. Values of `env` and `headers` are never kept. */
  paths: z.array(z.string().min(1)).min(1),
});

/** The servers that the clients on this machine are configured to use. */
export const clientConfigs: Source<typeof Settings> = {
  id: 'client-configs',
  title: 'Client configurations',
  homepage: 'https://modelcontextprotocol.io/docs/develop/connect-local-servers',
  settings: Settings,
  async *list(settings) {
    yield* documents('client-configs', settings.paths);
  },
};

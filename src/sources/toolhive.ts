import * as z from 'zod';
import type { Source } from './source.ts';
import { Address, documents } from './support/documents.ts';

const Settings = z.strictObject({
  /** Registry documents, by address or path. */
  registries: z.array(Address).min(1),
});

/** ToolHive's registry, in its upstream form and in its older one. */
export const toolhive: Source<typeof Settings> = {
  id: 'toolhive',
  title: 'ToolHive registry',
  homepage: 'https://github.com/stacklok/toolhive-catalog',
  settings: Settings,
  async *list(settings) {
    yield* documents('toolhive', settings.registries);
  },
};

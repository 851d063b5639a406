import * as z from 'zod';
import { formatLocator } from '../model/id.ts';
import type { Source } from './source.ts';
import { namesOf } from './support/names.ts';

const Name = z.string().regex(/^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/u, 'is no npm package name');

const Settings = z.strictObject({
  /** Package names, or a name with a pinned version. */
  names: z.array(z.union([Name, z.strictObject({ name: Name, version: z.string().min(1) })])).default([]),
  /** A text file with one package name a line; `#` begins a comment. */
  file: z.string().optional(),
});

/** npm packages by name. */
export const npm: Source<typeof Settings> = {
  id: 'npm',
  title: 'npm packages by name',
  homepage: 'https://docs.npmjs.com',
  settings: Settings,
  async *list(settings, world) {
    const listed = await namesOf(settings.file, world);
    if (listed.kind === 'failed') yield listed;
    const fromFile = listed.kind === 'names' ? listed.names : [];
    for (const entry of [...settings.names, ...fromFile]) {
      const { name, version } = typeof entry === 'string' ? { name: entry, version: undefined } : entry;
      const locator = formatLocator({ kind: 'npm', name, ...(version === undefined ? {} : { version }) });
      yield { locator, source: 'npm', aliases: [], name };
    }
  },
};

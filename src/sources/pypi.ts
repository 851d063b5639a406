import * as z from 'zod';
import { pypiPackage } from '../model/declared.ts';
import { formatLocator } from '../model/id.ts';
import type { Source } from './source.ts';
import { namesOf } from './support/names.ts';

const Name = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/u, 'is no PyPI package name');

const Settings = z.strictObject({
  /** Package names, or a name with a pinned version. */
  names: z.array(z.union([Name, z.strictObject({ name: Name, version: z.string().min(1) })])).default([]),
  /** A text file with one package name a line; `#` begins a comment. */
  file: z.string().optional(),
});

/** Python packages by name. The index is the one that the Python client is configured for. */
export const pypi: Source<typeof Settings> = {
  id: 'pypi',
  title: 'Python packages by name',
  homepage: 'https://packaging.python.org/en/latest/specifications/simple-repository-api/',
  settings: Settings,
  async *list(settings, world) {
    const listed = await namesOf(settings.file, world);
    if (listed.kind === 'failed') yield listed;
    const fromFile = listed.kind === 'names' ? listed.names : [];
    for (const entry of [...settings.names, ...fromFile]) {
      const { name, version } = typeof entry === 'string' ? { name: entry, version: undefined } : entry;
      const declared = pypiPackage(name);
      if (declared === undefined) {
        yield {
          kind: 'failed',
          outcome: 'malformed',
          reason: 'package-name',
          message: `${name} is no PyPI package name`,
        };
        continue;
      }
      const locator = formatLocator({
        kind: 'pypi',
        name: declared.name,
        ...(version === undefined ? {} : { version }),
      });
      yield { locator, source: 'pypi', aliases: [], name };
    }
  },
};

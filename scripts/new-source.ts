/** Lays out a new kind of source: `npm run new-source ID`. */
import { join } from 'node:path';
import { camelCase, idFrom, layOut, run } from './scaffold.ts';

const root = process.env.TOOLRISK_ROOT ?? join(import.meta.dirname, '..');

run(() => {
  const id = idFrom(process.argv[2], 'new-source');
  const name = camelCase(id);
  return layOut({
    root,
    id,
    index: 'src/sources/index.ts',
    list: 'sources',
    files: {
      [`src/sources/${id}.ts`]: `import * as z from 'zod';
import type { Source } from './source.ts';
import { Address, documents } from './support/documents.ts';

const Settings = z.strictObject({
  /** Documents that list servers, by address or path. */
  documents: z.array(Address).min(1),
});

/** What this source is, and who keeps it. */
export const ${name}: Source<typeof Settings> = {
  id: '${id}',
  title: '${id}',
  homepage: 'https://example.org',
  settings: Settings,
  async *list(settings) {
    yield* documents('${id}', settings.documents);
  },
};
`,
      [`test/sources/${id}.test.ts`]: `import { expect, it } from 'vitest';
import { readSources } from '../../src/sources/config.ts';
import { linesOf, sourceWorld } from './world.ts';

it('lists what its settings name', async () => {
  const [source] = readSources('sources: [{source: ${id}, documents: [list.json]}]', 'sources.yaml');
  expect(source === undefined ? [] : await linesOf(source.list(sourceWorld()))).toEqual([
    { locator: 'file:list.json', source: '${id}', aliases: [] },
  ]);
});
`,
    },
  });
}, `Say what it lists, then: npx vitest run test/sources, and add an entry to data/sources.yaml`);

import * as z from 'zod';
import type { Source } from './source.ts';
import { Address, documents } from './support/documents.ts';

const Settings = z.strictObject({
  /** Pages of directories (their selectors are in `data/directories.yaml`), READMEs, and other pages with lists of tools. */
  pages: z.array(Address).min(1),
});

/** HTML directories, READMEs and other pages that list servers or tools. Robots.txt is asked. */
export const webPages: Source<typeof Settings> = {
  id: 'web-pages',
  title: 'HTML directories and READMEs',
  homepage: 'https://www.rfc-editor.org/rfc/rfc9309',
  settings: Settings,
  async *list(settings) {
    yield* documents('web-pages', settings.pages);
  },
};

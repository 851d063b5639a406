/** Lays out a new shape of manifest: `npm run new-extractor ID`. */
import { join } from 'node:path';
import { camelCase, idFrom, layOut, run } from './scaffold.ts';

const root = process.env.TOOLRISK_ROOT ?? join(import.meta.dirname, '..');

run(() => {
  const id = idFrom(process.argv[2], 'new-extractor');
  const name = camelCase(id);
  return layOut({
    root,
    id,
    index: 'src/extract/index.ts',
    list: 'extractors',
    // The list is ordered from specific to general: a new shape is asked before the general ones.
    before: 'serverJson',
    files: {
      [`src/extract/${id}.ts`]: `import { entryId, extractionOf, readingOf } from './edge/facts.ts';
import { toolsFrom } from './edge/tools.ts';
import { field, listOf, textOf } from './edge/value.ts';
import type { Extractor } from './extractor.ts';

/** What documents of this shape are, and who writes them. */
export const ${name}: Extractor = {
  id: '${id}',
  title: '${id}',
  homepage: 'https://example.org',
  accepts({ value }) {
    return textOf(field(value, '${name}')) !== undefined && listOf(field(value, 'tools')) !== undefined;
  },
  extract(document) {
    const { value, location } = document;
    const name = textOf(field(value, '${name}')) ?? document.fileName;
    const list = toolsFrom(field(value, 'tools'), { location, pointer: '/tools', method: 'publisher-list' });
    return extractionOf([readingOf({ id: entryId(document, name), name }, { list })]);
  },
};
`,
      [`test/extract/${id}.test.ts`]: `import { expect, it } from 'vitest';
import { ${name} } from '../../src/extract/${id}.ts';

it('reads the tools of a document', () => {
  const value = { ${name}: 'demo', tools: [{ name: 'read_note', description: 'Reads one note.' }] };
  const document = { location: 'file:demo.json', fileName: 'demo.json', text: JSON.stringify(value), value };
  expect(${name}.accepts(document)).toBe(true);
  expect(${name}.extract(document).servers[0]?.tools.map((tool) => tool.definition.name)).toEqual(['read_note']);
});
`,
    },
  });
}, `Describe the shape, then: npx vitest run test/extract, and put it into its place in src/extract/index.ts`);

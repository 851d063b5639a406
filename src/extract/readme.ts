import { type Block, markdownBlocks } from './edge/blocks.ts';
import { extractionOf, idOfLocation, readingOf } from './edge/facts.ts';
import { proseTools } from './edge/prose-tools.ts';
import type { Document, Extractor } from './extractor.ts';

/** A README or another Markdown page with tables or lists of tools. A page without any is of no known shape. */
export const readme: Extractor = {
  id: 'readme',
  title: 'README with a list of tools',
  homepage: 'https://spec.commonmark.org/',
  accepts(document) {
    return isMarkdown(document) && toolsOf(document).length > 0;
  },
  extract(document) {
    const blocks = markdownBlocks(document.text);
    const reading = readingOf(
      { id: idOfLocation(document.location), name: titleOf(blocks), notes: ['read-from-prose'] },
      { list: { tools: proseTools(blocks, document.location), dropped: [] } },
    );
    return extractionOf([reading]);
  },
};

/** The first heading of a page. */
export function titleOf(blocks: readonly Block[]): string | undefined {
  const heading = blocks.find((block) => block.kind === 'heading');
  return heading?.piece.text;
}

function isMarkdown(document: Document): boolean {
  return document.value === undefined && /\.(?:md|mdx|markdown)$/iu.test(document.fileName);
}

function toolsOf(document: Document) {
  return proseTools(markdownBlocks(document.text), document.location);
}

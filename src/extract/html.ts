import { isPage } from './edge/document.ts';
import { extractionOf, idOfLocation, readingOf } from './edge/facts.ts';
import { htmlBlocks } from './edge/html-blocks.ts';
import { proseTools } from './edge/prose-tools.ts';
import type { Document, Extractor } from './extractor.ts';
import { titleOf } from './readme.ts';

/** A web page with tables or lists of tools, of a site that has no selectors of its own. */
export const html: Extractor = {
  id: 'html',
  title: 'web page with a list of tools',
  homepage: 'https://html.spec.whatwg.org/',
  accepts(document) {
    return isHtml(document) && proseTools(htmlBlocks(document.text), document.location).length > 0;
  },
  extract(document) {
    const blocks = htmlBlocks(document.text);
    // A page has no lines that a reader would find again, so the provenance is the page itself.
    const tools = proseTools(blocks, document.location).map((tool) => ({ ...tool, provenance: document.location }));
    const reading = readingOf(
      { id: idOfLocation(document.location), name: titleOf(blocks), notes: ['read-from-prose'] },
      { list: { tools, dropped: [] } },
    );
    return extractionOf([reading]);
  },
};

/** True for a document that is a web page, by its name or its beginning. */
export function isHtml(document: Document): boolean {
  return document.value === undefined && isPage(document.fileName, document.text);
}

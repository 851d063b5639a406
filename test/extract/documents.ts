import { openDocument } from '../../src/extract/edge/document.ts';
import type { Document, Extraction } from '../../src/extract/extractor.ts';
import { extractorFor } from '../../src/extract/index.ts';

/** Opens a text or a value as the document that a file of that name would be. */
export function documentOf(fileName: string, content: string | object): Document {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const opened = openDocument(new TextEncoder().encode(text), `file:${fileName}`, fileName);
  if (opened.kind === 'failed') throw new Error(opened.message);
  return opened.document;
}

/** Which extractor reads a document, and what it finds. */
export function extracted(fileName: string, content: string | object): { readonly by: string } & Extraction {
  const document = documentOf(fileName, content);
  const extractor = extractorFor(document);
  if (extractor === undefined) return { by: 'none', servers: [], problems: [], leads: [] };
  return { by: extractor.id, ...extractor.extract(document) };
}

import type { Document, Extraction, Extractor } from './extractor.ts';
import { mcpbManifest } from './mcpb-manifest.ts';
import { serverJson } from './server-json.ts';
import { toolsList } from './tools-list.ts';

/** Every shape of manifest, most specific first: the first that accepts a document reads it. A test compares this list with the folder. */
export const extractors: readonly Extractor[] = [mcpbManifest, serverJson, toolsList];

/** The extractor that reads a document; undefined when the document is of no known shape. */
export function extractorFor(document: Document): Extractor | undefined {
  return extractors.find((extractor) => extractor.accepts(document));
}

/** Reads a document by the first extractor that accepts it; undefined when it is of no known shape. */
export function extractDocument(document: Document): Extraction | undefined {
  return extractorFor(document)?.extract(document);
}

export { openDocument } from './edge/document.ts';

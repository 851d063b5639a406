import type { Directory } from '../model/directory.ts';
import type { JsonObject } from '../model/tool.ts';
import { aiCatalogue } from './ai-catalogue.ts';
import { clientConfig } from './client-config.ts';
import { directoryExtractor } from './directory.ts';
import { dockerCatalogue } from './docker-catalogue.ts';
import { dockerServer } from './docker-server.ts';
import { objectOf } from './edge/value.ts';
import type { Document, Extraction, Extractor } from './extractor.ts';
import { html } from './html.ts';
import { mcpCorpus } from './mcp-corpus.ts';
import { mcpbManifest } from './mcpb-manifest.ts';
import { mcpm } from './mcpm.ts';
import { obot } from './obot.ts';
import { readme } from './readme.ts';
import { serverCard } from './server-card.ts';
import { serverJson } from './server-json.ts';
import { smithery } from './smithery.ts';
import { toolhive } from './toolhive.ts';
import { toolsList } from './tools-list.ts';
import { toolsdk } from './toolsdk.ts';
import { toucan } from './toucan.ts';

/** Every shape of manifest, most specific first: the first that accepts a document reads it. A test compares this list with the folder. */
export const extractors: readonly Extractor[] = [
  toucan,
  mcpCorpus,
  mcpbManifest,
  aiCatalogue,
  toolhive,
  dockerServer,
  dockerCatalogue,
  obot,
  mcpm,
  toolsdk,
  smithery,
  serverJson,
  serverCard,
  clientConfig,
  toolsList,
  readme,
  html,
];

/** The extractor that reads a document; undefined when the document is of no known shape. Directories are asked first. */
export function extractorFor(document: Document, directories: readonly Directory[] = []): Extractor | undefined {
  const object = objectOf(document.value);
  if (object !== undefined) {
    const asked = askedOf(object);
    return extractors.find((extractor, place) => (asked & (1 << place)) !== 0 && extractor.accepts(document));
  }
  return [...directories.map(directoryExtractor), ...extractors].find((extractor) => extractor.accepts(document));
}

/** One bit for each extractor that is asked about every object, … */
const ALWAYS = bitsOf((extractor) => extractor.keys === undefined);

/** … and about an object with this key. */
const BY_KEY: ReadonlyMap<string, number> = new Map(
  extractors
    .flatMap((extractor) => extractor.keys ?? [])
    .map((key) => [key, bitsOf((extractor) => extractor.keys?.includes(key) === true)]),
);

function bitsOf(is: (extractor: Extractor) => boolean): number {
  return extractors.reduce((bits, extractor, place) => (is(extractor) ? bits | (1 << place) : bits), 0);
}

function askedOf(object: JsonObject): number {
  let asked = ALWAYS;
  for (const key of Object.keys(object)) asked |= BY_KEY.get(key) ?? 0;
  return asked;
}

/** Reads a document by the first extractor that accepts it; undefined when it is of no known shape. */
export function extractDocument(document: Document, directories: readonly Directory[] = []): Extraction | undefined {
  return extractorFor(document, directories)?.extract(document);
}

export { openDocument } from './edge/document.ts';

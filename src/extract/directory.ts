import type { Cheerio, CheerioAPI } from 'cheerio';
import { npmPackage, packageId } from '../model/declared.ts';
import type { Directory } from '../model/directory.ts';
import type { ServerReading } from '../model/manifest.ts';
import type { Json } from '../model/tool.ts';
import { entryId, extractionOf, readingOf } from './edge/facts.ts';
import { parseHtml } from './edge/parse-html.ts';
import { type ToolList, toolsFrom } from './edge/tools.ts';
import type { Document, Extraction, Extractor } from './extractor.ts';
import { isHtml } from './html.ts';

type Element = ReturnType<CheerioAPI> extends Cheerio<infer One> ? One : never;

/** Makes the extractor of one HTML directory from its selectors, which are data (`data/directories.yaml`). */
export function directoryExtractor(directory: Directory): Extractor {
  return {
    id: `directory-${directory.id}`,
    title: directory.title,
    homepage: directory.homepage,
    accepts(document) {
      return (
        isHtml(document) &&
        ofDirectory(document, directory) &&
        parseHtml(document.text)(directory.server.each).length > 0
      );
    },
    extract(document) {
      return extractPage(document, directory);
    },
  };
}

function extractPage(document: Document, directory: Directory): Extraction {
  const $ = parseHtml(document.text);
  const servers: ServerReading[] = [];
  const leads: string[] = [];
  let nameless = 0;
  for (const element of $(directory.server.each).toArray()) {
    const entry = $(element);
    const name = textAt(entry, directory.server.name);
    if (name === undefined) {
      nameless++;
      continue;
    }
    const declared = npmPackage(textAt(entry, directory.server.npm) ?? '');
    const link = linkAt(entry, directory.server.link, document.location);
    const list = toolsOf($, entry, directory, document.location);
    servers.push(
      readingOf(
        {
          id: declared === undefined ? entryId(document, name) : packageId(declared),
          name,
          description: textAt(entry, directory.server.description),
          repository: hrefAt(entry, directory.server.repository),
        },
        list === undefined ? {} : { list },
      ),
    );
    if (link !== undefined) leads.push(`file:${link}`);
    if (declared !== undefined) leads.push(packageId(declared));
  }
  const problems = nameless === 0 ? [] : [`${nameless} entries of the page have no name where the selectors say`];
  return extractionOf(servers, leads, problems);
}

function toolsOf($: CheerioAPI, entry: Cheerio<Element>, directory: Directory, location: string): ToolList | undefined {
  const { tool } = directory;
  if (tool === undefined) return undefined;
  const listed = entry
    .find(tool.each)
    .toArray()
    .map((element): Json => {
      const name = textAt($(element), tool.name);
      const description = textAt($(element), tool.description);
      return { ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) };
    });
  const list = toolsFrom(listed, { location, pointer: '', method: 'readme', namesOnly: true });
  // A page has no JSON Pointers.
  return {
    ...list,
    tools: list.tools.map((one) => ({ ...one, provenance: location, notes: ['read from a directory'] })),
  };
}

/** Text of the first match inside an entry; `.` is the entry itself. */
function textAt(entry: Cheerio<Element>, selector: string | undefined): string | undefined {
  if (selector === undefined) return undefined;
  const found = selector === '.' ? entry : entry.find(selector).first();
  const text = found.text().replace(/\s+/gu, ' ').trim();
  return text === '' ? undefined : text;
}

function hrefAt(entry: Cheerio<Element>, selector: string | undefined): string | undefined {
  return selector === undefined ? undefined : entry.find(selector).first().attr('href');
}

/** A link to a page of the same site: a directory speaks for its own pages only. */
function linkAt(entry: Cheerio<Element>, selector: string | undefined, location: string): string | undefined {
  const href = hrefAt(entry, selector);
  if (href === undefined || !URL.canParse(href, location)) return undefined;
  const url = new URL(href, location);
  return URL.canParse(location) && url.origin === new URL(location).origin ? url.href : undefined;
}

function ofDirectory(document: Document, directory: Directory): boolean {
  const host = URL.canParse(document.location) ? new URL(document.location).hostname : '';
  return host === ''
    ? directory.files.some((name) => document.location.endsWith(name))
    : directory.hosts.includes(host);
}

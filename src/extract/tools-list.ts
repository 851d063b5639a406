import type { Json } from '../model/tool.ts';
import { extractionOf, idOfLocation, type PartialFacts, readingOf } from './edge/facts.ts';
import { joinLists, type ToolList, toolsFrom } from './edge/tools.ts';
import { at, field, listOf, objectOf, pointer, textOf } from './edge/value.ts';
import type { Document, Extraction, Extractor } from './extractor.ts';

/** A part of a document that holds a list of tools, and where it stands. */
interface Part {
  readonly list: Json;
  readonly pointer: string;
  /** The document is one tool, which has the pointer of the whole document. */
  readonly alone?: true;
  /** The server says that there are more. */
  readonly more: boolean;
}

/** Keys under which a document lists its tools, first match wins. */
const LIST_KEYS = ['tools', 'consolidated_tools'] as const;

/** Keys of which one is enough to take an object for a tool; prompts and resources have none of them. */
const TOOL_KEYS = ['inputSchema', 'input_schema', 'annotations', 'outputSchema', 'requiredScopes'] as const;

/** A `tools/list` result: in a JSON-RPC envelope or bare, one page or an array of pages, or the array of tools alone. */
export const toolsList: Extractor = {
  id: 'tools-list',
  title: 'tools/list result',
  homepage: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools',
  keys: ['result', 'jsonrpc', ...LIST_KEYS, ...TOOL_KEYS],
  accepts(document) {
    return partsOf(document.value, document.fileName).length > 0 || rpcError(document.value) !== undefined;
  },
  extract(document) {
    const error = rpcError(document.value);
    if (error !== undefined) return extractionOf([], [], [`the answer is an error: ${error}`]);
    return extractParts(document);
  },
};

function extractParts(document: Document): Extraction {
  const { value, location } = document;
  const parts = partsOf(value, document.fileName);
  const lists: ToolList[] = [];
  for (const part of parts) lists.push(listOfPart(part, document));
  const listing = { list: joinLists(lists), complete: parts.at(-1)?.more === false };
  const initialised = field(value, 'metadata');
  const about = {
    id: idOfLocation(location),
    name: textOf(field(value, 'server_name')),
    instructions: textOf(field(value, 'instructions')) ?? textOf(field(initialised, 'instructions')),
  };
  const info = objectOf(field(value, 'serverInfo')) ?? objectOf(field(initialised, 'serverInfo'));
  // Few documents say what server they come from.
  return extractionOf([readingOf(info === undefined ? about : withInfo(about, info), listing)]);
}

/** What `serverInfo` says of the server, and what stands beside it. */
function withInfo(about: PartialFacts, info: Json): PartialFacts {
  return {
    ...about,
    name: textOf(field(info, 'name')) ?? about.name,
    title: textOf(field(info, 'title')),
    version: textOf(field(info, 'version')),
    description: textOf(field(info, 'description')),
    homepage: textOf(field(info, 'websiteUrl')),
  };
}

function listOfPart(part: Part, { location, jsonChars }: Document): ToolList {
  const { tools, dropped } = toolsFrom(part.list, {
    location,
    pointer: part.pointer,
    method: 'publisher-list',
    jsonChars,
  });
  return part.alone === true
    ? { tools: tools.map((tool) => ({ ...tool, provenance: `${location}#` })), dropped }
    : { tools, dropped };
}

/** Finds the lists of tools of a document, empty when it is of another shape. */
function partsOf(value: Json | undefined, fileName: string): readonly Part[] {
  const items = listOf(value);
  if (items === undefined) {
    const page = pageOf(value, '');
    if (page !== undefined) return [page];
    // One tool alone: its pointer is the document's.
    return value !== undefined && isTool(value) ? [{ list: [value], pointer: '', alone: true, more: true }] : [];
  }
  if (items.length === 0) return /tools/iu.test(fileName) ? [{ list: items, pointer: '', more: true }] : [];
  const pages = items.map((item, index) => pageOf(item, pointer('', index)));
  if (pages.every((page) => page !== undefined)) return pages;
  const likely = items.filter((item) => isTool(item) || (/tool/iu.test(fileName) && isNamed(item)));
  return likely.length * 2 > items.length ? [{ list: items, pointer: '', more: false }] : [];
}

/** One page: `{tools}`, or a JSON-RPC envelope around it. */
function pageOf(value: Json | undefined, base: string): Part | undefined {
  const enveloped = at(value, 'result', 'tools') !== undefined;
  const body = enveloped ? field(value, 'result') : value;
  const path = enveloped ? pointer(base, 'result') : base;
  for (const key of LIST_KEYS) {
    const list = field(body, key);
    if (listOf(list) === undefined || list === undefined) continue;
    return { list, pointer: pointer(path, key), more: typeof field(body, 'nextCursor') === 'string' };
  }
  return undefined;
}

function isTool(value: Json): boolean {
  return isNamed(value) && TOOL_KEYS.some((key) => objectOf(field(value, key)) ?? listOf(field(value, key)));
}

function isNamed(value: Json): boolean {
  return typeof field(value, 'name') === 'string' && field(value, 'uri') === undefined;
}

function rpcError(value: Json | undefined): string | undefined {
  if (textOf(field(value, 'jsonrpc')) === undefined) return undefined;
  return textOf(at(value, 'error', 'message'));
}

import { declaredRemote } from '../model/declared.ts';
import { remoteId, type ServerId } from '../model/id.ts';
import type { Json } from '../model/tool.ts';
import { extractionOf, idOfLocation, linkOf, readingOf } from './edge/facts.ts';
import { toolsFrom } from './edge/tools.ts';
import { at, field, listOf, objectOf, pointer, textOf } from './edge/value.ts';
import type { Document, Extraction, Extractor } from './extractor.ts';

/** Paths at which cards name the endpoint of their server, first match wins. */
const ENDPOINTS: readonly (readonly string[])[] = [
  ['endpoint'],
  ['url'],
  ['transport', 'endpoint'],
  ['transport', 'url'],
  ['connection', 'url'],
  ['authentication', 'endpoint'],
  ['server', 'url'],
  ['mcp', 'endpoints', 'streamable-http', 'url'],
  ['mcp', 'endpoints', 'http', 'url'],
  ['mcp', 'endpoints', 'sse', 'url'],
];

/** Keys that a card has beside name and tools. */
const MARKS = [
  'transport',
  'authentication',
  'auth',
  'capabilities',
  'endpoint',
  'serverCard',
  'connection',
  'protocolVersion',
  'protocol_version',
] as const;

/** A server's card about itself, in every shape that is in use. Self-declared; the official form lists no tools. */
export const serverCard: Extractor = {
  id: 'server-card',
  title: 'server card',
  homepage: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2127',
  keys: ['$schema', 'mcp', 'servers', ...MARKS],
  accepts({ value }) {
    return isCard(value) || cardsOf(value).length > 0;
  },
  extract(document) {
    const cards = cardsOf(document.value);
    if (cards.length === 0) return readCard(document, document.value, '');
    const parts = cards.map((card, index) => readCard(document, card, pointer('/servers', index)));
    return extractionOf(
      parts.flatMap((part) => part.servers),
      parts.flatMap((part) => part.leads),
    );
  },
};

/** Reads one card that stands at a pointer of a document. */
export function readCard(document: Document, card: Json | undefined, path: string): Extraction {
  const endpoint = endpointOf(card);
  const remote = endpoint === undefined ? undefined : declaredRemote(endpoint.replace(/[?#].*$/su, ''));
  const own = remote === undefined || !speaksFor(document.location, remote) ? undefined : remote;
  const info = objectOf(field(card, 'serverInfo')) ?? objectOf(field(card, 'server')) ?? card;
  const [key, given] = toolsOf(card);
  const list = toolsFrom(given, {
    location: document.location,
    pointer: pointer(path, ...key),
    method: 'publisher-list',
  });
  const reading = readingOf(
    {
      id: own ?? idOfLocation(document.location),
      name: textOf(field(info, 'name')) ?? textOf(field(card, 'name')),
      title: textOf(field(info, 'title')) ?? textOf(field(card, 'displayName')) ?? textOf(field(card, 'display_name')),
      description: textOf(field(card, 'description')) ?? textOf(field(info, 'description')),
      version: textOf(field(info, 'version')) ?? textOf(field(card, 'version')),
      homepage: linkOf(field(card, 'homepage')) ?? linkOf(field(card, 'websiteUrl')),
      repository: linkOf(field(card, 'repository')),
      license: textOf(field(card, 'license')),
      instructions: textOf(field(card, 'instructions')),
      notes: [
        'self-declared-card',
        ...(remote !== undefined && own === undefined ? ['card-names-endpoint-of-another-site'] : []),
      ],
    },
    { list, listsTools: given !== undefined },
  );
  const pointers = [textOf(field(card, 'serverCard')), textOf(field(card, 'card'))];
  return extractionOf(
    [reading],
    [...(own === undefined ? [] : [own]), ...pointers.flatMap((url) => cardLead(document, url))],
  );
}

/** The address of another card, resolved against the document's own, as a locator. */
export function cardLead(document: Document, url: string | undefined): readonly string[] {
  if (url === undefined || remoteId(document.location) === undefined) {
    return url !== undefined && /^https:\/\//iu.test(url) ? [`file:${url}`] : [];
  }
  const resolved = URL.canParse(url, document.location) ? new URL(url, document.location) : undefined;
  return resolved !== undefined && /^https?:$/u.test(resolved.protocol) ? [`file:${resolved.href}`] : [];
}

/** `tools: […]` or `capabilities: {tools: […]}`; `true` and `{listChanged}` say only that there are some. */
function toolsOf(card: Json | undefined): readonly [readonly string[], readonly Json[] | undefined] {
  const top = listOf(field(card, 'tools'));
  if (top !== undefined) return [['tools'], top];
  return [['capabilities', 'tools'], listOf(at(card, 'capabilities', 'tools'))];
}

function endpointOf(card: Json | undefined): string | undefined {
  const named = ENDPOINTS.map((path) => textOf(at(card, ...path)));
  const remotes = (listOf(field(card, 'remotes')) ?? []).map((remote) => textOf(field(remote, 'url')));
  return [...named, ...remotes].find((url) => url !== undefined && /^https?:\/\//iu.test(url));
}

/**
 * A card may speak for an endpoint of its own site only: else any site could say what another one's server does. A file
 * that the operator gave speaks for whom it names.
 */
function speaksFor(location: string, remote: ServerId): boolean {
  const from = remoteId(location.replace(/^file:/u, ''));
  return from === undefined || siteOf(from) === siteOf(remote);
}

/** The last two labels of the host: coarse, and only ever used to refuse. */
function siteOf(id: ServerId): string {
  const { hostname } = new URL(id.slice(id.indexOf(':') + 1));
  return /^[\d.]+$|:/u.test(hostname) ? hostname : hostname.split('.').slice(-2).join('.');
}

/** `{servers: [{name, url, card}]}`: an index of the cards of one site. */
function cardsOf(value: Json | undefined): readonly Json[] {
  const servers = listOf(field(value, 'servers')) ?? [];
  const all =
    servers.length > 0 &&
    servers.every((one) => endpointOf(one) !== undefined || textOf(field(one, 'card')) !== undefined);
  return all ? servers : [];
}

function isCard(value: Json | undefined): boolean {
  const schema = textOf(field(value, '$schema')) ?? '';
  if (/server-card|discovery\.json|tool-list/u.test(schema) && objectOf(value) !== undefined) return true;
  if (at(value, 'mcp', 'endpoints') !== undefined) return true;
  const named =
    objectOf(field(value, 'serverInfo')) ?? objectOf(field(value, 'server')) ?? textOf(field(value, 'name'));
  return (
    named !== undefined &&
    MARKS.some((key) => field(value, key) !== undefined) &&
    (endpointOf(value) !== undefined || listOf(field(value, 'tools')) !== undefined)
  );
}

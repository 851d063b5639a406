import { distinct } from '../../model/declared.ts';
import { parseLocator, remoteId, type ServerId, serverIdOf } from '../../model/id.ts';
import { LIMITS } from '../../model/limits.ts';
import type { ServerFacts, ServerReading } from '../../model/manifest.ts';
import type { Json } from '../../model/tool.ts';
import type { Document, Extraction } from '../extractor.ts';
import { NO_TOOLS, type ToolList } from './tools.ts';
import { field, objectOf, textOf } from './value.ts';

/** What an extractor knows of a server; every part but the id may be missing or empty. */
export interface PartialFacts {
  readonly id: ServerId;
  readonly aliases?: readonly ServerId[];
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly version?: string | undefined;
  readonly homepage?: string | undefined;
  readonly repository?: string | undefined;
  readonly license?: string | undefined;
  readonly publishedAt?: string | undefined;
  readonly deprecated?: string | undefined;
  readonly instructions?: string | undefined;
  readonly notes?: readonly string[];
}

const OPTIONAL = [
  'name',
  'title',
  'description',
  'version',
  'homepage',
  'repository',
  'license',
  'publishedAt',
  'deprecated',
  'instructions',
] as const;

/** Makes the facts of a server: empty parts are left out, long ones are cut at `LIMITS.descriptionChars`, lists are sorted. */
export function factsFrom(partial: PartialFacts): ServerFacts {
  const texts: { [Key in (typeof OPTIONAL)[number]]?: string } = {};
  for (const key of OPTIONAL) {
    const value = partial[key]?.trim();
    if (value !== undefined && value !== '') texts[key] = value.slice(0, LIMITS.descriptionChars);
  }
  return {
    id: partial.id,
    aliases: distinct((partial.aliases ?? []).filter((alias) => alias !== partial.id)),
    ...texts,
    notes: distinct(partial.notes ?? []),
  };
}

/** What a manifest says about a server beside its facts. */
export interface Listing {
  readonly list?: ToolList;
  readonly complete?: boolean;
  readonly listsTools?: boolean;
}

/** Makes a reading; without `listing` the manifest's format names no tools. */
export function readingOf(facts: PartialFacts, listing: Listing = {}): ServerReading {
  const { tools, dropped } = listing.list ?? NO_TOOLS;
  return {
    facts: factsFrom(facts),
    tools,
    dropped,
    complete: listing.complete ?? false,
    listsTools: listing.listsTools ?? listing.list !== undefined,
  };
}

/** An extraction of some servers, with its lists sorted. */
export function extractionOf(
  servers: readonly ServerReading[],
  leads: readonly string[] = [],
  problems: readonly string[] = [],
): Extraction {
  return { servers, problems, leads: distinct(leads) };
}

/**
 * The id of the server that a document speaks of when it declares none: the package it lies in, the remote it was
 * fetched from, else the file itself.
 */
export function idOfLocation(location: string): ServerId {
  const bare = location.replace(/[?#].*$/su, '');
  const remote = remoteId(bare);
  if (remote !== undefined) return remote;
  const bang = bare.indexOf('!');
  return serverIdOf(parseLocator(bang > 0 ? bare.slice(0, bang) : bare));
}

/** The id of one entry of a document that lists several servers: the document's own, `!`, and the entry's key. */
export function entryId(document: Document, key: string): ServerId {
  return `${idOfLocation(document.location)}!${key.replaceAll('#', '%23')}`;
}

/** The address in a `repository`, `homepage` or `author` that is either a text or an object with `url`. */
export function linkOf(value: Json | undefined): string | undefined {
  return textOf(value) ?? textOf(field(objectOf(value), 'url'));
}

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

/**
 * Makes the facts of a server: empty parts are left out, long ones are cut at `LIMITS.descriptionChars`, lists are sorted.
 * `notes` that are given beside stay in their order.
 */
export function factsFrom(partial: PartialFacts, notes = distinct(partial.notes ?? [])): ServerFacts {
  const { id, aliases } = partial;
  // A table of the names would say this shorter, and cost several times as much for each of them.
  const facts: Open<Omit<ServerFacts, 'notes'>> & { notes?: readonly string[] } = {
    id,
    aliases: aliases === undefined ? [] : othersThan(id, aliases),
  };
  const name = cut(partial.name);
  if (name !== undefined) facts.name = name;
  const title = cut(partial.title);
  if (title !== undefined) facts.title = title;
  const description = cut(partial.description);
  if (description !== undefined) facts.description = description;
  const version = cut(partial.version);
  if (version !== undefined) facts.version = version;
  const homepage = cut(partial.homepage);
  if (homepage !== undefined) facts.homepage = homepage;
  const repository = cut(partial.repository);
  if (repository !== undefined) facts.repository = repository;
  const license = cut(partial.license);
  if (license !== undefined) facts.license = license;
  const publishedAt = cut(partial.publishedAt);
  if (publishedAt !== undefined) facts.publishedAt = publishedAt;
  const deprecated = cut(partial.deprecated);
  if (deprecated !== undefined) facts.deprecated = deprecated;
  const instructions = cut(partial.instructions);
  if (instructions !== undefined) facts.instructions = instructions;
  // Last, as in every catalogue.
  return withNotes(facts, notes);
}

type Open<T> = { -readonly [Key in keyof T]: T[Key] };

/** The same facts, no copy. */
function withNotes(facts: Omit<ServerFacts, 'notes'> & { notes?: readonly string[] }, notes: readonly string[]) {
  facts.notes = notes;
  return facts as ServerFacts;
}

function othersThan(id: ServerId, aliases: readonly ServerId[]): readonly ServerId[] {
  return distinct(aliases.filter((alias) => alias !== id));
}

function cut(text: string | undefined): string | undefined {
  const value = text?.trim();
  return value === undefined || value === '' ? undefined : value.slice(0, LIMITS.descriptionChars);
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

import type { ServerReading } from '../model/manifest.ts';
import type { Json } from '../model/tool.ts';
import { type DeclaredLaunch, launchOf, remoteLaunch } from './edge/command-line.ts';
import { entryId, extractionOf, idOfLocation, linkOf, readingOf } from './edge/facts.ts';
import { toolsFrom } from './edge/tools.ts';
import { field, listOf, objectOf, textOf } from './edge/value.ts';
import type { Document, Extractor } from './extractor.ts';

/** Smithery: a project's `smithery.yaml`, and the listing and detail answers of its API. */
export const smithery: Extractor = {
  id: 'smithery',
  title: 'Smithery configuration or listing',
  homepage: 'https://smithery.ai/docs/build/project-config',
  keys: ['startCommand', 'runtime', 'servers', 'qualifiedName'],
  accepts({ value }) {
    return objectOf(field(value, 'startCommand')) !== undefined || runtimeOf(value) || listed(value).length > 0;
  },
  extract(document) {
    const { value } = document;
    if (objectOf(field(value, 'startCommand')) !== undefined || runtimeOf(value)) return readProject(document);
    const servers = listed(value).map((entry) => readListed(document, entry));
    return extractionOf(servers);
  },
};

/** `smithery.yaml` names no tools; its command may name a package. */
function readProject(document: Document) {
  const launch = commandOf(textOf(field(field(document.value, 'startCommand'), 'commandFunction')) ?? '');
  const reading = readingOf({ id: launch?.id ?? idOfLocation(document.location) });
  return extractionOf([reading], launch === undefined ? [] : [launch.locator]);
}

function runtimeOf(value: Json | undefined): boolean {
  return (
    /^(?:typescript|python|container)$/u.test(textOf(field(value, 'runtime')) ?? '') &&
    objectOf(field(value, 'build') ?? field(value, 'startCommand')) !== undefined
  );
}

/** Reads the literal command of the JavaScript function that the file holds as text. It is never run. */
function commandOf(source: string): DeclaredLaunch | undefined {
  const command = /\bcommand["']?\s*:\s*["']([^"'\n]{1,200})["']/u.exec(source)?.[1];
  const list = /\bargs["']?\s*:\s*\[([^\]]{0,2000})\]/u.exec(source)?.[1] ?? '';
  const args = [...list.matchAll(/["']([^"'\n]{0,400})["']/gu)].map((match) => match[1] ?? '');
  return command === undefined ? undefined : launchOf(command, args);
}

/** Entries of the API: a page of servers, or one server with its tools. */
function listed(value: Json | undefined): readonly Json[] {
  const entries = listOf(field(value, 'servers')) ?? (value === undefined ? [] : [value]);
  return entries.filter((entry) => textOf(field(entry, 'qualifiedName')) !== undefined);
}

function readListed(document: Document, entry: Json): ServerReading {
  const name = textOf(field(entry, 'qualifiedName')) ?? '';
  const remote = remoteLaunch(textOf(field(entry, 'deploymentUrl')) ?? '');
  const given = listOf(field(entry, 'tools'));
  return readingOf(
    {
      id: remote?.id ?? entryId(document, name),
      name,
      title: textOf(field(entry, 'displayName')),
      description: textOf(field(entry, 'description')),
      homepage: linkOf(field(entry, 'homepage')),
    },
    {
      list: toolsFrom(given, { location: document.location, pointer: '/tools', method: 'publisher-list' }),
      listsTools: given !== undefined,
    },
  );
}

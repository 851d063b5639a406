import { ociImage, packageId } from '../model/declared.ts';
import type { ServerId } from '../model/id.ts';
import type { Json } from '../model/tool.ts';
import { launchOf, remoteLaunch } from './edge/command-line.ts';
import { entryId, extractionOf, linkOf, readingOf } from './edge/facts.ts';
import { toolsFrom } from './edge/tools.ts';
import { at, field, listOf, objectOf, textOf } from './edge/value.ts';
import type { Extractor } from './extractor.ts';

/** Keys of which an entry has one: how obot runs it. */
const RUNTIMES = ['containerizedConfig', 'remoteConfig', 'npxConfig', 'uvxConfig'] as const;

/** One entry of obot's catalogue. Its `toolPreview` has descriptions and parameters without types. */
export const obot: Extractor = {
  id: 'obot',
  title: 'obot catalogue entry',
  homepage: 'https://github.com/obot-platform/mcp-catalog',
  keys: ['toolPreview', 'runtime'],
  accepts({ value }) {
    if (textOf(field(value, 'name')) === undefined) return false;
    if (listOf(field(value, 'toolPreview')) !== undefined) return true;
    return textOf(field(value, 'runtime')) !== undefined && RUNTIMES.some((key) => objectOf(field(value, key)));
  },
  extract(document) {
    const { value, location } = document;
    const way = wayOf(value);
    const key = textOf(field(value, 'entryKey')) ?? textOf(field(value, 'name')) ?? document.fileName;
    const given = field(value, 'toolPreview');
    const list = toolsFrom(given, { location, pointer: '/toolPreview', method: 'publisher-list' });
    const reading = readingOf(
      {
        id: way?.id ?? entryId(document, key),
        name: textOf(field(value, 'name')),
        description: textOf(field(value, 'shortDescription')) ?? textOf(field(value, 'description')),
        repository: linkOf(field(value, 'repoURL')),
      },
      { list, listsTools: given !== undefined },
    );
    return extractionOf([reading], way?.locator === undefined ? [] : [way.locator]);
  },
};

interface Way {
  readonly id: ServerId;
  readonly locator?: string;
}

function wayOf(value: Json | undefined): Way | undefined {
  const remote = textOf(at(value, 'remoteConfig', 'fixedURL')) ?? textOf(at(value, 'remoteConfig', 'url'));
  if (remote !== undefined) return remoteLaunch(remote);
  const npx = textOf(at(value, 'npxConfig', 'package'));
  if (npx !== undefined) return launchOf('npx', [npx]);
  const uvx = textOf(at(value, 'uvxConfig', 'package'));
  if (uvx !== undefined) return launchOf('uvx', [uvx]);
  const image = ociImage(textOf(at(value, 'containerizedConfig', 'image')) ?? '');
  return image === undefined ? undefined : { id: packageId(image) };
}

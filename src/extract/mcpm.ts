import { distinct, npmPackage, packageId } from '../model/declared.ts';
import type { ServerId } from '../model/id.ts';
import type { Json } from '../model/tool.ts';
import { type DeclaredLaunch, launchOf, remoteLaunch } from './edge/command-line.ts';
import { entryId, extractionOf, linkOf, readingOf } from './edge/facts.ts';
import { toolsFrom } from './edge/tools.ts';
import { field, listOf, objectOf, textOf } from './edge/value.ts';
import type { Extractor } from './extractor.ts';

/** One server of mcpm's registry: several ways to install it, and often full tool definitions. */
export const mcpm: Extractor = {
  id: 'mcpm',
  title: 'mcpm registry entry',
  homepage: 'https://github.com/pathintegral-institute/mcpm.sh/tree/main/mcp-registry',
  keys: ['installations'],
  accepts({ value }) {
    return textOf(field(value, 'name')) !== undefined && objectOf(field(value, 'installations')) !== undefined;
  },
  extract(document) {
    const { value, location } = document;
    const launches = installationsOf(value);
    const [id = entryId(document, textOf(field(value, 'name')) ?? ''), ...aliases] = idsOf(launches);
    const given = field(value, 'tools');
    const list = toolsFrom(given, { location, pointer: '/tools', method: 'publisher-list' });
    const reading = readingOf(
      {
        id,
        aliases,
        name: textOf(field(value, 'name')),
        title: textOf(field(value, 'display_name')),
        description: textOf(field(value, 'description')),
        homepage: linkOf(field(value, 'homepage')),
        repository: linkOf(field(value, 'repository')),
        license: textOf(field(value, 'license')),
        deprecated: field(value, 'is_archived') === true ? 'the registry marks it as archived' : undefined,
      },
      { list, listsTools: listOf(given) !== undefined },
    );
    return extractionOf(
      [reading],
      launches.map((launch) => launch.locator),
    );
  },
};

function installationsOf(value: Json | undefined): readonly DeclaredLaunch[] {
  return Object.values(objectOf(field(value, 'installations')) ?? {}).flatMap((one) => {
    const url = textOf(field(one, 'url'));
    if (url !== undefined) return remoteLaunch(url) ?? [];
    const args = (listOf(field(one, 'args')) ?? []).filter((arg) => typeof arg === 'string');
    const command = textOf(field(one, 'command'));
    const named = npmPackage(textOf(field(one, 'package')) ?? '');
    const launch = command === undefined ? undefined : launchOf(command, args);
    if (launch !== undefined) return launch;
    return named === undefined || textOf(field(one, 'type')) !== 'npm'
      ? []
      : { id: packageId(named), locator: packageId(named) };
  });
}

/** npm before PyPI before images: the order in which ids become canonical. */
function idsOf(launches: readonly DeclaredLaunch[]): readonly ServerId[] {
  return distinct(launches.map((launch) => launch.id)).toSorted((a, b) => rank(a) - rank(b));
}

function rank(id: ServerId): number {
  return ['npm', 'pypi', 'oci', 'remote'].indexOf(id.slice(0, id.indexOf(':')));
}

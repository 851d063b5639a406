import { remoteLaunch } from './edge/command-line.ts';
import { entryId, extractionOf, linkOf, readingOf } from './edge/facts.ts';
import { toolsFrom } from './edge/tools.ts';
import { at, field, listOf, objectOf, textOf } from './edge/value.ts';
import type { Extractor } from './extractor.ts';

/** One server of the Toucan crawl: what a remote answered to tools/list, with what a directory says about it. */
export const toucan: Extractor = {
  id: 'toucan',
  title: 'Toucan crawl',
  homepage: 'https://github.com/TheAgentArk/Toucan',
  keys: ['metadata'],
  accepts({ value }) {
    return objectOf(at(value, 'metadata', 'remote_server_response')) !== undefined;
  },
  extract(document) {
    const metadata = field(document.value, 'metadata');
    const answer = field(metadata, 'remote_server_response');
    const about = field(metadata, 'server_info_crawled');
    const remote = remoteLaunch(textOf(field(answer, 'url')) ?? '');
    const name = textOf(field(metadata, 'server_name'));
    const list = toolsFrom(field(answer, 'tools'), {
      location: document.location,
      pointer: '/metadata/remote_server_response/tools',
      method: 'publisher-list',
    });
    const answered = field(answer, 'is_success') === true && listOf(field(answer, 'tools')) !== undefined;
    const reading = readingOf(
      {
        id: remote?.id ?? entryId(document, name ?? document.fileName),
        name,
        description: textOf(field(about, 'overview')),
        homepage: linkOf(field(about, 'homepage')),
        repository: linkOf(field(about, 'repository_url')),
        license: textOf(field(about, 'license')),
      },
      { list, listsTools: answered },
    );
    const problems = answered
      ? []
      : [`the crawl reached no tools: ${textOf(field(answer, 'error')) ?? 'no reason given'}`];
    return extractionOf([reading], [], problems);
  },
};

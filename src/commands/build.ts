import type { Command } from './command.ts';
import { DB_OPTION } from './db-option.ts';

/** Where the site is when nobody says otherwise, relative to the working folder. */
export const DEFAULT_OUT = 'out/site';

export const build: Command = {
  name: 'build',
  summary: 'Build the static site from the catalogue',
  details:
    'Only pages whose inputs changed are written again. The folder is a symbolic link that is turned over when everything is done, so readers see the whole old or the whole new site.',
  arguments: [],
  options: [
    DB_OPTION,
    { name: 'out', value: 'DIR', text: 'Where the site goes', default: DEFAULT_OUT },
    { name: 'base-url', value: 'URL', text: 'Address of the published site, for canonical links, sitemap and feed' },
    { name: 'without-search', text: 'Leave the search index out' },
    { name: 'json', text: 'Print the report as JSON' },
  ],
  examples: ['toolrisk build', 'toolrisk build --base-url https://tools.example.com/'],
  async run(input, world) {
    const { buildFromCatalogue } = await import('./build-site.ts');
    return buildFromCatalogue(input, world, input.option('out') ?? DEFAULT_OUT);
  },
};

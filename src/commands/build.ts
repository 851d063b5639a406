import { relative, resolve } from 'node:path';
import { loadPolicyTable } from '../data/policy.ts';
import type { BuildReport } from '../site/build.ts';
import { DB_OPTION, withCatalogue } from './catalogue.ts';
import { type Command, CommandError, type ExitCode, type World } from './command.ts';

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
  run: (input, world) =>
    withCatalogue<ExitCode>(input, world, async (catalogue): Promise<ExitCode> => {
      const { buildSite } = await import('../site/build.ts');
      const { siteInput } = await import('./site-input.ts');
      const out = resolve(world.cwd, input.option('out') ?? DEFAULT_OUT);
      const baseUrl = baseUrlOf(input.option('base-url'));
      const report = await buildSite(siteInput(catalogue, world.dataFolder), {
        out,
        policyTable: loadPolicyTable(world.dataFolder),
        search: !input.has('without-search'),
        now: world.now,
        signal: world.signal,
        ...(baseUrl === undefined ? {} : { baseUrl }),
      });
      if (input.has('json')) world.stdout.write(`${JSON.stringify(report)}\n`);
      else tell(report, out, world);
      return 0;
    }),
};

/** An absolute http(s) address that ends in a slash. */
function baseUrlOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new CommandError(`--base-url ${text}: give an address like https://tools.example.com/ without ? and #`);
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function tell(report: BuildReport, out: string, world: World): void {
  const { servers, tools, rendered, kept, tombstones, pagesMs, searchMs } = report;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  world.stderr.write(
    `${tools} tools of ${servers} servers: ${rendered} pages written, ${kept} kept${tombstones > 0 ? `, ${tombstones} of tools that are gone` : ''}, in ${seconds(pagesMs)}; search in ${seconds(searchMs)}\n`,
  );
  world.stderr.write(
    `The site is in ${relative(world.cwd, out) || '.'}: look at it with "toolrisk serve", or open its index.html\n`,
  );
}

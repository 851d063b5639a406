import { relative, resolve } from 'node:path';
import { loadPolicyTable } from '../data/policy.ts';
import { type BuildReport, buildSite } from '../site/build.ts';
import { withCatalogue } from './catalogue.ts';
import { CommandError, type ExitCode, type Input, type World } from './command.ts';
import { siteInput } from './site-input.ts';

/** What `toolrisk build` does, with everything that it needs; `to` is the folder of the site. */
export function buildFromCatalogue(input: Input, world: World, to: string): Promise<ExitCode> {
  return withCatalogue<ExitCode>(input, world, async (catalogue): Promise<ExitCode> => {
    const out = resolve(world.cwd, to);
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
  });
}

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

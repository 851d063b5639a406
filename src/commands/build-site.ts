import { relative, resolve } from 'node:path';
import { loadPolicyTable } from '../data/policy.ts';
import { type BuildReport, buildSite } from '../site/build.ts';
import { DEFAULT_OUT } from './build.ts';
import { withCatalogue } from './catalogue.ts';
import { CommandError, type ExitCode, type Input, programName, type World } from './command.ts';
import { count, extentText } from './print.ts';
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
    }).catch((error: unknown) => {
      throw unwritable(error, out) ?? error;
    });
    if (input.has('json')) world.stdout.write(`${JSON.stringify(report)}\n`);
    else tell(report, out, world);
    return 0;
  });
}

/** What the system says of a place that cannot be written, in words. */
const UNWRITABLE: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
};

function unwritable(cause: unknown, out: string): CommandError | undefined {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why = Object.hasOwn(UNWRITABLE, code) ? UNWRITABLE[code] : undefined;
  if (why === undefined) return undefined;
  return new CommandError(`The site cannot be written to ${out}: ${why}. Change that, or name another with --out.`, {
    cause,
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
  const { servers, withTools, tools, rendered, kept, tombstones, pagesMs, searchMs } = report;
  const place = relative(world.cwd, out) || '.';
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  world.stderr.write(
    `${extentText(servers, withTools, tools)}: ${count(rendered, 'page')} written, ${kept} kept${tombstones > 0 ? `, ${tombstones} of tools that are gone` : ''}, in ${seconds(pagesMs)}; search in ${seconds(searchMs)}\n`,
  );
  world.stderr.write(
    `The site is in ${place}: look at it with "${programName(world.env)} serve${place === DEFAULT_OUT ? '' : ` --out ${place}`}", or open its index.html\n`,
  );
}

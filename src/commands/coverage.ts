import { METHODS, type Method } from '../model/tool.ts';
import { OUTCOME_INFO, OUTCOMES, type Outcome } from '../model/visit.ts';
import type { Catalogue } from '../store/catalogue.ts';
import type { ManifestRecord } from '../store/manifests.ts';
import type { MethodShare } from '../store/observations.ts';
import type { SourceState } from '../store/runs.ts';
import { withCatalogue } from './catalogue.ts';
import { type Command, CommandError, type Input } from './command.ts';
import { DB_OPTION } from './db-option.ts';
import { count, jsonDocument, oneLine, table, widthOf } from './print.ts';

/** How the last visits to some manifests of one source ended. */
interface Ending {
  readonly source: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly manifests: number;
  readonly servers: number;
  /** Null where no manifest ever answered: unknown, not none. */
  readonly tools: number | null;
  readonly dropped: number;
  readonly examples: readonly Example[];
}

interface Example {
  readonly locator: string;
  readonly message?: string;
}

/** Current tools of one source, by how their definition was obtained. */
interface Obtained {
  readonly source: string;
  readonly method: Method;
  readonly tools: number;
  readonly servers: number;
  readonly incomplete: number;
  readonly example: string;
}

const EXAMPLES = 3;

export const coverage: Command = {
  name: 'coverage',
  summary: 'Show what was read, per source, outcome and method, with examples',
  details: [
    'The first table says how the last listing of each source ended; what a source that failed lists is unknown. The',
    'second says how the last visit to each manifest ended, with examples below it; tools are unknown where none answered.',
    'The third says how the definitions of current tools were obtained. The last compares the lists of servers that',
    'several methods have read.',
  ].join('\n'),
  arguments: [],
  options: [
    { name: 'source', value: 'SOURCE', text: 'Only this source' },
    {
      name: 'examples',
      value: 'N',
      text: 'Locators to show for each outcome',
      default: String(EXAMPLES),
    },
    { name: 'json', text: 'Print JSON' },
    DB_OPTION,
  ],
  examples: ['toolrisk coverage', 'toolrisk coverage --source npm --examples 10', 'toolrisk coverage --json'],
  run: (input, world) =>
    withCatalogue(input, world, (catalogue) => {
      const only = input.option('source');
      const wanted = ({ source }: { readonly source: string }) => only === undefined || source === only;
      const allSources = catalogue.sources();
      const all = endingsOf(catalogue.manifests(), examplesOf(input));
      const listings = allSources.filter(wanted);
      const endings = all.filter(wanted);
      if (only !== undefined && endings.length + listings.length === 0) throw noSource(only, [...allSources, ...all]);
      const sources = [...new Set(endings.map((row) => row.source))];
      const obtained = sources.flatMap((source) => obtainedFrom(catalogue, source));
      const shares = catalogue.methodShares();
      if (input.has('json')) {
        jsonDocument(world.stdout, { sources: listings, visits: endings, methods: obtained, overlaps: shares });
        return 0;
      }
      const columns = widthOf(world.stdout);
      const parts = [
        listings.length > 0 ? table(listings, SOURCE_COLUMNS, columns) : '',
        listings
          .filter(({ whole }) => !whole)
          .map(failureLine)
          .join(''),
        endings.length > 0 ? table(endings, ENDING_COLUMNS, columns) : '',
        endings.flatMap(exampleLines).join(''),
        obtained.length > 0 ? table(obtained, OBTAINED_COLUMNS, columns) : '',
        shares.length > 0 ? table(shares, SHARE_COLUMNS, columns) : '',
      ];
      world.stdout.write(parts.filter((part) => part !== '').join('\n'));
      world.stderr.write(`${summary(endings, listings)}\n`);
      return 0;
    }),
};

function examplesOf(input: Input): number {
  const text = input.option('examples') ?? String(EXAMPLES);
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new CommandError(`--examples takes a whole number from 0, not ${oneLine(text)}.`);
}

function noSource(name: string, all: readonly { readonly source: string }[]): CommandError {
  const known = [...new Set(all.map(({ source }) => source))].sort().join(', ');
  return new CommandError(
    `The catalogue has nothing of a source ${oneLine(name)}. It has ${known || 'no source yet'}.`,
  );
}

/** Why a source could not be listed, and what is known of it all the same. */
function failureLine({ source, at, message, reason, lastWholeAt }: SourceState): string {
  const before = lastWholeAt === undefined ? 'never before' : `last at ${iso(lastWholeAt)}`;
  const why = oneLine(message ?? reason ?? 'no reason is known');
  return `source ${oneLine(source)} was not listed whole at ${iso(at)} (${before}): ${why}\n`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Examples of one line of the table of outcomes: whole, because a locator is what `extract` takes. */
function exampleLines({ source, outcome, reason, examples }: Ending): readonly string[] {
  if (examples.length === 0) return [];
  return [
    `${source}, ${outcome}${reason === '' ? '' : ` (${reason})`}, such as\n`,
    ...examples.map(
      ({ locator, message }) => `  ${oneLine(locator)}${message === undefined ? '' : `: ${oneLine(message)}`}\n`,
    ),
  ];
}

const SOURCE_COLUMNS = [
  { title: 'source', value: (row: SourceState) => row.source },
  { title: 'listed at', value: (row: SourceState) => iso(row.at) },
  { title: 'listing', value: (row: SourceState) => (row.whole ? 'whole' : 'failed') },
  { title: 'reason', value: (row: SourceState) => row.reason ?? '' },
  {
    title: 'manifests',
    value: (row: SourceState) => (row.whole ? row.listed : row.listed === 0 ? UNKNOWN : `at least ${row.listed}`),
    right: true,
  },
];

const UNKNOWN = 'unknown';

const ENDING_COLUMNS = [
  { title: 'source', value: (row: Ending) => row.source },
  { title: 'outcome', value: (row: Ending) => row.outcome },
  { title: 'reason', value: (row: Ending) => row.reason },
  { title: 'manifests', value: (row: Ending) => row.manifests, right: true },
  { title: 'servers', value: (row: Ending) => row.servers, right: true },
  { title: 'tools', value: (row: Ending) => row.tools ?? UNKNOWN, right: true },
  { title: 'dropped', value: (row: Ending) => row.dropped, right: true },
];

const OBTAINED_COLUMNS = [
  { title: 'source', value: (row: Obtained) => row.source },
  { title: 'method', value: (row: Obtained) => row.method },
  { title: 'servers', value: (row: Obtained) => row.servers, right: true },
  { title: 'tools', value: (row: Obtained) => row.tools, right: true },
  { title: 'schema incomplete', value: (row: Obtained) => row.incomplete, right: true },
  { title: 'example', value: (row: Obtained) => row.example, flexible: true },
];

const SHARE_COLUMNS = [
  { title: 'server', value: (row: MethodShare) => row.serverId, flexible: true },
  { title: 'told by', value: (row: MethodShare) => row.methods.join(' and ') },
  { title: 'tools', value: (row: MethodShare) => row.tools, right: true },
  { title: 'told differently', value: (row: MethodShare) => row.differing, right: true },
  { title: 'example', value: (row: MethodShare) => row.example, flexible: true },
];

/** Counts manifests by source, outcome and reason, those too that speak of no server. */
function endingsOf(manifests: Iterable<ManifestRecord>, shown: number): readonly Ending[] {
  const groups = new Map<string, { -readonly [Key in keyof Ending]: Ending[Key] } & { examples: Example[] }>();
  for (const { source, outcome, reason = '', locator, message, ...counts } of manifests) {
    const key = JSON.stringify([source, outcome, reason]);
    const none = { manifests: 0, servers: 0, tools: null, dropped: 0, examples: [] };
    const group = groups.get(key) ?? { source, outcome, reason, ...none };
    groups.set(key, group);
    group.manifests++;
    group.servers += counts.servers;
    // What a manifest listed before it failed is still known.
    if (OUTCOME_INFO[outcome].answered || counts.tools > 0) group.tools = (group.tools ?? 0) + counts.tools;
    group.dropped += counts.dropped;
    if (group.examples.length < shown) group.examples.push(message === undefined ? { locator } : { locator, message });
  }
  return [...groups.values()].sort(byPlace);
}

function byPlace(a: Ending, b: Ending): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return (
    OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome) ||
    b.manifests - a.manifests ||
    (a.reason < b.reason ? -1 : 1)
  );
}

function obtainedFrom(catalogue: Catalogue, source: string): readonly Obtained[] {
  const byMethod = new Map<Method, { tools: number; servers: Set<string>; incomplete: number; example: string }>();
  for (const tool of catalogue.tools({ source })) {
    const known = byMethod.get(tool.method) ?? {
      tools: 0,
      servers: new Set(),
      incomplete: 0,
      example: tool.provenance,
    };
    byMethod.set(tool.method, known);
    known.tools++;
    known.servers.add(tool.serverId);
    if (!tool.schemaComplete) known.incomplete++;
  }
  return METHODS.flatMap((method) => {
    const known = byMethod.get(method);
    return known === undefined ? [] : [{ source, method, ...known, servers: known.servers.size }];
  });
}

function summary(endings: readonly Ending[], listings: readonly SourceState[]): string {
  const total = endings.reduce((sum, row) => sum + row.manifests, 0);
  const answered = endings.filter((row) => OUTCOME_INFO[row.outcome].answered);
  const read = answered.reduce((sum, row) => sum + row.manifests, 0);
  const share = total === 0 ? 0 : Math.round((100 * read) / total);
  const failed = listings.filter(({ whole }) => !whole).map(({ source }) => oneLine(source));
  const missing = failed.length === 0 ? '' : `; ${failed.join(', ')} could not be listed, so what is there is unknown`;
  return `${count(read, 'manifest')} of ${total.toLocaleString('en-US')} answered (${share} %)${missing}`;
}

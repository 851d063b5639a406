import type { ManifestState, ServerRecord } from '../model/rows.ts';
import { METHODS, type Method } from '../model/tool.ts';
import { OUTCOME_INFO, OUTCOMES, type Outcome } from '../model/visit.ts';
import type { Catalogue } from '../store/catalogue.ts';
import type { MethodShare } from '../store/observations.ts';
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
  readonly tools: number;
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
    'The first table says how the last visit to each manifest ended, with examples below it. An outcome that brought no',
    'tools means that they are unknown, never that there are none. The second says how the definitions of current tools were obtained. The third',
    'compares the lists of servers that several methods have read.',
  ].join('\n'),
  arguments: [],
  options: [
    { name: 'source', value: 'SOURCE', text: 'Only this source' },
    {
      name: 'examples',
      value: 'N',
      text: 'Locators to show for each line of the first table',
      default: String(EXAMPLES),
    },
    { name: 'json', text: 'Print JSON' },
    DB_OPTION,
  ],
  examples: ['toolrisk coverage', 'toolrisk coverage --source npm --examples 10', 'toolrisk coverage --json'],
  run: (input, world) =>
    withCatalogue(input, world, (catalogue) => {
      const only = input.option('source');
      const all = endingsOf(catalogue.servers(), examplesOf(input));
      const endings = all.filter((row) => only === undefined || row.source === only);
      if (only !== undefined && endings.length === 0) throw noSource(only, all);
      const sources = [...new Set(endings.map((row) => row.source))];
      const obtained = sources.flatMap((source) => obtainedFrom(catalogue, source));
      const shares = catalogue.methodShares();
      if (input.has('json')) {
        jsonDocument(world.stdout, { visits: endings, methods: obtained, overlaps: shares });
        return 0;
      }
      const columns = widthOf(world.stdout);
      if (endings.length > 0) world.stdout.write(table(endings, ENDING_COLUMNS, columns));
      const lines = endings.flatMap(exampleLines);
      if (lines.length > 0) world.stdout.write(`\n${lines.join('')}`);
      if (obtained.length > 0) world.stdout.write(`\n${table(obtained, OBTAINED_COLUMNS, columns)}`);
      if (shares.length > 0) world.stdout.write(`\n${table(shares, SHARE_COLUMNS, columns)}`);
      world.stderr.write(`${summary(endings)}\n`);
      return 0;
    }),
};

function examplesOf(input: Input): number {
  const text = input.option('examples') ?? String(EXAMPLES);
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new CommandError(`--examples takes a whole number from 0, not ${oneLine(text)}.`);
}

function noSource(name: string, endings: readonly Ending[]): CommandError {
  const known = [...new Set(endings.map(({ source }) => source))].join(', ');
  return new CommandError(
    `The catalogue has nothing of a source ${oneLine(name)}. It has ${known || 'no source yet'}.`,
  );
}

/** Examples of one line of the first table: whole, because a locator is what `extract` takes. */
function exampleLines({ source, outcome, reason, examples }: Ending): readonly string[] {
  if (examples.length === 0) return [];
  return [
    `${source}, ${outcome}${reason === '' ? '' : ` (${reason})`}, such as\n`,
    ...examples.map(
      ({ locator, message }) => `  ${oneLine(locator)}${message === undefined ? '' : `: ${oneLine(message)}`}\n`,
    ),
  ];
}

const ENDING_COLUMNS = [
  { title: 'source', value: (row: Ending) => row.source },
  { title: 'outcome', value: (row: Ending) => row.outcome },
  { title: 'reason', value: (row: Ending) => row.reason },
  { title: 'manifests', value: (row: Ending) => row.manifests, right: true },
  { title: 'servers', value: (row: Ending) => row.servers, right: true },
  { title: 'tools', value: (row: Ending) => row.tools, right: true },
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

/** Counts each manifest once per source: a catalogue's document speaks of many servers. */
function endingsOf(servers: Iterable<ServerRecord>, shown: number): readonly Ending[] {
  const groups = new Map<
    string,
    { states: Map<string, ManifestState>; servers: number; tools: number; dropped: number }
  >();
  for (const server of servers) {
    for (const visit of server.visits) {
      const key = JSON.stringify([visit.source, visit.outcome, visit.reason ?? '']);
      const group = groups.get(key) ?? { states: new Map(), servers: 0, tools: 0, dropped: 0 };
      groups.set(key, group);
      group.states.set(visit.locator, visit);
      group.servers++;
      group.tools += visit.tools;
      group.dropped += visit.dropped.length;
    }
  }
  return [...groups.values()]
    .flatMap(({ states, ...counts }): Ending[] => {
      const [first] = states.values();
      if (first === undefined) return [];
      const examples = [...states.values()].slice(0, shown).map(({ locator, message }) => ({
        locator,
        ...(message === undefined ? {} : { message }),
      }));
      const { source, outcome, reason = '' } = first;
      return [{ source, outcome, reason, manifests: states.size, ...counts, examples }];
    })
    .sort(byPlace);
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

function summary(endings: readonly Ending[]): string {
  const total = endings.reduce((sum, row) => sum + row.manifests, 0);
  const answered = endings.filter((row) => OUTCOME_INFO[row.outcome].answered);
  const read = answered.reduce((sum, row) => sum + row.manifests, 0);
  const share = total === 0 ? 0 : Math.round((100 * read) / total);
  return `${count(read, 'manifest')} of ${total.toLocaleString('en-US')} answered (${share} %)`;
}

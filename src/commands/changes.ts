import type { ChangeRecord } from '../model/rows.ts';
import { SEVERITIES, severityRank } from '../model/verdict.ts';
import type { Catalogue } from '../store/catalogue.ts';
import { withCatalogue } from './catalogue.ts';
import { type Command, CommandError, choiceNamed, type Input, type World } from './command.ts';
import { instantOf, SINCE_TEXT } from './dates.ts';
import { DB_OPTION } from './db-option.ts';
import { count, oneLine } from './print.ts';
import { type Cell, ROW_FORMATS } from './rows.ts';

const DEFAULT_SINCE = '7d';
const BATCH = 200;

export const changes: Command = {
  name: 'changes',
  summary: 'Print what changed since a time or in a run, why, and how the severity moved',
  details: [
    'Newest first. The cause is server-changed, rules-changed or source-changed; "move" says whether the severity was',
    'raised or lowered. A server that is new has one row of its own.',
    'With --fail-on the exit code is 1 when a change leaves a tool at that severity or worse: a tool that is new, a',
    'severity that was raised, or another definition. What was removed or lowered does not count.',
  ].join('\n'),
  arguments: [],
  options: [
    { name: 'since', value: 'TIME', text: `Changes since then: ${SINCE_TEXT} (default: ${DEFAULT_SINCE})` },
    { name: 'run', value: 'N', text: 'Changes of this run instead' },
    { name: 'server', value: 'SERVER', text: 'Only this server' },
    {
      name: 'format',
      value: 'FORMAT',
      text: 'How rows are printed',
      choices: Object.keys(ROW_FORMATS),
      default: 'table',
    },
    { name: 'json', text: 'The same as --format json' },
    {
      name: 'fail-on',
      value: 'SEVERITY',
      text: 'Exit code 1 on a change to this severity or worse',
      choices: SEVERITIES,
    },
    DB_OPTION,
  ],
  examples: ['toolrisk changes --since 24h --fail-on high', 'toolrisk changes --run 12 --format markdown'],
  run: (input, world) =>
    withCatalogue(input, world, (catalogue) => {
      const format = ROW_FORMATS[input.has('json') ? 'json' : (input.option('format') ?? 'table')];
      if (format === undefined) throw new CommandError(`--format takes one of ${Object.keys(ROW_FORMATS).join(', ')}.`);
      const failOn = choiceNamed(SEVERITIES, input.option('fail-on'));
      const writer = format(world.stdout);
      writer.begin(COLUMNS);
      let total = 0;
      let failing = 0;
      let batch: (readonly Cell[])[] = [];
      for (const change of catalogue.changes(filterOf(input, world, catalogue))) {
        total += 1;
        if (failOn !== undefined && worstAfter(change, catalogue) >= severityRank(failOn)) failing += 1;
        batch.push(rowOf(change));
        if (batch.length < BATCH) continue;
        writer.rows(batch);
        batch = [];
      }
      writer.rows(batch);
      writer.end();
      const worse = failOn === SEVERITIES.at(-1) ? '' : ' or worse';
      const reached = failOn === undefined ? '' : `, ${failing} to ${failOn}${worse}`;
      world.stderr.write(`${count(total, 'change')}${reached}\n`);
      return failing > 0 ? 1 : 0;
    }),
};

const COLUMNS = [
  'at',
  'server_id',
  'tool_name',
  'what',
  'cause',
  'from_severity',
  'to_severity',
  'move',
  'fields',
  'without_version_change',
  'run',
];

function rowOf(change: ChangeRecord): readonly Cell[] {
  return [
    new Date(change.at).toISOString(),
    change.serverId,
    change.tool ?? null,
    change.what,
    change.cause,
    change.from?.severity ?? null,
    change.to?.severity ?? null,
    moveOf(change),
    change.fields.join(' '),
    change.withoutVersionChange ? 1 : 0,
    change.run,
  ];
}

function moveOf({ from, to }: ChangeRecord): string | null {
  if (from === undefined || to === undefined || from.severity === to.severity) return null;
  return severityRank(to.severity) > severityRank(from.severity) ? 'raised' : 'lowered';
}

/** Rank of the worst tool that a change leaves behind, −1 where it made nothing worse. */
function worstAfter(change: ChangeRecord, catalogue: Catalogue): number {
  if (change.what === 'removed' || moveOf(change) === 'lowered') return -1;
  if (change.to !== undefined) return severityRank(change.to.severity);
  if (change.tool !== undefined) return -1;
  let worst = -1;
  for (const { verdict } of catalogue.toolsOf(change.serverId)) worst = Math.max(worst, severityRank(verdict.severity));
  return worst;
}

function filterOf(input: Input, world: World, catalogue: Catalogue) {
  const server = input.option('server');
  const resolved = server === undefined ? undefined : catalogue.resolveServer(server);
  if (server !== undefined && resolved === undefined) {
    throw new CommandError(`The catalogue has no server ${oneLine(server)}.`);
  }
  const only = resolved === undefined ? {} : { serverId: resolved.serverId };
  const run = input.option('run');
  if (run === undefined) {
    return { ...only, since: instantOf(input.option('since') ?? DEFAULT_SINCE, 'since', world.now()) };
  }
  const number = Number(run);
  const runs = catalogue.runs();
  const last = runs[0]?.run ?? 0;
  if (Number.isInteger(number) && number >= 1 && number <= last) return { ...only, run: number };
  throw new CommandError(
    last === 0 ? 'The catalogue has no run yet.' : `There is no run ${oneLine(run)}. The last one is ${last}.`,
  );
}

import type { ToolRecord } from '../model/rows.ts';
import { METHODS } from '../model/tool.ts';
import { CATEGORIES, SEVERITIES } from '../model/verdict.ts';
import type { Catalogue } from '../store/catalogue.ts';
import { withCatalogue } from './catalogue.ts';
import { type Command, CommandError, choiceNamed, type Input, type World } from './command.ts';
import { instantOf, SINCE_TEXT } from './dates.ts';
import { DB_OPTION } from './db-option.ts';
import { count, jsonDocument, oneLine, table, widthOf } from './print.ts';

const LIMIT = 25;
const MAX_LIMIT = 1_000;
/** Characters of a description in a line. */
const DESCRIPTION = 160;

export const search: Command = {
  name: 'search',
  summary: 'Find tools by words of their name, title and description',
  details:
    'Names count most. Every word has to fit, as the beginning of a word. Where nothing fits, near words are offered. Nothing found is exit code 0.',
  arguments: [{ name: 'text', text: 'Words to look for', required: true, variadic: true }],
  options: [
    { name: 'category', value: 'CATEGORY', text: 'Only this category', choices: CATEGORIES },
    { name: 'severity', value: 'SEVERITY', text: 'Only this severity', choices: SEVERITIES },
    { name: 'capability', value: 'ID', text: 'Only tools with this capability: deletes-data, runs-code, …' },
    { name: 'server', value: 'SERVER', text: 'Only tools of this server' },
    { name: 'source', value: 'SOURCE', text: 'Only what this source lists' },
    { name: 'method', value: 'METHOD', text: 'Only definitions that were obtained so', choices: METHODS },
    { name: 'since', value: 'TIME', text: `Only what changed since then: ${SINCE_TEXT}` },
    { name: 'limit', value: 'N', text: 'At most so many tools', default: String(LIMIT) },
    { name: 'json', text: 'Print JSON' },
    DB_OPTION,
  ],
  examples: [
    'toolrisk search delete repository',
    'toolrisk search shell --severity critical',
    'toolrisk search file --capability deletes-data --since 7d',
  ],
  run: (input, world) =>
    withCatalogue(input, world, (catalogue) => {
      const text = input.args.join(' ');
      const limit = limitOf(input);
      const filter = filterOf(input, world, catalogue);
      const rows = catalogue.search(text, filter, limit);
      if (input.has('json')) jsonDocument(world.stdout, rows.map(toRow));
      else if (rows.length > 0) world.stdout.write(table(rows, COLUMNS, widthOf(world.stdout)));
      world.stderr.write(
        `${count(rows.length, 'tool')}${rows.length === limit ? ' (there may be more: --limit)' : ''}\n`,
      );
      if (rows.length === 0) world.stderr.write(help(catalogue, text, Object.keys(filter).length > 0));
      return 0;
    }),
};

function limitOf(input: Input): number {
  const limit = Number(input.option('limit') ?? LIMIT);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new CommandError(`--limit takes a whole number from 1 to ${MAX_LIMIT}, not ${input.option('limit')}.`);
}

function filterOf(input: Input, world: World, catalogue: Catalogue) {
  const category = choiceNamed(CATEGORIES, input.option('category'));
  const severity = choiceNamed(SEVERITIES, input.option('severity'));
  const method = choiceNamed(METHODS, input.option('method'));
  const capability = input.option('capability');
  const source = input.option('source');
  const since = input.option('since');
  const server = input.option('server');
  const resolved = server === undefined ? undefined : catalogue.resolveServer(server);
  if (server !== undefined && resolved === undefined) {
    throw new CommandError(`The catalogue has no server ${oneLine(server)}.`);
  }
  return {
    ...(category === undefined ? {} : { category }),
    ...(severity === undefined ? {} : { severity }),
    ...(method === undefined ? {} : { method }),
    ...(capability === undefined ? {} : { capability }),
    ...(source === undefined ? {} : { source }),
    ...(since === undefined ? {} : { changedSince: instantOf(since, 'since', world.now()) }),
    ...(resolved === undefined ? {} : { serverId: resolved.serverId }),
  };
}

/** What to try when nothing was found. */
function help(catalogue: Catalogue, text: string, isFiltered: boolean): string {
  const [first, ...more] = catalogue.suggest(text);
  if (first !== undefined) return `Did you mean ${[first, ...more].map((one) => `"${oneLine(one)}"`).join(' or ')}?\n`;
  if (!isFiltered) return 'Try fewer or shorter words: every word has to fit.\n';
  const without = catalogue.search(text, {}, LIMIT).length;
  return without === 0
    ? 'Nothing fits without the filters either.\n'
    : `Without the filters there ${without === 1 ? 'is 1' : `are ${without === LIMIT ? `${LIMIT} or more` : without}`}.\n`;
}

const COLUMNS = [
  { title: 'severity', value: (row: ToolRecord) => row.verdict.severity },
  { title: 'category', value: (row: ToolRecord) => row.verdict.category },
  // Whole, because it is what the other commands take.
  { title: 'tool', value: (row: ToolRecord) => `${row.serverId}#${row.definition.name}` },
  {
    title: 'description',
    value: (row: ToolRecord) => oneLine(row.definition.description ?? '', DESCRIPTION),
    flexible: true,
  },
];

function toRow(row: ToolRecord) {
  return {
    server_id: row.serverId,
    server_name: row.serverName,
    tool_name: row.definition.name,
    category: row.verdict.category,
    severity: row.verdict.severity,
    confidence: row.verdict.confidence,
    capabilities: row.verdict.capabilities,
    method: row.method,
    description: row.definition.description ?? null,
    provenance: row.provenance,
  };
}

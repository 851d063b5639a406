import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadQueries } from '../data/queries.ts';
import { runQuery } from '../store/query.ts';
import { caret } from '../store/query-guard.ts';
import { withCatalogue } from './catalogue.ts';
import { type Command, CommandError, type ExitCode, type Input, type World } from './command.ts';
import { catalogueFile, DB_OPTION } from './db-option.ts';
import { count } from './print.ts';
import { ROW_FORMATS } from './rows.ts';

const MAX_ROWS = 10_000;
const MAX_SECONDS = 30;

export const query: Command = {
  name: 'query',
  summary: 'Ask the catalogue in SQL, or by the name of a ready question',
  details: (dataFolder) =>
    [
      'Only reading statements are run (SELECT, WITH, VALUES, EXPLAIN), in a process of their own, within a time and a number of rows. Exit code 2 when the statement is refused, fails, or goes over a bound that you did not set: after --rows N rows it ends, and says whether there are more. "toolrisk schema" prints the views and their columns.',
      '',
      'Ready questions:',
      '',
      ...loadQueries(dataFolder).map(({ name, title }) => `  ${name.padEnd(25)}${title}`),
    ].join('\n'),
  arguments: [{ name: 'question', text: 'A statement, or the name of a ready question', required: false }],
  options: [
    { name: 'file', value: 'FILE', text: 'Read the statement from a file' },
    {
      name: 'format',
      value: 'FORMAT',
      text: 'How rows are printed',
      choices: Object.keys(ROW_FORMATS),
      default: 'table',
    },
    { name: 'json', text: 'The same as --format json' },
    { name: 'rows', value: 'N', text: `End after this many rows (default: ${MAX_ROWS})` },
    { name: 'timeout', value: 'SECONDS', text: 'The longest time', default: String(MAX_SECONDS) },
    DB_OPTION,
  ],
  examples: [
    'toolrisk query most-severe-tools',
    'toolrisk query "select category, count(*) from tool_risk group by 1" --format markdown',
  ],
  async run(input, world) {
    const sql = statementOf(input, world);
    // Opening first tells a missing, newer or damaged catalogue apart from a wrong statement.
    await withCatalogue(input, world, () => {});
    const writer = (ROW_FORMATS[input.has('json') ? 'json' : (input.option('format') ?? 'table')] ?? missing)(
      world.stdout,
    );
    const wanted = input.option('rows') === undefined ? undefined : positive(input, 'rows');
    const bounds = { maxRows: wanted ?? MAX_ROWS, timeoutMs: positive(input, 'timeout') * 1000 };
    const end = await runQuery(catalogueFile(input, world), sql, bounds, {
      onColumns: writer.begin,
      onRows: writer.rows,
    });
    switch (end.kind) {
      case 'done':
        writer.end();
        return 0;
      case 'more':
        writer.end();
        if (wanted !== undefined) {
          world.stderr.write(`These are the first ${count(end.rows, 'row')} of more.\n`);
          return 0;
        }
        return stop(world, `There are more than ${count(end.rows, 'row')}. Add a LIMIT, or allow more with --rows.`);
      case 'timed-out':
        writer.end();
        return stop(
          world,
          `The query was ended after ${input.option('timeout')} s. Make it smaller, or allow more with --timeout.`,
        );
      case 'failed':
        throw new CommandError(`${end.fault.message}\n${caret(sql, end.fault)}`.trimEnd());
    }
  },
};

function stop(world: World, sentence: string): ExitCode {
  world.stderr.write(`toolrisk: ${sentence}\n`);
  return 2;
}

function missing(): never {
  throw new CommandError(`--format takes one of ${Object.keys(ROW_FORMATS).join(', ')}.`);
}

function positive(input: Input, name: string): number {
  const value = Number(input.option(name));
  if (Number.isInteger(value) && value > 0) return value;
  throw new CommandError(`--${name} takes a whole number from 1, not ${input.option(name)}.`);
}

function statementOf(input: Input, world: World): string {
  const file = input.option('file');
  const [question] = input.args;
  if (file !== undefined) {
    try {
      return readFileSync(resolve(world.cwd, file), 'utf8');
    } catch (error) {
      throw new CommandError(`The file ${file} cannot be read.`, { cause: error });
    }
  }
  if (question === undefined) throw new CommandError('Give a statement, the name of a ready question, or --file FILE.');
  if (!/^[a-z0-9-]+$/u.test(question)) return question;
  const queries = loadQueries(world.dataFolder);
  const named = queries.find((one) => one.name === question);
  if (named !== undefined) return named.sql;
  throw new CommandError(
    `There is no ready question "${question}". There are ${queries.map((one) => one.name).join(', ')}.`,
  );
}

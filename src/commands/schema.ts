import { describeSchema } from '../store/describe-schema.ts';
import { type Command, CommandError } from './command.ts';
import { jsonDocument, oneLine, wrapped } from './print.ts';

export const schema: Command = {
  name: 'schema',
  summary: 'Print every table, view and column of the catalogue with its meaning and unit',
  details:
    'What is promised: a view that is marked stable keeps every column, its meaning, its type and its unit for as long as the major version of toolrisk stays; columns and views may be added. The schema version (PRAGMA user_version) rises with every change; an older catalogue is brought up to date by the next crawl or reclassify, a newer one is refused. Tables, and views that are not marked, may change with every schema version: ask the stable views.',
  arguments: [{ name: 'name', text: 'Only this table or view', required: false }],
  options: [{ name: 'json', text: 'Print JSON' }],
  examples: ['toolrisk schema', 'toolrisk schema tool_risk'],
  async run(input, world) {
    const whole = describeSchema();
    const [name] = input.args;
    const relations = whole.relations.filter((one) => name === undefined || one.name === name);
    if (input.has('json')) {
      jsonDocument(world.stdout, { ...whole, relations });
      return 0;
    }
    if (relations.length === 0) {
      throw new CommandError(
        `There is no table or view ${oneLine(name ?? '')}. Run "toolrisk schema" to see them all.`,
      );
    }
    world.stdout.write(`schema version ${whole.version}\n`);
    for (const relation of relations) {
      const promise = relation.kind === 'table' ? 'table' : relation.stable ? 'view, stable' : 'view';
      world.stdout.write(`\n${relation.name} (${promise})\n${relation.text}.\n\n`);
      world.stdout.write(columnsText(relation.columns, world.stdout.columns));
    }
    return 0;
  },
};

type Column = ReturnType<typeof describeSchema>['relations'][number]['columns'][number];

/** The least room for a meaning, where names are long or the terminal is narrow. */
const LEAST = 30;

/** Each column with its type and its whole meaning, cut into lines, and its unit in brackets. */
function columnsText(columns: readonly Column[], width: number): string {
  const name = Math.max(...columns.map((column) => column.name.length)) + 2;
  const type = Math.max(...columns.map((column) => column.type.length)) + 2;
  const room = Math.max(LEAST, width - name - type);
  return columns
    .map((column) => {
      const text = column.unit === undefined ? column.text : `${column.text} (${column.unit})`;
      const lines = wrapped(text, room).join(`\n${' '.repeat(name + type)}`);
      return `${column.name.padEnd(name)}${column.type.padEnd(type)}${lines}\n`;
    })
    .join('');
}

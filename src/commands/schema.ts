import { describeSchema } from '../store/describe-schema.ts';
import type { Command } from './command.ts';
import { jsonDocument, table } from './print.ts';

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
    world.stdout.write(`schema version ${whole.version}\n`);
    for (const relation of relations) {
      const promise = relation.kind === 'table' ? 'table' : relation.stable ? 'view, stable' : 'view';
      world.stdout.write(`\n${relation.name} (${promise})\n${relation.text}.\n\n`);
      world.stdout.write(table(relation.columns, COLUMNS, world.stdout.columns));
    }
    if (relations.length > 0) return 0;
    world.stderr.write(`toolrisk: there is no table or view ${name}. Run "toolrisk schema" to see them all.\n`);
    return 2;
  },
};

type Column = ReturnType<typeof describeSchema>['relations'][number]['columns'][number];

const COLUMNS = [
  { title: 'column', value: (column: Column) => column.name },
  { title: 'type', value: (column: Column) => column.type },
  { title: 'meaning', value: (column: Column) => column.text, flexible: true },
  { title: 'unit', value: (column: Column) => column.unit ?? '', flexible: true },
];

import type { ToolRecord } from '../model/rows.ts';
import { CATEGORIES, Category, SEVERITIES, Severity } from '../model/verdict.ts';
import { DB_OPTION, withCatalogue } from './catalogue.ts';
import type { Command } from './command.ts';
import { count, jsonDocument, table } from './print.ts';

export const search: Command = {
  name: 'search',
  summary: 'Find tools by words of their name, title and description',
  details: 'Names count most. Every word has to fit, as the beginning of a word. Nothing found is exit code 0.',
  arguments: [{ name: 'text', text: 'Words to look for', required: true, variadic: true }],
  options: [
    { name: 'category', value: 'CATEGORY', text: 'Only this category', choices: CATEGORIES },
    { name: 'severity', value: 'SEVERITY', text: 'Only this severity', choices: SEVERITIES },
    { name: 'limit', value: 'N', text: 'At most so many tools', default: '25' },
    { name: 'json', text: 'Print JSON' },
    DB_OPTION,
  ],
  examples: ['toolrisk search delete repository', 'toolrisk search shell --severity critical'],
  run: (input, world) =>
    withCatalogue(input, world, (catalogue) => {
      const category = Category.safeParse(input.option('category'));
      const severity = Severity.safeParse(input.option('severity'));
      const filter = {
        ...(category.success ? { category: category.data } : {}),
        ...(severity.success ? { severity: severity.data } : {}),
      };
      const limit = Math.max(1, Number.parseInt(input.option('limit') ?? '', 10) || 25);
      const rows = catalogue.search(input.args.join(' '), filter, limit);
      if (input.has('json')) jsonDocument(world.stdout, rows.map(toRow));
      else if (rows.length > 0) world.stdout.write(table(rows, COLUMNS, world.stdout.columns));
      world.stderr.write(
        `${count(rows.length, 'tool')}${rows.length === limit ? ' (there may be more: --limit)' : ''}\n`,
      );
      return 0;
    }),
};

const COLUMNS = [
  { title: 'severity', value: (row: ToolRecord) => row.verdict.severity },
  { title: 'category', value: (row: ToolRecord) => row.verdict.category },
  { title: 'tool', value: (row: ToolRecord) => `${row.serverId}#${row.definition.name}`, flexible: true },
  { title: 'description', value: (row: ToolRecord) => row.definition.description ?? '', flexible: true },
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
    description: row.definition.description ?? null,
    provenance: row.provenance,
  };
}

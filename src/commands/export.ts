import { resolve } from 'node:path';
import type { ThreatRules } from '../classify/threats.ts';
import { findTextThreats } from '../classify/threats.ts';
import { loadPolicyTable } from '../data/policy.ts';
import { loadThreatRules } from '../data/threats.ts';
import { SEVERITIES, type Severity } from '../model/verdict.ts';
import { policyOfRecords } from '../policy/records.ts';
import type { Catalogue } from '../store/catalogue.ts';
import { catalogueThreatsOf, instructionsOf } from '../store/catalogue-threats.ts';
import { EXPORTED_VIEWS, type ExportedView, rowsOfView } from '../store/export-rows.ts';
import { exportSqlite } from '../store/export-sqlite.ts';
import { withCatalogue } from './catalogue.ts';
import { type Command, CommandError, choiceNamed, type Input, type Out, type World } from './command.ts';
import { catalogueFile, DB_OPTION } from './db-option.ts';
import { findingsOf, instructionFindings, neighbourFindings } from './export/findings.ts';
import { riskMetadata } from './export/meta.ts';
import { writeParquet } from './export/parquet.ts';
import { writeSarif } from './export/sarif.ts';
import { refuseExisting, writeWhole } from './export/target.ts';
import { count, jsonLine } from './print.ts';
import { type Cell, ROW_FORMATS } from './rows.ts';
import { siteTables } from './site-input.ts';

const STDOUT = '-';
const BATCH = 500;

/** Where an export goes. */
interface Target {
  readonly path: string;
  /** As it was typed. */
  readonly shown: string;
}

type Exporter = (catalogue: Catalogue, target: Target, input: Input, world: World) => string | Promise<string>;

const FORMATS: Readonly<Record<string, Exporter>> = {
  sqlite(catalogue, target) {
    refuseStdout(target, 'A database');
    exportSqlite(catalogue.path, target.path);
    return 'the catalogue';
  },
  jsonl(catalogue, target, input, world) {
    const view = viewOf(input);
    let total = 0;
    writeTo(target, world, (out) => {
      for (const row of rowsOfView(catalogue.sql, view)) {
        total += 1;
        jsonLine(out, objectOf(view, row));
      }
    });
    return count(total, 'row');
  },
  csv: csvTo,
  async parquet(catalogue, target, input) {
    refuseStdout(target, 'Parquet');
    const view = viewOf(input);
    return count(await writeParquet(target.path, view, rowsOfView(catalogue.sql, view)), 'row');
  },
  sarif(catalogue, target, input, world) {
    const least = choiceNamed(SEVERITIES, input.option('severity')) ?? 'medium';
    const rules = loadThreatRules(world.dataFolder);
    let results = 0;
    writeTo(target, world, (out) => {
      const findings = allFindings(catalogue, least, rules);
      results = writeSarif(out, world.version, siteTables(world.dataFolder).rules, findings);
    });
    return count(results, 'result');
  },
  meta(catalogue, target, _input, world) {
    const table = loadPolicyTable(world.dataFolder);
    let servers = 0;
    writeTo(target, world, (out) => {
      for (const server of catalogue.servers()) {
        const tools = [...catalogue.toolsOf(server.id)];
        const policy = policyOfRecords(server, tools, { strength: 'recommended', settings: {}, table });
        jsonLine(out, riskMetadata(server, tools, policy, world.version));
        servers += 1;
      }
    });
    return count(servers, 'server');
  },
};

// `export` is a word of the language, so the object has another name than its file.
export const exportCommand: Command = {
  name: 'export',
  summary: 'Write the catalogue as a database, JSON Lines, CSV, Parquet, SARIF or registry metadata',
  details: [
    'sqlite: one compact file that opens read-only anywhere, without a write-ahead log. jsonl, csv, parquet: the rows of',
    'a stable view. In CSV a text that a spreadsheet would calculate begins with an apostrophe. sarif: findings and',
    'threats, SARIF 2.1.0. meta: one line of JSON per server for a registry’s _meta, in the words of SEP-2793.',
    'FILE is - for standard output, except for sqlite and parquet. A file that is there is kept unless --force is given.',
  ].join('\n'),
  arguments: [
    { name: 'what', text: Object.keys(FORMATS).join(', '), required: true },
    { name: 'file', text: 'Where it goes', required: true },
  ],
  options: [
    {
      name: 'view',
      value: 'VIEW',
      text: 'The view of jsonl, csv and parquet',
      choices: EXPORTED_VIEWS.map(({ name }) => name),
      default: 'tool_risk',
    },
    {
      name: 'severity',
      value: 'SEVERITY',
      text: 'sarif: findings of tools of at least this severity; threats are always in it',
      choices: SEVERITIES,
      default: 'medium',
    },
    { name: 'force', text: 'Write over a file that is there' },
    DB_OPTION,
  ],
  examples: [
    'toolrisk export sqlite catalogue-public.db',
    'toolrisk export parquet tools.parquet',
    'toolrisk export csv - --view server_risk',
    'toolrisk export sarif findings.sarif --severity high',
  ],
  async run(input, world) {
    const [what = '', file = STDOUT] = input.args;
    const exporter = FORMATS[what];
    if (exporter === undefined)
      throw new CommandError(`export writes ${Object.keys(FORMATS).join(', ')}, not ${what}.`);
    const target = { path: resolve(world.cwd, file), shown: file };
    if (file !== STDOUT) refuseExisting(target.path, file, input.has('force'));
    if (target.path === catalogueFile(input, world))
      throw new CommandError('The catalogue cannot be written over itself.');
    const written = await withCatalogue(input, world, (catalogue) => exporter(catalogue, target, input, world));
    world.stderr.write(`${written} written${file === STDOUT ? '' : ` to ${file}`}.\n`);
    return 0;
  },
};

function refuseStdout(target: Target, what: string): void {
  if (target.shown === STDOUT) throw new CommandError(`${what} needs a file: it cannot go to standard output.`);
}

function writeTo(target: Target, world: World, write: (out: Out) => void): void {
  if (target.shown === STDOUT) write(world.stdout);
  else writeWhole(target.path, target.shown, write);
}

function viewOf(input: Input): ExportedView {
  const name = input.option('view') ?? 'tool_risk';
  const view = EXPORTED_VIEWS.find((one) => one.name === name);
  if (view !== undefined) return view;
  throw new CommandError(
    `There is no stable view ${name}. There are ${EXPORTED_VIEWS.map((one) => one.name).join(', ')}.`,
  );
}

/** A row by the names of its columns; what is JSON in the database is JSON here too, not a text that holds it. */
function objectOf({ columns }: ExportedView, row: readonly Cell[]): Record<string, unknown> {
  return Object.fromEntries(
    columns.map(({ name, json }, i) => {
      const cell = row[i] ?? null;
      return [name, json && typeof cell === 'string' ? JSON.parse(cell) : cell];
    }),
  );
}

function csvTo(catalogue: Catalogue, target: Target, input: Input, world: World): string {
  const view = viewOf(input);
  let total = 0;
  writeTo(target, world, (out) => {
    const writer = ROW_FORMATS.csv?.(out);
    writer?.begin(view.columns.map(({ name }) => name));
    let batch: (readonly Cell[])[] = [];
    for (const row of rowsOfView(catalogue.sql, view)) {
      total += 1;
      batch.push(row);
      if (batch.length < BATCH) continue;
      writer?.rows(batch);
      batch = [];
    }
    writer?.rows(batch);
    writer?.end();
  });
  return count(total, 'row');
}

function* allFindings(catalogue: Catalogue, least: Severity, rules: ThreatRules) {
  for (const tool of catalogue.tools()) {
    yield* findingsOf(tool, least);
    yield* neighbourFindings(tool, catalogueThreatsOf(catalogue.sql, tool.serverId, tool.definition.name));
  }
  for (const { id } of catalogue.servers()) {
    const text = instructionsOf(catalogue.sql, id);
    if (text !== undefined) yield* instructionFindings(id, findTextThreats(text, '/instructions', rules));
  }
}

/**
 * A catalogue of 500,000 tools from real shapes: size per tool, import rate beside the same rows through bare
 * better-sqlite3, and warm medians of `search` and of every ready question beside the sqlite3 program.
 * usage: tsx scripts/bench-catalogue.ts [--tools N] [--folder FOLDER] [--keep]
 * Shapes come from tools.jsonl of TOOLRISK_CORPORA (else ../shared/corpora) or, where there is none, from the frozen
 * shapes of the tests. The last line is JSON.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { classify } from '../src/classify/index.ts';
import { refreshPolicies } from '../src/commands/stored-policies.ts';
import { loadRuleset } from '../src/data/load.ts';
import { loadQueries } from '../src/data/queries.ts';
import type { ObservedTool, ToolDefinition } from '../src/model/tool.ts';
import type { Verdict } from '../src/model/verdict.ts';
import { catalogueBytes, openCatalogue } from '../src/store/catalogue.ts';
import { GROUP_SERVERS } from '../src/store/group.ts';
import { median } from './median.ts';
import { readShapes } from './shapes.ts';

const root = join(import.meta.dirname, '..');
const data = join(root, 'data');
const { values } = parseArgs({
  options: {
    tools: { type: 'string', default: '500000' },
    folder: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const wanted = Number(values.tools);
const PER_SERVER = 10;
const DAY = 86_400_000;
const LEASES = 256;
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'toolrisk-catalogue-'));
mkdirSync(folder, { recursive: true });
const path = join(folder, 'catalogue.db');

const ruleset = loadRuleset(data);
const { shapes } = readShapes();
/** Verdicts are made before the clock starts: what is measured is storing. */
const verdicts = new Map<string, Verdict>();
const keyOf = ({ name, description }: ToolDefinition) => `${name}\n${description}`;
for (const shape of shapes) verdicts.set(keyOf(shape), classify({ ...shape, server: 'npm:x' }, ruleset));

function judge(definition: ToolDefinition, server: string): Verdict {
  const known = verdicts.get(keyOf(definition));
  if (known === undefined) throw new Error(`no verdict for ${definition.name}`);
  return { ...known, server, name: definition.name };
}

/** The tools of server number `n`: shapes in a fixed order that repeats no pair of neighbours. */
function toolsOf(n: number): ObservedTool[] {
  const names = new Set<string>();
  const tools: ObservedTool[] = [];
  for (let i = 0; tools.length < PER_SERVER; i++) {
    const definition = shapes[(n * 7919 + i * 104_729) % shapes.length];
    if (definition === undefined || names.has(definition.name)) continue;
    names.add(definition.name);
    tools.push({
      definition,
      method: 'static',
      provenance: `npm:server-${n}@1.0.${n % 10}!dist/index.js:${i + 1}`,
      schemaComplete: true,
      dynamic: false,
      gated: false,
      notes: [],
    });
  }
  return tools;
}

/** Stores everything through the store as a crawl does. Returns the seconds that recording took. */
async function importAll(servers: number): Promise<number> {
  const catalogue = openCatalogue(path, { mode: 'write', now: Date.now });
  const run = catalogue.begin({ ruleset: ruleset.version, extractor: 'bench', judge });
  for (let n = 0; n < servers; n++)
    run.list({ locator: `npm:server-${n}`, source: n % 3 === 0 ? 'npm' : 'registry', aliases: [] });
  run.callAll(['npm', 'registry']);
  let ms = 0;
  for (;;) {
    const leases = run.lease(['npm', 'registry'], LEASES, 600_000);
    if (leases.length === 0) break;
    const visits = leases.map((lease) => {
      const n = Number(lease.locator.slice('npm:server-'.length));
      const tools = toolsOf(n);
      return {
        lease,
        durationMs: 5,
        plan: () => ({ priority: 1, dueAt: Date.now() + DAY, failures: 0 }) as const,
        result: {
          kind: 'read' as const,
          contentHash: createHash('sha256').update(lease.locator).digest('hex'),
          problems: [],
          leads: [],
          servers: [
            {
              facts: { id: `npm:server-${n}`, aliases: [], name: `server-${n}`, version: `1.0.${n % 10}`, notes: [] },
              tools,
              dropped: [],
              complete: true,
              listsTools: true,
            },
          ],
        },
      };
    });
    const start = performance.now();
    await Promise.all(visits.map((visit) => run.record(visit)));
    ms += performance.now() - start;
  }
  await run.finish('done');
  const start = performance.now();
  const decided = await refreshPolicies(catalogue, {
    dataFolder: data,
    now: Date.now,
    signal: new AbortController().signal,
  });
  console.log(`${decided} tools decided on in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  catalogue.close();
  return ms / 1000;
}

/** Tables that recording fills, each in the order in which its rows came. */
const TABLES: readonly (readonly [table: string, order: string])[] = [
  ['servers', 'rowid'],
  ['server_aliases', '(select s.rowid from servers s where s.server_id = server_aliases.server_id)'],
  ['manifests', 'manifest'],
  ['readings', 'manifest'],
  ['tool_versions', 'tool_version'],
  ['tools', 'tool'],
  ['observations', 'tool'],
  ['verdicts', 'tool'],
  ['verdict_findings', 'tool, position'],
  ['tool_capabilities', 'tool'],
  ['server_capabilities', '(select s.rowid from servers s where s.server_id = server_capabilities.server_id)'],
  ['visits', 'visit'],
  ['changes', 'change'],
];

/** Servers in one transaction: as many as the store puts into one. */
const BARE_BATCH = GROUP_SERVERS;

/**
 * The same rows into the same tables and the same index by bare better-sqlite3, so many servers in one transaction as
 * the store takes. Returns the seconds of the inserts alone.
 */
function importBare(servers: number): number {
  const target = join(folder, 'bare.db');
  openCatalogue(target, { mode: 'write', now: Date.now }).close();
  const source = new Database(path, { readonly: true });
  const bare = new Database(target);
  bare.pragma('journal_mode = WAL');
  bare.pragma('synchronous = FULL');
  bare.pragma('foreign_keys = OFF');
  const select = (sql: string) => source.prepare<[], unknown[]>(sql).raw(true).iterate();
  const fills = TABLES.map(([table, order]) => {
    const columns = source.prepare<[], { name: string }>(`select name from pragma_table_info('${table}')`).all();
    return {
      insert: bare.prepare(`insert into ${table} values (${columns.map(() => '?').join(', ')})`),
      rows: select(`select * from ${table} order by ${order}`),
      share: shareOf(source, table, servers),
    };
  });
  fills.push({
    insert: bare.prepare('insert into tools_fts (rowid, name, title, description, server) values (?, ?, ?, ?, ?)'),
    rows: select(`select t.tool, t.name, coalesce(d.definition ->> 'title', ''), coalesce(d.definition ->> 'description', ''), t.server_id
      from tools t join tool_versions d using (tool_version) order by t.tool`),
    share: shareOf(source, 'tools', servers),
  });
  const write = bare.transaction((batches: readonly (readonly unknown[][])[]) => {
    for (const [i, batch] of batches.entries()) for (const row of batch) fills[i]?.insert.run(row);
  });
  let ms = 0;
  for (;;) {
    const batches = fills.map(({ rows, share }) => take(rows, share));
    if (batches.every((batch) => batch.length === 0)) break;
    const start = performance.now();
    write(batches);
    ms += performance.now() - start;
  }
  bare.close();
  source.close();
  for (const file of [target, `${target}-wal`, `${target}-shm`]) rmSync(file, { force: true });
  return ms / 1000;
}

/** Rows of a table that one transaction's servers bring. */
function shareOf(source: Database.Database, table: string, servers: number): number {
  const count = source.prepare<[], { n: number }>(`select count(*) as n from ${table}`).get()?.n ?? 0;
  return Math.max(1, Math.ceil((count / servers) * BARE_BATCH));
}

function take(rows: IterableIterator<unknown[]>, count: number): unknown[][] {
  const taken: unknown[][] = [];
  while (taken.length < count) {
    const next = rows.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

const ROUNDS = 7;
function warm(work: () => unknown): number {
  work();
  return median(
    Array.from({ length: ROUNDS }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    }),
  );
}

/** The same SQL by the sqlite3 program: its own timer, warm. Undefined where the program is not there, or too old for it. */
function bareQuery(sql: string): number | undefined {
  const script = `.timer on\n${Array.from({ length: ROUNDS + 1 }, () => `${sql.trim()};`).join('\n')}\n`;
  const ran = spawnSync('sqlite3', ['-readonly', path], { input: script, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (ran.error !== undefined || ran.status !== 0) return undefined;
  const times = [...ran.stdout.matchAll(/Run Time: real ([\d.]+)/gu)].map((match) => Number(match[1]) * 1000);
  return times.length <= 1 ? undefined : median(times.slice(1));
}

const SEARCHES = [
  'delete repository',
  'send email',
  'shell',
  'refund',
  'createIssue',
  'list files',
  'database query',
  'get',
];

async function main() {
  const servers = Math.ceil(wanted / PER_SERVER);
  if (!existsSync(path)) {
    const own = await importAll(servers);
    const bare = importBare(servers);
    report.import = own;
    report.bare = bare;
    console.log(`import ${Math.round(wanted / own)} tools/s, the same rows bare ${Math.round(wanted / bare)} tools/s`);
  }
  // The log is folded in, as it is when a crawl has ended.
  execFileSync(
    process.execPath,
    [
      '--import',
      'tsx',
      '-e',
      `import D from 'better-sqlite3'; const d = new D(${JSON.stringify(path)}); d.pragma('wal_checkpoint(TRUNCATE)'); d.close()`,
    ],
    { cwd: root },
  );
  const catalogue = openCatalogue(path, { mode: 'read', now: Date.now });
  const tools = catalogue.counts().tools;
  const searches = SEARCHES.map((text) => {
    const ms = warm(() => catalogue.search(text, {}, 25));
    const filtered = warm(() => catalogue.search(text, { severity: 'critical' }, 25));
    console.log(`search ${text.padEnd(22)} ${ms.toFixed(1).padStart(8)} ms, critical only ${filtered.toFixed(1)} ms`);
    return { text, ms };
  });
  console.log(`nothing found, with help: ${warm(() => catalogue.suggest('refnud')).toFixed(1)} ms`);
  let worst = { name: '', ms: 0 };
  for (const { name, sql } of loadQueries(data)) {
    const statement = catalogue.sql.handle.prepare(sql).raw(true);
    const ms = warm(() => statement.all());
    const bare = bareQuery(sql);
    console.log(
      `query ${name.padEnd(26)} ${ms.toFixed(1).padStart(8)} ms, sqlite3 ${bare === undefined ? 'not there' : `${bare.toFixed(1)} ms`}`,
    );
    if (ms > worst.ms) worst = { name, ms };
  }
  catalogue.close();
  console.log(
    JSON.stringify({
      bench: 'catalogue',
      tools,
      search_ms: round(median(searches.map(({ ms }) => ms))),
      search_worst_ms: round(Math.max(...searches.map(({ ms }) => ms))),
      query_worst: worst.name,
      query_worst_ms: round(worst.ms),
      ratio_insert:
        report.import === undefined || report.bare === undefined ? null : round(report.bare / report.import),
      tools_per_s: report.import === undefined ? null : Math.round(wanted / report.import),
      bytes_per_tool: Math.round(catalogueBytes(path) / tools),
      file_bytes: statSync(path).size,
    }),
  );
}

const report: { import?: number; bare?: number } = {};
const round = (number: number) => Math.round(number * 100) / 100;
try {
  await main();
} finally {
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
}

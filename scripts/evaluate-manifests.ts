/**
 * Reads a folder of real manifests, one folder per format, and compares what the extractors find with a count that knows
 * nothing of them: `npm run evaluate:manifests -- FOLDER`. The last line is JSON with the figures.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { loadDirectories } from '../src/data/directories.ts';
import { fileReader } from '../src/read/file.ts';
import type { ReadWorld } from '../src/read/reader.ts';
import { COUNTERS, type Counter } from './evaluation/manifest-counts.ts';

/** Markdown and HTML have no entries that a plain count could find. */
const PROSE = /\.(?:md|html?)$/iu;

const FOLDER = process.argv[2] ?? process.env.TOOLRISK_MANIFESTS;

/** What one format came to. */
interface Row {
  readonly format: string;
  readonly files: number;
  readonly read: number;
  readonly servers: number;
  readonly tools: number;
  readonly dropped: number;
  /** Tool entries by the independent count; undefined for prose, where there is nothing to count by. */
  readonly counted: number | undefined;
  readonly malformed: ReadonlyMap<string, number>;
  readonly differences: readonly string[];
}

if (FOLDER === undefined) {
  console.error('Name the folder of manifests: npm run evaluate:manifests -- FOLDER');
  process.exit(2);
}
const root = resolve(FOLDER);
const world = {
  root,
  directories: loadDirectories(join(import.meta.dirname, '../data')),
  client: { fetch: offline, open: offline, close: async () => undefined },
  npmRegistry: () => ({ url: '', headers: {} }),
  pypiIndex: () => '',
  parsers: { parse: async () => ({ kind: 'died', message: 'no source here' }), close: async () => undefined },
} satisfies ReadWorld;

const started = performance.now();
const rows: Row[] = [];
for (const format of readdirSync(root).sort()) {
  const files = walk(join(root, format));
  const prose = files.filter((file) => PROSE.test(file));
  const documents = files.filter((file) => !PROSE.test(file));
  if (documents.length > 0) rows.push(await evaluate(format, documents, COUNTERS[format] ?? (() => 0)));
  if (prose.length > 0) rows.push(await evaluate(documents.length > 0 ? `${format}, prose` : format, prose, undefined));
}
print(rows);
console.log(
  JSON.stringify({
    formats: rows.length,
    files: sum(rows, (row) => row.files),
    servers: sum(rows, (row) => row.servers),
    tools: sum(rows, (row) => row.tools),
    dropped: sum(rows, (row) => row.dropped),
    equal: rows.filter((row) => row.counted !== undefined && row.counted === row.tools + row.dropped).length,
    unequal: rows.filter((row) => row.counted !== undefined && row.counted !== row.tools + row.dropped).length,
    crashes: sum(rows, (row) => row.malformed.get('crash') ?? 0),
    seconds: Math.round(performance.now() - started) / 1_000,
  }),
);

async function evaluate(format: string, files: readonly string[], counter: Counter | undefined): Promise<Row> {
  const malformed = new Map<string, number>();
  const differences: string[] = [];
  const total = { read: 0, servers: 0, tools: 0, dropped: 0, counted: 0 };
  for (const file of files) {
    const result = await fileReader.read({ kind: 'file', name: file }, world).catch((error: unknown) => String(error));
    const counted = count(counter, file);
    // The counterpart of a server.yaml is read with it.
    if (basename(file) === 'tools.json' && files.includes(join(dirname(file), 'server.yaml'))) continue;
    total.counted += counted;
    if (typeof result === 'string' || result.kind !== 'read') {
      const reason = typeof result === 'string' ? 'crash' : result.kind === 'failed' ? result.reason : result.kind;
      malformed.set(reason, (malformed.get(reason) ?? 0) + 1);
      if (counted > 0) differences.push(`${file}: ${reason}, counted ${counted}`);
      continue;
    }
    const tools = result.servers.reduce((all, server) => all + server.tools.length, 0);
    // What is no tool (a prompt) is named and is no entry of a tool.
    const dropped = result.servers.flatMap((server) =>
      server.dropped.filter(({ reason }) => reason !== 'not-a-tool'),
    ).length;
    total.read++;
    total.servers += result.servers.length;
    total.tools += tools;
    total.dropped += dropped;
    if (counter !== undefined && counted !== tools + dropped) {
      differences.push(`${file}: found ${tools} + ${dropped} dropped, counted ${counted}`);
    }
  }
  const { counted, ...rest } = total;
  return {
    format,
    files: files.length,
    ...rest,
    counted: counter === undefined ? undefined : counted,
    malformed,
    differences,
  };
}

/** The independent count of one file; a file that is no JSON or YAML has none. */
function count(counter: Counter | undefined, file: string): number {
  try {
    const text = readFileSync(file, 'utf8');
    return counter?.(/\.ya?ml$/u.test(file) ? parseYaml(text) : JSON.parse(text), file) ?? 0;
  } catch {
    return 0;
  }
}

function walk(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? walk(path) : [path];
    });
}

async function offline() {
  return {
    kind: 'failed',
    outcome: 'unreachable',
    reason: 'offline',
    message: 'this script reads files only',
  } as const;
}

function sum(all: readonly Row[], value: (row: Row) => number): number {
  return all.reduce((total, row) => total + value(row), 0);
}

function print(all: readonly Row[]): void {
  const head = ['format', 'files', 'read', 'servers', 'tools', 'dropped', 'counted', 'not a manifest, or malformed'];
  const lines = all.map((row) => [
    row.format,
    row.files,
    row.read,
    row.servers,
    row.tools,
    row.dropped,
    row.counted ?? 'prose',
    [...row.malformed].map(([reason, number]) => `${number} ${reason}`).join(', ') || '-',
  ]);
  for (const line of [head, ...lines]) {
    console.log(
      line.map((cell, i) => (i === 0 || i === 7 ? String(cell).padEnd(24) : String(cell).padStart(8))).join(' '),
    );
  }
  for (const difference of all.flatMap((row) => row.differences))
    console.log(`  differs: ${difference.replace(root, '')}`);
}

/**
 * What `crawl` and `build` take as people run them: the program itself, on a catalogue that it crawled.
 *
 *   npm run bench:build [-- --tools 20000 --runs 3]
 *
 * The definitions of `shapes.ts`, 15 to a server, stand in manifests, which are crawled; then one tool in a hundred gets
 * another description, alone in its server or with all tools of a server whose version is new, and the manifests are
 * crawled again. Each build is a process of its own, timed from its start to its end, without the search index;
 * `with_search_` figures have it. Files go to a memory file system where there is one. Medians; the last line is JSON,
 * shares are of the full build.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ToolDefinition } from '../src/model/tool.ts';
import { median } from './median.ts';
import { memoryFolder } from './memory-folder.ts';
import { readShapes } from './shapes.ts';

// `bench-site.ts` says why.
delete process.env.NODE_EXTRA_CA_CERTS;

const { values } = parseArgs({
  options: { tools: { type: 'string', default: '20000' }, runs: { type: 'string', default: '3' } },
});
const count = Number(values.tools);
const runs = Number(values.runs);
const TOOLS_PER_SERVER = 15;
const ONE_PER_CENT = 100;

/** What changed since the first crawl: nothing, one tool in a hundred, or all tools of one server in a hundred. */
const STATES = ['first', 'alone', 'releases'] as const;
type State = (typeof STATES)[number];

const { shapes, real } = readShapes();
const program = resolve(import.meta.dirname, '../dist/cli.js');
const folder = memoryFolder('bench-build-');

/** Writes the manifests of all servers. Of two tools of one name in a server the second is called otherwise. */
function writeManifests(state: State): void {
  const place = join(folder, 'manifests');
  mkdirSync(place, { recursive: true });
  for (let server = 0; server * TOOLS_PER_SERVER < count; server++) {
    const isNew = state === 'releases' && server % ONE_PER_CENT === 0;
    const names = new Set<string>();
    const tools: ToolDefinition[] = [];
    for (let n = server * TOOLS_PER_SERVER; n < Math.min(count, (server + 1) * TOOLS_PER_SERVER); n++) {
      const definition = shapes[n % shapes.length];
      if (definition === undefined) continue;
      let { name } = definition;
      while (names.has(name)) name += '_x';
      names.add(name);
      const isChanged = isNew || (state === 'alone' && n % ONE_PER_CENT === 0);
      tools.push({
        ...definition,
        name,
        ...(isChanged ? { description: `${definition.description ?? ''} Changed.` } : {}),
      });
    }
    const serverInfo = { name: `server-${server}`, version: isNew ? '1.0.1' : '1.0.0' };
    writeFileSync(join(place, `server-${String(server).padStart(6, '0')}.json`), JSON.stringify({ serverInfo, tools }));
  }
}

interface Run {
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** Pages of tools that were rendered. */
  readonly rendered: number;
}

function toolrisk(...args: readonly string[]): { readonly seconds: number; readonly said: string } {
  const began = performance.now();
  const said = execFileSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { seconds: (performance.now() - began) / 1000, said };
}

function build(state: State, ...more: readonly string[]): Run {
  const { seconds, said } = toolrisk('build', '--db', `${state}.db`, '--out', 'out/site', '--json', ...more);
  const { rendered }: Run = JSON.parse(said);
  return { seconds, rendered };
}

/** A full build, the one that fills the second tree, one in which nothing changed, and one after a change. */
function series(state: State, ...more: readonly string[]) {
  rmSync(join(folder, 'out'), { recursive: true, force: true });
  const full = build('first', ...more);
  build('first', ...more);
  const nothing = build('first', ...more);
  return { full, nothing, changed: build(state, ...more) };
}

const round = (value: number, digits = 3) => Number(value.toFixed(digits));

try {
  writeFileSync(join(folder, 'sources.yaml'), 'sources:\n  - source: files\n    paths: [manifests]\n');
  const crawled = STATES.map((state) => {
    writeManifests(state);
    if (state !== 'first') copyFileSync(join(folder, 'first.db'), join(folder, `${state}.db`));
    return toolrisk('crawl', '--sources', 'sources.yaml', '--db', `${state}.db`).seconds;
  });
  console.log(`crawled: ${STATES.map((state, i) => `${state} ${round(crawled[i] ?? 0, 1)} s`).join(', ')}`);
  const rounds = { alone: [] as ReturnType<typeof series>[], releases: [] as ReturnType<typeof series>[] };
  for (let i = 0; i < runs; i++) {
    rounds.alone.push(series('alone', '--without-search'));
    rounds.releases.push(series('releases', '--without-search'));
  }
  const searching = Array.from({ length: runs }, () => series('releases'));
  const seconds = (list: readonly Run[]) => median(list.map((run) => run.seconds));
  const both = [...rounds.alone, ...rounds.releases];
  const full = seconds(both.map((one) => one.full));
  const fullSearching = seconds(searching.map((one) => one.full));
  const changed = (list: readonly ReturnType<typeof series>[]) => seconds(list.map((one) => one.changed));
  for (const kind of ['alone', 'releases'] as const)
    console.log(
      `1 % changed, ${kind}: ${rounds[kind][0]?.changed.rendered} pages of tools, ${round(changed(rounds[kind]))} s of ${round(full)} s`,
    );
  console.log(
    JSON.stringify({
      ...{ bench: 'build', tools: count, runs, real_texts: real },
      ...{ crawl_s: round(crawled[0] ?? 0, 2), crawl_releases_s: round(crawled[2] ?? 0, 2) },
      full_s: round(full, 2),
      nothing_changed_s: round(seconds(both.map((one) => one.nothing))),
      one_per_cent_s: round(changed(rounds.alone)),
      one_per_cent_share: round(changed(rounds.alone) / full),
      one_per_cent_releases_s: round(changed(rounds.releases)),
      one_per_cent_releases_share: round(changed(rounds.releases) / full),
      with_search_full_s: round(fullSearching, 2),
      with_search_one_per_cent_releases_s: round(changed(searching)),
      with_search_one_per_cent_releases_share: round(changed(searching) / fullSearching),
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

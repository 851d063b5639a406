import type { Ruleset } from '../../classify/index.ts';
import { classify } from '../../classify/index.ts';
import { findTextThreats } from '../../classify/threats.ts';
import type { CvesByPackage } from '../../model/advisory.ts';
import { parseLocator } from '../../model/id.ts';
import type { ReadResult, ServerReading } from '../../model/manifest.ts';
import type { ToolDefinition } from '../../model/tool.ts';
import type { Threat, Verdict } from '../../model/verdict.ts';
import type { Outcome } from '../../model/visit.ts';
import type { Catalogue } from '../../store/catalogue.ts';
import { type CatalogueThreat, instructionsOf, neighboursOf } from '../../store/catalogue-threats.ts';
import { type ScannedAdvisory, type VersionWorld, vulnerabilitiesOf } from './advisories.ts';
import type { ScannedConfig } from './configs.ts';
import type { RunServer } from './execute.ts';
import { withoutKeys, withoutTokens } from './tokens.ts';

/** One tool that an agent can call through a configuration. */
export interface ScannedTool {
  readonly definition: ToolDefinition;
  readonly verdict: Verdict;
  readonly provenance: string;
  readonly schemaComplete: boolean;
  readonly definitionHash?: string;
  /** Signs of an attack that show only beside another tool of the catalogue. */
  readonly neighbours?: readonly CatalogueThreat[];
}

/** One configured server, with what is known of it. */
export interface ScannedServer {
  readonly file: string;
  readonly line: number;
  readonly client?: string;
  /** Name in the client. */
  readonly name: string;
  /** Id without what may be a secret; `file:NAME` for a program of the machine. */
  readonly id: string;
  readonly disabled: boolean;
  /** Where the tools come from (`run`: it was run in the sandbox, and asked); `unknown` says nothing about what it can do. */
  readonly known: 'catalogue' | 'read' | 'run' | 'unknown';
  /** Why nothing is known, or what limits what is known. */
  readonly note?: string;
  /** Known vulnerabilities of the package that is started; absent where there are none. */
  readonly advisories?: readonly ScannedAdvisory[];
  readonly tools: readonly ScannedTool[];
  /** Signs of an attack in what the server tells the model about itself; absent where there are none. */
  readonly instructionThreats?: readonly Threat[];
}

/** What looking a server up may use. */
export interface ScanWorld {
  /** Absent when there is none. */
  readonly catalogue?: Catalogue;
  readonly ruleset: Ruleset;
  readonly cves: CvesByPackage;
  /** Reads a server that the catalogue does not have; absent when offline. */
  read?(locator: string): Promise<ReadResult>;
  /** Runs a server of which nothing is known; absent without leave. */
  readonly run?: RunServer;
}

type Configured = ScannedConfig['servers'][number];

/** Looks up every server of some configurations; one that stands in several of them is read once. */
export async function scanServers(
  configs: readonly ScannedConfig[],
  given: ScanWorld,
): Promise<readonly ScannedServer[]> {
  const world = { ...given, ...(given.read === undefined ? {} : { read: once(given.read) }) };
  const versions: VersionWorld = { ...world, newestOf: async (id) => versionIn(await world.read?.(id)) };
  const answers = new Map<string, Promise<Known>>();
  const servers: ScannedServer[] = [];
  for (const { file, client, servers: entries } of configs) {
    for (const entry of entries) {
      const key = keyOf(entry);
      const answer = answers.get(key) ?? lookUp(entry, world);
      answers.set(key, answer);
      const found = await answer;
      const { failed: _, ...known } = found;
      const advisories =
        entry.started === undefined ? [] : await vulnerabilitiesOf(entry.started, versions, isMissing(entry, found));
      servers.push({
        file,
        line: entry.line,
        ...(client === undefined ? {} : { client }),
        name: entry.name,
        id: withoutTokens(entry.id ?? `file:${entry.name}`),
        disabled: entry.disabled,
        ...(advisories.length === 0 ? {} : { advisories }),
        ...known,
      });
    }
  }
  return servers;
}

/** What makes two entries the same server to a scan. What is switched off is not run, so it is looked up apart. */
function keyOf({ name, locator, program, script, disabled }: Configured): string {
  return JSON.stringify(locator === undefined ? [name, program, script, disabled] : [locator, disabled]);
}

/** Reads each locator one time, however often it is asked for. */
function once(read: NonNullable<ScanWorld['read']>): NonNullable<ScanWorld['read']> {
  const results = new Map<string, Promise<ReadResult>>();
  return (locator) => {
    const result = results.get(locator) ?? read(locator);
    results.set(locator, result);
    return result;
  };
}

/** The version of a package that a reading of it chose. */
function versionIn(result: ReadResult | undefined): string | undefined {
  if (result === undefined || result.kind === 'not-modified') return undefined;
  return result.kind === 'failed' ? result.version : result.servers[0]?.facts.version;
}

interface Known extends Pick<ScannedServer, 'known' | 'note' | 'tools' | 'instructionThreats'> {
  /** How the reading of it failed. */
  readonly failed?: Outcome;
}

/** Whether the package that an entry starts was looked for and is not there: it can hardly run, unless a copy is kept. */
function isMissing({ id, started }: Configured, { failed }: Known): boolean {
  return started?.id === id && (failed === 'not-found' || failed === 'removed');
}

async function lookUp(entry: Configured, world: ScanWorld): Promise<Known> {
  const { id, locator } = entry;
  if (id === undefined || locator === undefined) {
    const program =
      entry.program === undefined ? 'a program of this machine' : `the program ${entry.program} of this machine`;
    return orRun(entry, unknown(`it starts ${program}; its tools can be seen only by running it`), world);
  }
  const stored = fromCatalogue(id, world);
  const wanted = parseLocator(locator).version;
  const isCurrent = wanted === undefined || stored?.version === undefined || stored.version === wanted;
  if (stored !== undefined && (isCurrent || world.read === undefined)) {
    const note = isCurrent ? {} : { note: `the catalogue has version ${stored.version}, the configuration ${wanted}` };
    return { known: 'catalogue', tools: stored.tools, ...note, ...told(stored.instructions, world) };
  }
  if (world.read === undefined) return unknown('the catalogue does not have it, and --offline asks nobody else');
  const result = await world.read(locator);
  const known = fromReading(id, result, world);
  return isLocal(id) && (result.kind !== 'failed' || FETCHED.has(result.outcome)) ? orRun(entry, known, world) : known;
}

/** A remote is asked by reading it. */
function isLocal(id: string): boolean {
  return !id.startsWith('remote:');
}

/** How the reading of what is there, and can be run, fails. */
const FETCHED: ReadonlySet<Outcome> = new Set([
  'no-static-tools',
  'malformed',
  'parser-died',
  'timed-out',
  'too-large',
] as const);

/** Runs a server of which nothing is known, where that is allowed. One that is switched off runs nowhere. */
async function orRun(entry: Configured, known: Known, world: ScanWorld): Promise<Known> {
  const { run } = world;
  if (known.known !== 'unknown' || run === undefined || entry.disabled) return known;
  const listed = await run(entry);
  if (listed.kind === 'failed') {
    const what = listed.outcome === 'refused' ? 'it was not run' : 'running it brought no list';
    return unknown(`${known.note}; ${what}: ${withoutKeys(listed.message.replace(/\.$/u, ''))}`);
  }
  const { server } = listed;
  if (server.tools.length === 0) return unknown(`${known.note}; it was run, and lists no tools without its settings`);
  // A note of one word is of the package.
  const notes = server.facts.notes.filter((note) => note.includes(' '));
  const note = ['it was run in the sandbox, without what the configuration passes to it', ...notes].join('; ');
  return { known: 'run', note, ...toolsOf(server.facts.id, [server], world) };
}

function fromCatalogue(id: string, { catalogue }: ScanWorld) {
  const server = catalogue?.server(id);
  if (catalogue === undefined || server === undefined) return undefined;
  const beside = neighboursOf(catalogue.sql, server.id);
  const tools = Array.from(catalogue.toolsOf(server.id), (tool): ScannedTool => {
    const neighbours = beside.get(tool.definition.name);
    return neighbours === undefined ? tool : { ...tool, neighbours };
  });
  const instructions = instructionsOf(catalogue.sql, server.id);
  return tools.length === 0 ? undefined : { version: server.version, tools, instructions };
}

function told(instructions: string | undefined, { ruleset }: ScanWorld): Pick<Known, 'instructionThreats'> {
  const threats = findTextThreats(instructions ?? '', '/instructions', ruleset.threats);
  return threats.length === 0 ? {} : { instructionThreats: threats };
}

function fromReading(id: string, result: ReadResult, world: ScanWorld): Known {
  if (result.kind === 'failed') return { ...unknown(`${result.outcome}: ${result.message}`), failed: result.outcome };
  if (result.kind === 'not-modified') return unknown('it answered that nothing is new to a first question');
  const { tools, ...rest } = toolsOf(id, result.servers, world);
  return tools.length === 0 ? unknown('no tool could be found without running it') : { known: 'read', tools, ...rest };
}

function toolsOf(
  id: string,
  servers: readonly ServerReading[],
  world: ScanWorld,
): Pick<Known, 'tools' | 'instructionThreats'> {
  const tools = servers.flatMap(({ tools: observed }) =>
    observed.map(({ definition, provenance, schemaComplete }) => ({
      definition,
      provenance,
      schemaComplete,
      verdict: classify({ ...definition, server: id }, world.ruleset),
    })),
  );
  const instructions = servers.flatMap(({ facts }) => facts.instructions ?? []).join('\n\n');
  return { tools, ...told(instructions, world) };
}

/** A message may quote an address, and an address may hold a token. */
function unknown(note: string): Known {
  return { known: 'unknown', note: withoutTokens(note), tools: [] };
}

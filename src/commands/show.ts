import { findTextThreats } from '../classify/threats.ts';
import { loadCves } from '../data/knowledge.ts';
import { loadThreatRules } from '../data/threats.ts';
import { objectOf } from '../extract/edge/value.ts';
import { ADVISORY_STATE, type Advisory, advisoriesOf, type CvesByPackage, cvesByPackage } from '../model/advisory.ts';
import { parseLocator, serverIdOf } from '../model/id.ts';
import type { ChangeRecord, ServerRecord, ToolRecord } from '../model/rows.ts';
import type { Json } from '../model/tool.ts';
import type { Threat } from '../model/verdict.ts';
import { OUTCOME_INFO } from '../model/visit.ts';
import type { Catalogue } from '../store/catalogue.ts';
import { type CatalogueThreat, catalogueThreatsOf, instructionsOf } from '../store/catalogue-threats.ts';
import { decisionsOf, type MethodShare, type Observation } from '../store/observations.ts';
import { findAddressed, withCatalogue } from './catalogue.ts';
import type { Command, World } from './command.ts';
import { DB_OPTION } from './db-option.ts';
import { count, jsonDocument, oneLine, printable, table, widthOf } from './print.ts';

export const show: Command = {
  name: 'show',
  summary: 'Print everything the catalogue knows of a server or a tool',
  details:
    'SERVER is an id (npm:NAME, registry:NAME, file:PATH, …) or an alias; SERVER#TOOL names a tool. SERVER/TOOL is accepted when the longest known id matches.',
  arguments: [{ name: 'address', text: 'SERVER or SERVER#TOOL', required: true }],
  options: [{ name: 'json', text: 'Print JSON' }, DB_OPTION],
  examples: [
    'toolrisk show npm:@modelcontextprotocol/server-filesystem',
    "toolrisk show 'npm:@modelcontextprotocol/server-filesystem#write_file'",
  ],
  run: (input, world) =>
    withCatalogue(input, world, (catalogue) => {
      const cves = cvesByPackage(loadCves(world.dataFolder));
      const address = input.args[0] ?? '';
      const found = findAddressed(catalogue, address, publishedOf(address, cves));
      const tools = found.kind === 'server' ? [...catalogue.toolsOf(found.server.id)] : [];
      const told =
        found.kind === 'server'
          ? { ...instructed(catalogue, found.server.id, world), ...published(found.server, cves) }
          : {};
      if (input.has('json')) {
        jsonDocument(
          world.stdout,
          found.kind === 'tool'
            ? { ...found.tool, ...more(catalogue, found.tool) }
            : { ...withUnknown(found.server), ...told, tools, overlaps: catalogue.methodShares(found.server.id) },
        );
      } else if (found.kind === 'tool') {
        printTool(found.tool, more(catalogue, found.tool), world);
      } else {
        printServer(found.server, told, tools, catalogue.methodShares(found.server.id), world);
      }
      return 0;
    }),
};

/** The same with null where a count of 0 would say that there are no tools, and they are unknown. */
function withUnknown({ toolCount, visits, ...server }: ServerRecord) {
  return {
    ...server,
    toolCount: toolCount === 0 ? null : toolCount,
    visits: visits.map(({ tools, ...visit }) => {
      return { ...visit, tools: tools === 0 && !OUTCOME_INFO[visit.outcome].answered ? null : tools };
    }),
  };
}

/** What a server tells the model about itself, and the signs of an attack in it. */
interface Instructed {
  readonly instructions?: string;
  readonly threats?: readonly Threat[];
}

function instructed(catalogue: Catalogue, id: string, world: World): Instructed {
  const instructions = instructionsOf(catalogue.sql, id);
  if (instructions === undefined) return {};
  return { instructions, threats: findTextThreats(instructions, '/instructions', loadThreatRules(world.dataFolder)) };
}

/** Published vulnerabilities of a server's package; nothing where there are none. */
interface Published {
  readonly advisories?: readonly Advisory[];
}

function published({ id, aliases, version }: ServerRecord, cves: CvesByPackage): Published {
  const advisories = advisoriesOf([id, ...aliases], version, cves);
  return advisories.length === 0 ? {} : { advisories };
}

/** A sentence about a package that the catalogue does not have; empty where nothing is published of it. */
function publishedOf(address: string, cves: CvesByPackage): string {
  const known = advisoriesOf([serverIdOf(parseLocator(address))], undefined, cves).map(
    ({ id, affected, fixed }) =>
      `${id} (${affected === undefined ? 'in versions that are not known' : `in ${affected}`}${fixed === undefined ? '' : `, fixed in ${fixed}`})`,
  );
  return known.length === 0 ? '' : `The package has known vulnerabilities: ${known.join('; ')}. `;
}

/** Three lines: what it is, what it means for the version that was read, and where it is published. */
function vulnerability({ id, title, severity, state, affected, fixed, url }: Advisory): string {
  const means = [
    ADVISORY_STATE[state],
    ...(affected === undefined ? [] : [`Affected: ${affected}.`]),
    ...(fixed === undefined ? [] : [`Fixed in ${fixed}.`]),
  ];
  return [`${id} ${title}${severity === undefined ? '' : ` (${severity})`}`, means.join(' '), url].join(INDENT);
}

/** Changes on the sheet of a tool. */
const CHANGES = 5;

/** What the sheet of a tool says besides its record. */
interface More {
  readonly observations: readonly Observation[];
  readonly decisions: Readonly<Record<string, string>>;
  readonly changes: readonly ChangeRecord[];
  /** Signs of an attack that show only beside another tool. */
  readonly neighbours: readonly CatalogueThreat[];
}

function more(catalogue: Catalogue, tool: ToolRecord): More {
  const changes: ChangeRecord[] = [];
  for (const change of catalogue.changes({ serverId: tool.serverId })) {
    if (change.tool === tool.definition.name) changes.push(change);
    if (changes.length === CHANGES) break;
  }
  return {
    observations: catalogue.observations(tool.serverId, tool.definition.name),
    decisions: decisionsOf(catalogue.sql, tool.serverId, tool.definition.name) ?? {},
    changes,
    neighbours: catalogueThreatsOf(catalogue.sql, tool.serverId, tool.definition.name),
  };
}

const LABEL = 14;
/** A line feed inside a value. */
const INDENT = `\n${' '.repeat(LABEL)}`;

/** One line of a sheet; nothing where there is no value. */
function line(label: string, value: string | undefined): string {
  return value === undefined || value === '' ? '' : `${label.padEnd(LABEL)}${printable(value)}\n`;
}

function day(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function printTool(tool: ToolRecord, { observations, decisions, changes, neighbours }: More, world: World): void {
  const { verdict, definition } = tool;
  world.stdout.write(
    [
      `${oneLine(definition.name)}  ${verdict.category}, ${verdict.severity}\n\n`,
      line('server', tool.serverId),
      line('title', definition.title),
      line('description', definition.description?.replaceAll('\n', INDENT)),
      line('confidence', verdict.confidence.toFixed(2)),
      line('capabilities', verdict.capabilities.join(', ')),
      ...verdict.moves.map((move) => line('severity', `${move.from} → ${move.to}: ${move.reason}`)),
      ...verdict.operations.map((one) =>
        line('operation', `${one.value}: ${one.category}, ${one.severity} (${one.path})`),
      ),
      ...verdict.threats.map((one) => line('threat', threat(one))),
      ...neighbours.map((one) =>
        line('threat', `${threat(one)}, beside ${one.other.server}#${oneLine(one.other.tool)}`),
      ),
      line('hints', hints(tool)),
      line('read from', `${tool.provenance} (${tool.method}${tool.gated ? ', gated' : ''})`),
      ...tool.notes.map((note) => line('note', note)),
      ...differences(observations),
      ...Object.entries(decisions).map(([strength, decision]) => line('policy', `${strength}: ${decision}`)),
      line('schema', tool.schemaComplete ? 'complete' : 'in part unknown'),
      line('hash', tool.definitionHash),
      line('first seen', day(tool.firstSeen)),
      ...parameters(definition.inputSchema),
      ...changes.map((one) =>
        line(
          'changed',
          `${day(one.at)} ${one.what}, ${one.cause}${one.fields.length === 0 ? '' : `: ${one.fields.join(', ')}`}`,
        ),
      ),
      `\nWhy: toolrisk explain '${oneLine(`${tool.serverId}#${definition.name}`)}'\n`,
    ].join(''),
  );
}

function threat(one: Threat): string {
  return `${one.strength}: ${one.rule} at ${one.path}: ${oneLine(one.text, 60)}`;
}

/** Fields that two methods may tell differently. */
const FIELDS = ['title', 'description', 'inputSchema', 'outputSchema', 'annotations'] as const;

/** One line per further observation, and one per field in which it differs from the current one. */
function differences(observations: readonly Observation[]): readonly string[] {
  const current = observations.find((one) => one.current);
  if (current === undefined) return [];
  return observations
    .filter((one) => !one.current)
    .flatMap((one) => {
      const differing = FIELDS.filter(
        (field) => JSON.stringify(one.definition[field]) !== JSON.stringify(current.definition[field]),
      );
      return [
        line('also in', `${one.provenance} (${one.method})${differing.length === 0 ? ', the same' : ''}`),
        ...differing.map((field) =>
          line(
            'differs in',
            `${field}: ${current.method} ${shown(current.definition[field])}, ${one.method} ${shown(one.definition[field])}`,
          ),
        ),
      ];
    });
}

function shown(value: unknown): string {
  if (value === undefined) return 'has none';
  return `says ${oneLine(JSON.stringify(value), 60)}`;
}

/** One line per parameter: its name, type and text. */
function parameters(schema: Json | undefined): readonly string[] {
  const { properties, required } = objectOf(schema) ?? {};
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(objectOf(properties) ?? {}).map(([name, value]) => {
    const { type, description } = objectOf(value) ?? {};
    const kind = typeof type === 'string' ? type : Array.isArray(type) ? type.join(' or ') : 'any type';
    const text = typeof description === 'string' ? `: ${oneLine(description, 80)}` : '';
    return line('parameter', `${oneLine(name)} (${kind}${needed.includes(name) ? ', required' : ''})${text}`);
  });
}

function hints(tool: ToolRecord): string {
  return Object.entries(tool.definition.annotations ?? {})
    .filter(([key]) => key.endsWith('Hint'))
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}

function printServer(
  server: ServerRecord,
  { instructions, threats = [], advisories = [] }: Instructed & Published,
  tools: readonly ToolRecord[],
  shares: readonly MethodShare[],
  world: World,
): void {
  world.stdout.write(
    [
      `${oneLine(server.name)}  ${tools.length === 0 ? 'no tools known' : count(tools.length, 'tool')}\n\n`,
      line('id', server.id),
      line('also known as', server.aliases.join(', ')),
      line('description', server.description),
      line('instructions', instructions?.replaceAll('\n', INDENT)),
      ...threats.map((one) => line('threat', threat(one))),
      line('version', server.version),
      ...advisories.map((one) => line('vulnerability', vulnerability(one))),
      line('homepage', server.homepage),
      line('repository', server.repository),
      line('license', server.license),
      line('deprecated', server.deprecated),
      ...server.notes.map((note) => line('note', note)),
      line('sources', server.sources.join(', ')),
      ...server.visits.map((visit) =>
        line('visit', `${visit.locator}: ${visit.outcome} (${visit.message ?? OUTCOME_INFO[visit.outcome].text})`),
      ),
      ...shares.map((one) =>
        line(
          'told by',
          `${one.methods.join(' and ')}${one.methods.length === 1 ? ' only' : ''}: ${count(one.tools, 'tool')}${one.differing === 0 ? '' : `, ${one.differing} differently`}, such as ${one.example}`,
        ),
      ),
      '\n',
      tools.length === 0 ? 'No tools are known: that says nothing about what the server can do.\n' : '',
    ].join(''),
  );
  if (tools.length > 0) world.stdout.write(table([...tools].sort(bySeverity), COLUMNS, widthOf(world.stdout)));
}

/** Characters of a description in a line. */
const DESCRIPTION = 160;

const COLUMNS = [
  { title: 'severity', value: (row: ToolRecord) => row.verdict.severity },
  { title: 'category', value: (row: ToolRecord) => row.verdict.category },
  { title: 'tool', value: (row: ToolRecord) => row.definition.name },
  {
    title: 'description',
    value: (row: ToolRecord) => oneLine(row.definition.description ?? '', DESCRIPTION),
    flexible: true,
  },
];

const RANK = { critical: 0, high: 1, medium: 2, low: 3 } as const;

function bySeverity(a: ToolRecord, b: ToolRecord): number {
  return RANK[a.verdict.severity] - RANK[b.verdict.severity] || (a.definition.name < b.definition.name ? -1 : 1);
}

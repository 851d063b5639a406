import type { ServerId } from '../model/id.ts';
import type { Json, JsonObject } from '../model/tool.ts';
import {
  type DeclaredLaunch,
  launchOf,
  remoteLaunch,
  type Script,
  type StartedPackage,
  scriptOf,
  startedPackage,
} from './edge/command-line.ts';
import { entryId, extractionOf, readingOf } from './edge/facts.ts';
import { at, field, listOf, objectOf, pointer, textOf } from './edge/value.ts';
import type { Document, Extractor } from './extractor.ts';

/** One server that a client is configured to use. Arguments, environment and headers are read here and kept nowhere. */
export interface ConfiguredServer {
  /** The name under which the client knows the server: what policies for the client use. */
  readonly name: string;
  readonly transport: 'stdio' | 'http';
  /** JSON Pointer of the entry in the document. */
  readonly pointer: string;
  /** What the entry declares that it starts or reaches; undefined for a program on the machine. */
  readonly id?: ServerId;
  readonly locator?: string;
  /** The package that is fetched and run, where one is: of a bridge to a remote the bridge. */
  readonly started?: StartedPackage;
  /** Name of the program alone, for people: `node`, `python`. */
  readonly program?: string;
  /** The file that the program runs, where it is one of this machine that names no folder of its own to start in. */
  readonly script?: Script;
  readonly disabled: boolean;
  /** Folder of the project that the entry belongs to, where one file has several. */
  readonly project?: string;
}

/** Where a family of clients keeps its servers. */
interface Form {
  readonly clients: string;
  /** Finds the entries, each with its name and pointer; empty when the document has another form. */
  find(document: Document): readonly Entry[];
}

interface Entry {
  readonly name: string;
  readonly value: JsonObject;
  readonly pointer: string;
  readonly project?: string;
}

/** Forms, most specific first; the first that finds an entry counts, except that Claude Code adds its projects'. */
const FORMS: readonly Form[] = [
  { clients: 'Codex', find: ({ value }) => fromMap(value, ['mcp_servers']) },
  { clients: 'Zed', find: ({ value }) => fromMap(value, ['context_servers']) },
  { clients: 'Goose', find: ({ value }) => fromMap(value, ['extensions']) },
  { clients: 'Claude Code', find: ({ value }) => [...fromMap(value, ['mcpServers']), ...fromProjects(value)] },
  { clients: 'Continue', find: ({ value }) => fromList(value, ['mcpServers']) },
  { clients: 'Continue', find: ({ value }) => fromList(value, ['experimental', 'modelContextProtocolServers']) },
  { clients: 'VS Code', find: ({ value }) => fromMap(value, ['mcp', 'servers']) },
  { clients: 'VS Code', find: ({ value }) => fromMap(value, ['servers']) },
  { clients: 'opencode', find: ({ value }) => fromMap(value, ['mcp']) },
  { clients: 'a bare map', find: ({ value, fileName }) => (/mcp/iu.test(fileName) ? fromMap(value, []) : []) },
];

/** The configuration of an agent's client: Claude Desktop and Code, Cursor, VS Code, Windsurf, Gemini CLI, Codex, Zed, Cline, Continue, Goose, opencode. */
export const clientConfig: Extractor = {
  id: 'client-config',
  title: 'client configuration',
  homepage: 'https://modelcontextprotocol.io/docs/develop/connect-local-servers',
  secret: true,
  accepts(document) {
    if (!mayBeConfig(document)) return false;
    return isEmptyConfig(document.value) || entriesOf(document).length > 0;
  },
  extract(document) {
    const configured = readClientConfig(document);
    const servers = configured.map((server) =>
      readingOf({
        id: server.id ?? entryId(document, server.name),
        name: server.name,
        notes: server.id === undefined ? ['local-program'] : [],
      }),
    );
    return extractionOf(
      servers,
      configured.flatMap((server) => server.locator ?? []),
    );
  },
};

/**
 * Reads which servers a client is configured to use, in the order of the document.
 *
 * Pure. Command lines are read only for the package, image, URL or script that they name; values of `env`, `headers`
 * and other arguments never leave this function.
 */
export function readClientConfig(document: Document): readonly ConfiguredServer[] {
  return entriesOf(document).map(({ name, value, pointer: path, project }) => {
    const url = urlOf(value);
    const [command, args] = commandOf(value);
    const launch: DeclaredLaunch | undefined =
      url === undefined ? (command === undefined ? undefined : launchOf(command, args)) : remoteLaunch(url);
    const started = url === undefined && command !== undefined ? startedPackage(command, args) : undefined;
    const hasFolder = field(value, 'cwd') !== undefined;
    const script = url === undefined && command !== undefined && !hasFolder ? scriptOf(command, args) : undefined;
    return {
      name,
      transport: url === undefined ? 'stdio' : 'http',
      pointer: path,
      ...(launch === undefined ? {} : { id: launch.id, locator: launch.locator }),
      ...(started === undefined ? {} : { started }),
      ...(command === undefined ? {} : { program: programOf(command) }),
      ...(script === undefined ? {} : { script }),
      disabled: field(value, 'disabled') === true || field(value, 'enabled') === false,
      ...(project === undefined ? {} : { project }),
    };
  });
}

function entriesOf(document: Document): readonly Entry[] {
  for (const form of FORMS) {
    const entries = form.find(document);
    if (entries.length > 0) return entries;
  }
  return [];
}

/** Keys at the top of the forms. */
const ROOTS = [
  'mcp_servers',
  'context_servers',
  'extensions',
  'mcpServers',
  'projects',
  'experimental',
  'mcp',
  'servers',
] as const;

/** Whether any form is worth a look: most documents are of another shape. */
function mayBeConfig({ value, fileName }: Document): boolean {
  return ROOTS.some((key) => field(value, key) !== undefined) || /mcp/iu.test(fileName);
}

/** `{"mcpServers": {}}` is a configuration without servers, and no other shape has the key. */
function isEmptyConfig(value: Json | undefined): boolean {
  return objectOf(field(value, 'mcpServers')) !== undefined;
}

function fromMap(value: Json | undefined, path: readonly string[], project?: string): readonly Entry[] {
  const map = objectOf(at(value, ...path));
  if (map === undefined) return [];
  return Object.entries(map).flatMap(([name, entry]) => {
    const object = objectOf(entry);
    if (object === undefined || !isEntry(object)) return [];
    const found = { name, value: object, pointer: pointer('', ...path, name) };
    return [project === undefined ? found : { ...found, project }];
  });
}

function fromList(value: Json | undefined, path: readonly string[]): readonly Entry[] {
  return (listOf(at(value, ...path)) ?? []).flatMap((entry, index) => {
    const object = objectOf(entry);
    if (object === undefined || !isEntry(object)) return [];
    return [{ name: textOf(object.name) ?? String(index), value: object, pointer: pointer('', ...path, index) }];
  });
}

function fromProjects(value: Json | undefined): readonly Entry[] {
  const projects = objectOf(field(value, 'projects')) ?? {};
  return Object.entries(projects).flatMap(([folder]) => fromMap(value, ['projects', folder, 'mcpServers'], folder));
}

/** An entry starts a command or reaches a URL. */
function isEntry(entry: JsonObject): boolean {
  return urlOf(entry) !== undefined || commandOf(entry)[0] !== undefined;
}

const URL_KEYS = ['url', 'httpUrl', 'serverUrl', 'uri'] as const;

function urlOf(entry: JsonObject): string | undefined {
  const found = URL_KEYS.map((key) => textOf(field(entry, key))).find((url) => url !== undefined);
  return found ?? textOf(at(entry, 'transport', 'url'));
}

/** The command as a text, as an array with its arguments, or as Zed's and Continue's object. */
function commandOf(entry: JsonObject): readonly [string | undefined, readonly string[]] {
  const given = field(entry, 'command') ?? field(entry, 'cmd') ?? at(entry, 'transport', 'command');
  const args = field(entry, 'args') ?? at(entry, 'transport', 'args') ?? field(given, 'args');
  const words = listOf(given);
  if (words !== undefined) {
    const [command, ...rest] = textsOf(words);
    return [command, rest];
  }
  return [textOf(given) ?? textOf(field(given, 'path')), textsOf(listOf(args) ?? [])];
}

function textsOf(values: readonly Json[]): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}

/** The program's name without folder and arguments: either may hold what its owner wants kept. */
function programOf(command: string): string {
  const [first = ''] = command.trim().split(/\s+/u);
  return first.replace(/^.*[/\\]/su, '');
}

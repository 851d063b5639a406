import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Manner } from '../fetch/manners.ts';
import type { HttpClient } from '../fetch/types.ts';
import type { ReadWorld } from '../read/reader.ts';
import type { SourceWorld } from '../sources/source.ts';
import type { World } from './command.ts';
import { readPipIndex } from './pip-config.ts';

/** What reading servers needs, made from the world of a command. */
export interface ReadingSetup {
  readonly read: ReadWorld;
  readonly sources: SourceWorld;
  readonly client: HttpClient;
  /** Ends the parsers and the connections. */
  close(): Promise<void>;
}

/** Choices of one command. */
export interface ReadingOptions {
  /** Folder that relative `file:` locators and paths in the settings are relative to. Default: the working folder. */
  readonly root?: string;
  /** Origins that the operator's own files name: they may have any address. */
  readonly operatorOrigins?: readonly string[];
  /** Leave to run local servers in the sandbox. */
  readonly execute?: boolean;
  /** Further lines of the table of manners, before the built-in ones. */
  readonly manners?: readonly Manner[];
}

/** The parts of a command's world that reading needs. */
export type ReadingHost = Pick<World, 'env' | 'cwd' | 'dataFolder' | 'version' | 'now' | 'signal'>;

/** Makes the client, the parser pool and the clients' configurations into one thing that is closed once. */
export async function openReading(world: ReadingHost, options: ReadingOptions = {}): Promise<ReadingSetup> {
  // Loaded when they are needed: a command that reads nothing starts without them.
  const { createHttpClient } = await import('../fetch/client.ts');
  const { createParserPool } = await import('../read/pool.ts');
  const { createExecution, machineOf } = await import('../read/sandbox/execution.ts');
  const { loadDirectories } = await import('../data/directories.ts');
  const { readNpmConfig } = await import('./npm-config.ts');
  const npm = await readNpmConfig(world.env, world.cwd);
  const pypi = await readPipIndex(world.env);
  const configured = new Set(options.operatorOrigins ?? []);
  if (pypi !== '') configured.add(new URL(pypi).origin);
  const root = options.root ?? world.cwd;
  const client = createHttpClient({
    userAgent: userAgent(world),
    now: world.now,
    operatorOrigins: () => [...configured, ...npm.origins],
    ca: npm.ca,
    ...(options.manners === undefined ? {} : { manners: options.manners }),
  });
  const parsers = createParserPool();
  return {
    client,
    read: {
      client,
      npmRegistry: npm.registry,
      pypiIndex: () => pypi,
      parsers,
      root,
      operatorOrigins: configured,
      directories: loadDirectories(world.dataFolder),
      signal: world.signal,
      ...(options.execute === true ? { execute: createExecution(machineOf(world.env), world.env, tmpdir()) } : {}),
    },
    sources: sourceWorld(world, root, npm.registry, client),
    async close() {
      await Promise.all([parsers.close(), client.close()]);
    },
  };
}

/** What sources may use, with a client that is elsewhere. */
export async function openSources(
  world: ReadingHost,
  options: ReadingOptions,
  client: SourceWorld['client'],
): Promise<SourceWorld> {
  const { readNpmConfig } = await import('./npm-config.ts');
  const { registry } = await readNpmConfig(world.env, world.cwd);
  return sourceWorld(world, options.root ?? world.cwd, registry, client);
}

function sourceWorld(
  world: ReadingHost,
  root: string,
  npmRegistry: SourceWorld['npmRegistry'],
  client: SourceWorld['client'],
): SourceWorld {
  return {
    client,
    npmRegistry,
    root,
    readFile: (path) => readFile(resolve(root, path)),
    listFiles: (path) => listFiles(root, path),
    signal: world.signal,
  };
}

/** Who we are to the servers we ask; `TOOLRISK_CONTACT` is a page or an address where a person can be reached. */
function userAgent(world: ReadingHost): string {
  const contact = world.env.TOOLRISK_CONTACT;
  return contact === undefined || contact === ''
    ? `toolrisk/${world.version}`
    : `toolrisk/${world.version} (+${contact.replace(/[^\x21-\x7e]/gu, '')})`;
}

/** Files below a folder, sorted, as paths relative to `root` where the folder is; a file is a list of itself. */
async function listFiles(root: string, path: string): Promise<readonly string[]> {
  const start = resolve(root, path);
  if (!(await stat(start)).isDirectory()) return [path];
  const found = await readdir(start, { recursive: true, withFileTypes: true });
  const show = (file: string) => (isAbsolute(path) ? file : relative(root, file));
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => show(join(entry.parentPath, entry.name)))
    .sort();
}

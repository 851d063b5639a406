import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import semver from 'semver';
import * as z from 'zod';
import type { Failure } from '../../model/manifest.ts';
import { INSIDE_FOLDER } from './command.ts';
import type { Execution } from './execution.ts';
import { executeFailure } from './failures.ts';

const INSTALL_MS = 180_000;

/** Nothing is run while installing, nothing is reported, and nothing but the package and what it needs is fetched. */
const FLAGS = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--omit=dev',
  '--no-package-lock',
  '--no-save',
  '--loglevel=error',
];

/** Only names and versions of the registry: npm would also take a path, a URL or a repository for a package. */
const NAME = /^(?!-)(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/iu;
const VERSION = /^[0-9A-Za-z.^~<>=|*+ -]+$/u;

const Manifest = z.object({
  version: z.string(),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  engines: z
    .object({ node: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** A package that lies ready to be run. */
export interface Installed {
  readonly kind: 'installed';
  readonly folder: string;
  readonly version: string;
  /** Its program as seen from inside of the sandbox. */
  readonly program: string;
  /** The versions of Node that it wants, where the present one is none of them. */
  readonly wantsNode?: string;
  remove(): Promise<void>;
}

/** Installs a package and its dependencies by the npm client into a folder of its own, without running any of it. */
export async function installPackage(
  name: string,
  version: string | undefined,
  execution: Execution,
): Promise<Installed | Failure> {
  // By its tag: of a bare name npm takes an older version where the newest one wants another Node, and says nothing.
  const wanted = `${name}@${version ?? 'latest'}`;
  if (!NAME.test(name) || (version !== undefined && !VERSION.test(version)))
    return executeFailure('install-failed', wanted);
  const folder = await mkdtemp(join(execution.scratch, 'toolrisk-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  // The sandbox runs as another user, who must be able to read it.
  await chmod(folder, 0o755);
  const failed = await npmInstall(wanted, folder, execution.env);
  if (failed !== undefined) {
    await remove();
    return failed;
  }
  const root = posix.join('node_modules', name);
  const manifest = Manifest.safeParse(JSON.parse(await readFile(join(folder, root, 'package.json'), 'utf8')));
  const bin = manifest.success ? binOf(manifest.data.bin, name) : undefined;
  if (!manifest.success || bin === undefined) {
    await remove();
    return executeFailure('install-no-bin', wanted);
  }
  const program = posix.join(INSIDE_FOLDER, root, posix.join('/', bin));
  const wantsNode = otherNode(manifest.data.engines?.node);
  return {
    ...{ kind: 'installed', folder, version: manifest.data.version, program, remove },
    ...(wantsNode === undefined ? {} : { wantsNode }),
  };
}

/** Characters of a range of versions that are shown. */
const RANGE = 100;

function otherNode(range: string | undefined): string | undefined {
  if (range === undefined || semver.satisfies(process.versions.node, range)) return undefined;
  return semver.validRange(range) === null ? undefined : range.slice(0, RANGE);
}

/** The program of a package as npx chooses it: the only one, else the one of the package's own name, else the first. */
function binOf(bin: string | Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  if (bin === undefined || typeof bin === 'string') return bin;
  const own = name.slice(name.indexOf('/') + 1);
  return (Object.hasOwn(bin, own) ? bin[own] : undefined) ?? Object.values(bin)[0];
}

function npmInstall(
  wanted: string,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const child = spawn('npm', ['install', ...FLAGS, '--prefix', folder, '--', wanted], {
      cwd: folder,
      env: { ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    let late = false;
    const clock = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, INSTALL_MS);
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString('utf8')).slice(-2_000);
    });
    child.on('error', (error) => resolve(executeFailure('install-failed', error.message)));
    child.on('close', (code) => {
      clearTimeout(clock);
      if (code === 0) return resolve(undefined);
      resolve(
        late ? executeFailure('install-time', wanted) : executeFailure('install-failed', lastLine(errors) || wanted),
      );
    });
  });
}

function lastLine(text: string): string {
  return (
    text
      .trim()
      .split('\n')
      .filter((line) => !/A complete log/u.test(line))
      .at(-1)
      ?.slice(0, 300) ?? ''
  );
}

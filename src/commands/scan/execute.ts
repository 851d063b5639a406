import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseLocator } from '../../model/id.ts';
import type { Failure } from '../../model/manifest.ts';
import type { LiveListing } from '../../read/mcp/list.ts';
import type { ReadWorld } from '../../read/reader.ts';
import type { World } from '../command.ts';
import { oneLine } from '../print.ts';
import type { ScannedConfig } from './configs.ts';
import { hiddenIn, isHidden, isOutside } from './hidden.ts';

type Configured = ScannedConfig['servers'][number];

/** Runs what an entry starts, in the sandbox, and asks it for its tools. Every failure is a value. */
export type RunServer = (entry: Configured) => Promise<LiveListing | Failure>;

/**
 * Leave to run servers of configurations. A package is run as `list` and `crawl` run it. Of a program of the machine only
 * a script of the working folder is run. It sees that folder, read-only, without the configurations and what is hidden
 * in it. What an entry hands to its server (arguments, environment) is not passed on: it may be secret, and what a server
 * is told it may print.
 */
export function serverRunner(
  read: ReadWorld,
  configs: readonly ScannedConfig[],
  world: Pick<World, 'cwd' | 'env' | 'stderr'>,
): RunServer {
  const files = configs.map(({ file }) => file);
  return async (entry) => {
    const found = programOf(entry, world);
    if (found.kind === 'failed') return found;
    const refusal = await read.execute?.refusal();
    if (refusal !== undefined) return refusal;
    const { listLocal, listProgram } = await import('../../read/stdio.ts');
    const hidden = found.kind === 'package' ? [] : hiddenIn(world.cwd, files);
    if (hidden === undefined)
      return notRun(
        'a script sees the working folder, and this one holds too much for what is hidden to be kept from it',
      );
    world.stderr.write(`Running ${oneLine(entry.name)} in the sandbox, to ask it for its tools.\n`);
    if (found.kind === 'package') return listLocal(parseLocator(found.locator), read);
    // Not the file: it is an argument of the configuration.
    const id = `file:${entry.name}`;
    return listProgram({ id, location: id, command: found.command, folder: world.cwd, hidden }, read);
  };
}

/** What can be run. */
type Program =
  | { readonly kind: 'package'; readonly locator: string }
  | { readonly kind: 'script'; readonly command: readonly string[] };

function programOf({ locator, script }: Configured, { cwd, env }: Pick<World, 'cwd' | 'env'>): Program | Failure {
  if (locator?.startsWith('npm:')) return { kind: 'package', locator };
  if (locator !== undefined || script === undefined)
    return notRun('only npm packages and scripts of Node and Python are run');
  if (isAround(cwd, env.HOME))
    return notRun('a script sees the working folder, and all your files are in this one: scan in a folder of its own');
  const path = resolve(cwd, script.file);
  const file = relative(cwd, path);
  if (isOutside(file)) return notRun('its script lies outside of the working folder: scan in the folder of the script');
  if (isHidden(file)) return notRun('its script is hidden, and what is hidden is not shown to a script');
  if (!existsSync(path)) return notRun('its script is not in the working folder');
  return { kind: 'script', command: [script.interpreter, `./${file}`] };
}

/** Whether the home folder is in a folder, or is it. */
function isAround(folder: string, home: string | undefined): boolean {
  return home !== undefined && home !== '' && !isOutside(relative(folder, home));
}

function notRun(message: string): Failure {
  return { kind: 'failed', outcome: 'refused', reason: 'execute-unsupported', message };
}

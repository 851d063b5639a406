import { realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The program of Node that servers are run with. */
export interface NodeProgram {
  /** Its file on this machine, behind every link. */
  readonly path: string;
  /** It lies in a folder that the user of the sandbox may not enter, as root's own home is: it is handed in open, and copied. */
  readonly closed: boolean;
}

/** Where Node stands inside when it does not lie below /usr. The folder it comes from, often somebody's home, is not told. */
const INSIDE_NODE = '/node';
const NPM = 'lib/node_modules/npm';

/** The number under which the file of a closed Node is handed to bubblewrap: the first after the three standard ones. */
const NODE_HANDLE = '3';

/** What is known of Node's file. Only root becomes another user for the sandbox, so only root can have a closed one. */
export function nodeProgram(file: string, userId: number): NodeProgram {
  const path = realpathSync(file);
  return { path, closed: userId === 0 && !isOpen(path) };
}

/** Whether everybody may read a file: itself, and every folder above it. */
function isOpen(file: string): boolean {
  if ((statSync(file).mode & 0o005) !== 0o005) return false;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
  }
  return true;
}

/** The arguments of bubblewrap that show Node inside: its file and the npm that came with it, and nothing beside them. */
export function nodeFolder({ path, closed }: NodeProgram): readonly string[] {
  if (path.startsWith('/usr/')) return [];
  const node = `${INSIDE_NODE}/bin/node`;
  if (closed) return ['--perms', '0755', '--file', NODE_HANDLE, node];
  return [
    ...['--ro-bind', path, node],
    ...['--ro-bind-try', join(dirname(dirname(path)), NPM), `${INSIDE_NODE}/${NPM}`],
    ...['--symlink', `../${NPM}/bin/npm-cli.js`, `${INSIDE_NODE}/bin/npm`],
    ...['--symlink', `../${NPM}/bin/npx-cli.js`, `${INSIDE_NODE}/bin/npx`],
  ];
}

/** The PATH inside. */
export function nodePath({ path }: NodeProgram): string {
  const own = path.startsWith('/usr/') ? dirname(path) : `${INSIDE_NODE}/bin`;
  return [...new Set([own, '/usr/local/bin', '/usr/bin', '/bin'])].join(':');
}

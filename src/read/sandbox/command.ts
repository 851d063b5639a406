import { SANDBOX } from './bounds.ts';
import { type NodeProgram, nodeFolder, nodePath } from './node.ts';

/** What is run inside, and what it sees. */
export interface Inside {
  /** Program and arguments, as seen from inside. */
  readonly command: readonly string[];
  /** The only folder of the machine that is seen beside the system's own; read-only, at `/srv`. */
  readonly folder?: string;
  /** What is not seen of the folder: it is empty inside. */
  readonly hidden?: readonly Hidden[];
  /** Variables; nothing else of ours is passed on. */
  readonly env: Readonly<Record<string, string>>;
}

/** One thing in the folder, by its path there. It is no link. */
export interface Hidden {
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

/** Where the package stands inside, and the home of the server. */
export const INSIDE_FOLDER = '/srv';
const HOME = '/home/u';

/** Folders of the system that programs need to start. Those that a machine has not are left out. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc/ld.so.cache', '/etc/alternatives'] as const;

/**
 * The command line of bubblewrap: namespaces of its own for everything (so no network but an unconnected loopback), no
 * capabilities, no further user namespaces, a bare file system of which two small folders can be written to, and limits
 * on each process.
 */
export function sandboxCommand(inside: Inside, node: NodeProgram): readonly string[] {
  const size = String(SANDBOX.folderBytes);
  return [
    'bwrap',
    ...['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session'],
    ...['--cap-drop', 'ALL', '--uid', '65534', '--gid', '65534', '--hostname', 'sandbox'],
    ...SYSTEM.flatMap((path) => ['--ro-bind-try', path, path]),
    ...nodeFolder(node),
    ...['--proc', '/proc', '--dev', '/dev', '--size', '4096', '--tmpfs', '/dev/shm'],
    ...['--size', size, '--tmpfs', '/tmp', '--size', size, '--tmpfs', HOME],
    ...(inside.folder === undefined ? [] : ['--ro-bind', inside.folder, INSIDE_FOLDER]),
    ...(inside.hidden ?? []).flatMap(hide),
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', inside.folder === undefined ? HOME : INSIDE_FOLDER],
    '--clearenv',
    ...Object.entries({ ...inside.env, PATH: nodePath(node), HOME }).flatMap(([name, value]) => [
      '--setenv',
      name,
      value,
    ]),
    ...['prlimit', `--nofile=${SANDBOX.openFiles}`, `--nproc=${SANDBOX.processes}`, `--fsize=${SANDBOX.fileBytes}`],
    ...[`--cpu=${SANDBOX.cpuSeconds}`, `--data=${SANDBOX.dataBytes}`, '--core=0', '--'],
    ...inside.command,
  ];
}

function hide({ path, kind }: Hidden): readonly string[] {
  const place = `${INSIDE_FOLDER}/${path}`;
  if (kind === 'file') return ['--ro-bind', '/dev/null', place];
  return ['--size', '4096', '--tmpfs', place, '--remount-ro', place];
}

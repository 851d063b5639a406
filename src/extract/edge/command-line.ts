import { declaredRemote, npmPackage, ociImage, packageId, packageLocator, pypiPackage } from '../../model/declared.ts';
import type { ServerId } from '../../model/id.ts';

/** What a command line declares: the package, image or remote that it starts. */
export interface DeclaredLaunch {
  readonly id: ServerId;
  readonly locator: string;
}

/** What a command line asks of the version of a package: nothing or the newest, exactly one, or one of several. */
export type AskedVersion =
  | { readonly kind: 'any' }
  | { readonly kind: 'exact'; readonly version: string }
  | { readonly kind: 'range' };

/** The package that a command line fetches and runs, a bridge to a remote too. */
export interface StartedPackage {
  readonly id: ServerId;
  readonly asked: AskedVersion;
}

type Kind = 'npm' | 'pypi' | 'image';

/** A program that fetches what it starts, with the words that follow its name. First match wins. */
interface Launcher {
  readonly words: readonly string[];
  readonly kind: Kind;
  /** Options that name the package themselves. */
  readonly names?: readonly string[];
  /** Options that are followed by a value. */
  readonly valued: readonly string[];
}

const NPX_VALUED = [
  '-c',
  '--call',
  '-w',
  '--workspace',
  '--registry',
  '--cache',
  '--prefix',
  '--userconfig',
  '--node-options',
];
const NPX = { kind: 'npm', names: ['-p', '--package'], valued: NPX_VALUED } as const;
const UV_VALUED = [
  '-p',
  '--python',
  '--with',
  '--with-editable',
  '--with-requirements',
  '--index',
  '--index-url',
  '--extra-index-url',
  '--refresh-package',
  '--directory',
  '--project',
  '--env-file',
  '-i',
  '-c',
  '--constraints',
  '--prerelease',
  '--cache-dir',
];
const UVX = { kind: 'pypi', names: ['--from', '--spec'], valued: UV_VALUED } as const;
const RUN_VALUED = [
  '-e',
  '--env',
  '--env-file',
  '-v',
  '--volume',
  '--mount',
  '--name',
  '--network',
  '--net',
  '-p',
  '--publish',
  '-w',
  '--workdir',
  '--entrypoint',
  '-u',
  '--user',
  '--pull',
  '--platform',
  '--add-host',
  '-l',
  '--label',
  '-m',
  '--memory',
  '--cpus',
  '--gpus',
  '--security-opt',
  '--cap-add',
  '--cap-drop',
  '--device',
  '--dns',
  '-h',
  '--hostname',
  '--ip',
  '--log-driver',
  '--restart',
  '--shm-size',
  '--tmpfs',
  '--ulimit',
  '--userns',
  '--volumes-from',
  '--group-add',
  '--ipc',
  '--pid',
  '--runtime',
  '--stop-signal',
  '--stop-timeout',
];
const RUN = { kind: 'image', valued: RUN_VALUED } as const;

const LAUNCHERS: readonly Launcher[] = [
  { words: ['npx'], ...NPX },
  { words: ['pnpx'], ...NPX },
  { words: ['bunx'], ...NPX },
  { words: ['npm', 'exec'], ...NPX },
  { words: ['npm', 'x'], ...NPX },
  { words: ['pnpm', 'dlx'], ...NPX },
  { words: ['yarn', 'dlx'], ...NPX },
  { words: ['bun', 'x'], ...NPX },
  { words: ['uvx'], ...UVX },
  { words: ['uv', 'tool', 'run'], ...UVX },
  { words: ['pipx', 'run'], ...UVX },
  { words: ['docker', 'run'], ...RUN },
  { words: ['docker', 'container', 'run'], ...RUN },
  { words: ['podman', 'run'], ...RUN },
  { words: ['nerdctl', 'run'], ...RUN },
];

/** Packages that are no servers but lead to the remote whose URL follows. */
const BRIDGES = new Set([
  'mcp-remote',
  'mcp-proxy',
  'supergateway',
  'mcp-remote-go',
  '@modelcontextprotocol/inspector',
]);

/** Words that only start another command. */
const WRAPPERS: readonly (readonly string[])[] = [['cmd', '/c'], ['cmd.exe', '/c'], ['wsl'], ['env'], ['/usr/bin/env']];

/**
 * Reads which package, image or remote a command line starts: `npx -y NAME@V`, `uvx NAME`, `docker run IMAGE`,
 * `npx mcp-remote URL`. Nothing is expanded and nothing is run. Undefined for a program that lies on the machine.
 */
export function launchOf(command: string, args: readonly string[]): DeclaredLaunch | undefined {
  const start = startOf(command, args);
  if (start === undefined) return undefined;
  const launch = ofText(start.kind, start.target);
  if (launch === undefined || start.behind === undefined) return launch;
  return BRIDGES.has(launch.id.slice(launch.id.indexOf(':') + 1)) ? remoteAmong(start.behind) : launch;
}

/** Reads which package a command line fetches and runs, `npx mcp-remote@1.2.3 URL` included. Undefined for all else. */
export function startedPackage(command: string, args: readonly string[]): StartedPackage | undefined {
  const start = startOf(command, args);
  if (start === undefined || start.kind === 'image') return undefined;
  const launch = ofText(start.kind, start.target);
  return launch === undefined ? undefined : { id: launch.id, asked: askedVersion(start.kind, start.target) };
}

/** A version that only one release can have. To npm two numbers are a range. */
const EXACT = { npm: /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]{1,64})?$/u, pypi: /^v?\d[\w.!+-]{0,64}$/u } as const;

function askedVersion(kind: 'npm' | 'pypi', target: string): AskedVersion {
  const pattern = kind === 'npm' ? /^.[^@]*@(.*)$/su : /^[\w.-]+(?:\[[^\]]*\])?\s*(?:==|@)?(.*)$/su;
  const version = (pattern.exec(target)?.[1] ?? '').trim();
  if (version === '' || version === 'latest') return { kind: 'any' };
  return EXACT[kind].test(version) ? { kind: 'exact', version } : { kind: 'range' };
}

/** What a launcher starts. */
interface Start {
  readonly kind: Kind;
  readonly target: string;
  /** What follows the target; undefined where it is no argument of a bridge. */
  readonly behind?: readonly string[];
}

function startOf(command: string, args: readonly string[]): Start | undefined {
  const words = wordsOf(command, args);
  if (isDeno(words)) {
    const target = words.find((word) => word.startsWith('npm:'))?.slice('npm:'.length);
    return target === undefined ? undefined : { kind: 'npm', target };
  }
  const launcher = LAUNCHERS.find((one) => one.words.every((word, index) => nameOf(words[index]) === word));
  if (launcher === undefined) return undefined;
  const { target, behind } = targetOf(words.slice(launcher.words.length), launcher);
  return target === undefined ? undefined : { kind: launcher.kind, target, behind };
}

/** A file that an interpreter runs, without the arguments behind it. */
export interface Script {
  readonly interpreter: string;
  /** As the command line has it; relative to the folder that the client starts it in. */
  readonly file: string;
}

/** Interpreters, with their options that change nothing of which file is run. */
const INTERPRETERS: Readonly<Record<string, readonly string[]>> = {
  node: ['--no-warnings', '--no-deprecation', '--enable-source-maps'],
  python: ['-u', '-B', '-I'],
  python3: ['-u', '-B', '-I'],
};

/** Reads which file a command line runs: `node server.js`, `python3 -u server.py`. Undefined for all else. */
export function scriptOf(command: string, args: readonly string[]): Script | undefined {
  const [program, ...words] = wordsOf(command, args);
  const interpreter = nameOf(program) ?? '';
  if (!Object.hasOwn(INTERPRETERS, interpreter)) return undefined;
  const file = words.find((word) => !INTERPRETERS[interpreter]?.includes(word));
  return file === undefined || file === '' || file.startsWith('-') ? undefined : { interpreter, file };
}

function wordsOf(command: string, args: readonly string[]): readonly string[] {
  return unwrap(command.includes(' ') && args.length === 0 ? command.trim().split(/\s+/u) : [command, ...args]);
}

/** A declared remote as a launch. */
export function remoteLaunch(url: string): DeclaredLaunch | undefined {
  const id = declaredRemote(url.replace(/[?#].*$/su, ''));
  return id === undefined ? undefined : { id, locator: id };
}

function remoteAmong(words: readonly string[]): DeclaredLaunch | undefined {
  for (const word of words) {
    if (/^https?:\/\//iu.test(word)) return remoteLaunch(word);
  }
  return undefined;
}

interface Target {
  readonly target: string | undefined;
  /** What follows the target. */
  readonly behind: readonly string[];
}

function targetOf(words: readonly string[], launcher: Launcher): Target {
  let named: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const option = equals > 0 ? word.slice(0, equals) : word;
    if (word === '--') continue;
    if (launcher.names?.includes(option) === true) {
      named ??= equals > 0 ? word.slice(equals + 1) : words[++i];
    } else if (launcher.valued.includes(option)) {
      if (equals < 0) i++;
    } else if (!word.startsWith('-')) {
      return { target: named ?? word, behind: words.slice(i + 1) };
    }
  }
  return { target: named, behind: [] };
}

function unwrap(words: readonly string[]): readonly string[] {
  const wrapper = WRAPPERS.find((one) => one.every((word, index) => words[index]?.toLowerCase() === word));
  if (wrapper === undefined) return words;
  const rest = words.slice(wrapper.length);
  const start = rest.findIndex((word) => !/^[A-Za-z_]\w*=/u.test(word));
  return start < 0 ? [] : rest.slice(start);
}

/** The program's name without its folder and Windows' endings. */
function nameOf(word: string | undefined): string | undefined {
  return word?.replace(/^.*[/\\]/su, '').replace(/\.(?:cmd|exe|bat|ps1)$/iu, '');
}

function isDeno(words: readonly string[]): boolean {
  return nameOf(words[0]) === 'deno' && words.some((word) => word.startsWith('npm:'));
}

function ofText(kind: Kind, text: string): DeclaredLaunch | undefined {
  const declared = kind === 'npm' ? npmPackage(text) : kind === 'pypi' ? pypiPackage(text) : ociImage(text);
  if (declared === undefined) return undefined;
  // A path or a repository is no name of a package.
  if (kind !== 'image' && /^(?:[./~]|git\+|https?:|file:)/u.test(text)) return undefined;
  return { id: packageId(declared), locator: packageLocator(declared) };
}

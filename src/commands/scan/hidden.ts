import { type Dirent, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Hidden } from '../../read/sandbox/command.ts';

/** Where Yarn keeps code. Whatever else is hidden in a project is for its owner: `.env`, `.git`, settings of clients. */
const HIDDEN_CODE = /^\.(?:pnp\.|yarn$)/u;

/** Code of others, in which package managers hide folders of their own. */
const PACKAGES = 'node_modules';

/** What one folder may hold. Each thing that is not shown is a mount of its own. */
const BOUNDS = { entries: 200_000, hidden: 500 } as const;

/**
 * What a script of a folder is not to see: the configurations, and what is hidden anywhere in it but in the packages of
 * others. Undefined where there is more than can be looked through, or hidden.
 */
export function hiddenIn(folder: string, configs: readonly string[]): readonly Hidden[] | undefined {
  const names = hiddenNames(folder);
  if (names === undefined) return undefined;
  const root = realpathSync(folder);
  const files = configs
    .map((file) => resolve(folder, file))
    // A configuration may be a link to a file that has another name in the same folder.
    .flatMap((path) => [relative(folder, path), relative(root, realpathSync(path))])
    .filter((file) => !isOutside(file) && !isHidden(file));
  const hidden = [...new Set([...names, ...files])].flatMap((path): readonly Hidden[] => {
    const stat = lstatSync(join(folder, path));
    if (stat.isDirectory()) return [{ path, kind: 'folder' }];
    // What a link leads to is not in the folder, or has a name of its own there.
    return stat.isSymbolicLink() ? [] : [{ path, kind: 'file' }];
  });
  return hidden.length > BOUNDS.hidden ? undefined : hidden;
}

/** Whether some part of a path below the working folder is hidden, so that a script would not see it. */
export function isHidden(path: string): boolean {
  return path.split(sep).some(isHiddenName);
}

/** Whether a relative path leaves the folder that it is relative to. */
export function isOutside(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
}

function isHiddenName(name: string): boolean {
  return name.startsWith('.') && !HIDDEN_CODE.test(name);
}

/** Paths of what is hidden by its name, without what is below it; no link is followed. */
function hiddenNames(folder: string): readonly string[] | undefined {
  const found: string[] = [];
  const folders = [''];
  let entries = 0;
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of entriesOf(join(folder, at))) {
      entries += 1;
      if (entries > BOUNDS.entries || found.length > BOUNDS.hidden) return undefined;
      const path = join(at, entry.name);
      if (isHiddenName(entry.name)) found.push(path);
      else if (entry.isDirectory() && entry.name !== PACKAGES) folders.push(path);
    }
  }
  return found;
}

/** What we may not look into, the sandbox may not either. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

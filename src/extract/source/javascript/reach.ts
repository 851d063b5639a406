import type { SourcePackage } from '../protocol.ts';
import type { Sources } from './sources.ts';

/** A specifier in an import, an export or a require. What stands in a comment costs a file more, and no harm. */
const SPECIFIER = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'`]([^"'`\n$]{1,300})["'`]/gu;
/** Code that loads files whose names it makes at run time. */
const LOADS =
  /\breaddir|import\.meta\.glob|\bglob(?:Sync)?\s*\(|\b(?:import|require)\s*\(\s*(?:[a-z_$]\w*\s*[),.]|`[^`]*\$\{|(?:path|url|node_path\w*|pathToFileURL)\b)/u;

/**
 * The files that the entries lead to, nearest first, those of added packages included. All files, when there is no
 * entry, or when code loads files whose names are made at run time: the entries' files still come first.
 */
export function reachableFiles(
  sources: Sources,
  entries: readonly string[],
  packages: readonly SourcePackage[],
): readonly string[] {
  const found = new Set<string>();
  const queue: string[] = [];
  const add = (path: string | undefined) => {
    if (path === undefined || found.has(path)) return;
    found.add(path);
    queue.push(path);
  };
  for (const entry of entries) add(sources.resolve('package.json', `./${entry}`));
  const isOwn = (path: string) => !packages.some(({ root }) => path.startsWith(root));
  let loads = found.size === 0;
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (path.endsWith('.json')) continue;
    const text = sources.text(path);
    if (isOwn(path) && LOADS.test(text)) loads = true;
    for (const [, specifier] of text.matchAll(SPECIFIER))
      if (specifier !== undefined) add(sources.resolve(path, specifier));
  }
  if (!loads) return [...found];
  const rest = [...sources.files.keys()]
    .filter((path) => !found.has(path) && isOwn(path) && /\.[cm]?[jt]sx?$/u.test(path))
    .sort();
  return [...found, ...rest];
}

/** The packages that reachable files import, by name, in the order of first use. */
export function importedPackages(sources: Sources, reachable: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const path of reachable) {
    if (path.endsWith('.json')) continue;
    for (const [, specifier] of sources.text(path).matchAll(SPECIFIER)) {
      if (specifier === undefined || specifier.startsWith('.') || specifier.startsWith('node:')) continue;
      const name = packageName(specifier);
      if (name !== undefined) names.add(name);
    }
  }
  return [...names];
}

/** `@scope/name` of `@scope/name/sub/path`. */
export function packageName(specifier: string): string | undefined {
  return /^(?:@[\w.~-]+\/)?[\w.~-]+/u.exec(specifier)?.[0];
}

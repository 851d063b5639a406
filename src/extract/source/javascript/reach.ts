import type { SourcePackage } from '../protocol.ts';
import type { Sources } from './sources.ts';

/** A specifier in an import, an export or a require. What stands in a comment costs a file more, and no harm. */
const SPECIFIER = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'`]([^"'`\n$]{1,300})["'`]/gu;
/** Code that loads files whose names it makes at run time. */
const LOADS =
  /\breaddir|import\.meta\.glob|\bglob(?:Sync)?\s*\(|\b(?:import|require)\s*\(\s*(?:[a-z_$]\w*\s*[),.]|`[^`]*\$\{|(?:path|url|node_path\w*|pathToFileURL)\b)/u;

const SOURCE = /\.[cm]?[jt]sx?$/u;
/** Folders that hold no tools of the server, unless an entry leads into them: tests, examples, documents. */
const ASIDE = /(?:^|\/)(?:tests?|specs?|e2e|evals?|fixtures|examples?|samples?|demos?|docs?|benchmarks?|coverage)\//iu;

/** Files in the order in which they are read. */
export interface Reached {
  readonly files: readonly string[];
  /** True when code loads files whose names are made at run time, so that more of them belong to the server. */
  readonly open: boolean;
}

/** The files that the entries lead to, nearest first, those of added packages included. */
export function reachableFiles(sources: Sources, entries: readonly string[]): Reached {
  return follow(
    sources,
    entries.map((entry) => sources.resolve('package.json', `./${entry}`)),
  );
}

/** As `reachableFiles`, and after them all others of the package itself, with what they lead to. */
export function allFiles(sources: Sources, entries: readonly string[], packages: readonly SourcePackage[]): Reached {
  const first = reachableFiles(sources, entries);
  const own = [...sources.files.keys()].filter(
    (path) => SOURCE.test(path) && !ASIDE.test(path) && !packages.some(({ root }) => path.startsWith(root)),
  );
  return follow(sources, [...first.files, ...own.sort()]);
}

function follow(sources: Sources, starts: readonly (string | undefined)[]): Reached {
  const found = new Set<string>();
  const queue: string[] = [];
  const add = (path: string | undefined) => {
    if (path === undefined || found.has(path)) return;
    found.add(path);
    queue.push(path);
  };
  for (const start of starts) add(start);
  let open = found.size === 0;
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (path.endsWith('.json')) continue;
    const text = sources.text(path);
    if (!path.startsWith('node_modules/') && LOADS.test(text)) open = true;
    for (const [, specifier] of text.matchAll(SPECIFIER)) {
      if (specifier !== undefined) add(sources.resolve(path, specifier));
    }
  }
  return { files: [...found], open };
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

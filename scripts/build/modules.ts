import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Modules } from './bundle.ts';

/** What makes pages: the build of a site and its threads. */
const PAGE_MAKERS = ['src/site/build.ts', 'src/site/worker.ts'];

/** The fingerprint of the code that makes pages, from every module that it reaches and the assets of the pages. */
export function codePrintOf(root: string, modules: Modules, assets: readonly (readonly [string, Buffer])[]): string {
  const reached = new Set<string>();
  const reach = (id: string): void => {
    const imports = modules.get(id);
    if (imports === undefined || reached.has(id)) return;
    reached.add(id);
    imports.forEach(reach);
  };
  for (const path of PAGE_MAKERS) reach(join(root, path));
  const print = createHash('sha256');
  // A name that begins with a NUL is the bundler's own.
  for (const id of [...reached].filter((id) => !id.startsWith('\0')).sort())
    print.update(`${relative(root, id)}\n`).update(readFileSync(id));
  for (const [path, bytes] of assets) print.update(`${path}\n`).update(bytes);
  return print.digest('hex');
}

/** The licences of the packages whose modules went into the program. */
export function licencesOf(modules: Modules): string {
  const packages = [...new Set([...modules.keys()].flatMap((id) => packageOf(id) ?? []))].sort();
  const texts = packages.map((folder) => {
    const { name, version }: { readonly name: string; readonly version: string } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/iu.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence text; take it out of what is bundled`);
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return ['The files in parts hold code of these packages.\n', ...texts].join(`\n${'-'.repeat(72)}\n\n`);
}

/** The folder of the package that a module belongs to; undefined for our own. */
function packageOf(id: string): string | undefined {
  const found = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/u.exec(id);
  return found === null ? undefined : found[0];
}

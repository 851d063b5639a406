// Puts the built program together in dist, after `tsc` has checked it and written dist/types: one file for each start (the
// program, the library, threads and child processes), the code that they share in dist/parts, and what is made ready for
// them. A program of few files starts in half the time of one of 470.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ranks from 'gpt-tokenizer/bpeRanks/o200k_base';
import { allCommands } from '../src/commands/index.ts';
import { shippedTables } from '../src/commands/site-input.ts';
import { SUMMARIES, type Summary } from '../src/commands/summaries.ts';
import { compileData } from '../src/data/compile.ts';
import { DataFolder } from '../src/data/folder.ts';
import { packShipped, SHIPPED_FILE } from '../src/data/shipped.ts';
import { cards, draw, readyName } from '../src/site/cards.ts';
import { PRINT_FILE } from '../src/site/site-files.ts';
import { makeTokenTables } from '../src/site/token-table.ts';
import { TOKEN_TABLES } from '../src/site/tokens.ts';
import { bundle } from './build/bundle.ts';
import { IMAGE_FILE } from './build/image.ts';
import { codePrintOf, licencesOf } from './build/modules.ts';
import { siteCache } from './build/warm.ts';

const ROOT = resolve(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist');
const ASSETS = 'site/assets';

const { files, modules } = await bundle(ROOT);
files.set('THIRD-PARTY.txt', licencesOf(modules));

// The style sheet and the scripts of the pages.
const assets = filesBelow(join(ROOT, 'src', ASSETS)).map((path): [string, Buffer] => [
  `${ASSETS}/${path}`,
  readFileSync(join(ROOT, 'src', ASSETS, path)),
]);
for (const [path, bytes] of assets) files.set(path, bytes);
files.set(belowSource(PRINT_FILE), codePrintOf(ROOT, modules, assets));

// The program starts faster with its own data parsed and checked.
const data = join(ROOT, 'data');
const shipped = compileData(data);
const site = shippedTables(new DataFolder(data, shipped));
files.set(belowSource(SHIPPED_FILE), packShipped({ ...shipped, site }));

// Drawing the card images takes memory that no build of a site has to have.
for (const { svg } of cards()) files.set(`${ASSETS}/cards/${readyName(svg)}`, draw(svg));

// The list of commands needs no command.
const summaries = (await allCommands()).map(({ name, summary }): Summary => ({ name, summary }));
files.set(belowSource(SUMMARIES), JSON.stringify(summaries));

// The ranks of the tokenizer as tables that are ready at once.
const { ascii, others } = makeTokenTables(ranks);
files.set(belowSource(TOKEN_TABLES.ascii), ascii);
files.set(belowSource(TOKEN_TABLES.others), others);

for (const [path, bytes] of files) write(join(OUT, path), bytes);
removeOthers();
await writeCache();

/** The site is built somewhat later without it, which is no reason to have no program. */
async function writeCache(): Promise<void> {
  const image = join(OUT, IMAGE_FILE);
  try {
    write(`${image}.cache`, await siteCache(ROOT, image));
  } catch (error) {
    console.error(`No code cache is made: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A program that starts just now finds the whole old or the whole new file. npm makes only what it installs executable. */
function write(file: string, bytes: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, bytes, { mode: file.endsWith('cli.js') ? 0o755 : 0o644 });
  renameSync(`${file}.new`, file);
}

/** What an earlier build left: nothing of it is loaded, and it would be published. */
function removeOthers(): void {
  for (const path of filesBelow(OUT)) {
    const source = path.startsWith('types/') ? path.replace(/^types\/(.+)\.d\.ts$/u, 'src/$1.ts') : undefined;
    if (!files.has(path) && (source === undefined || !existsSync(join(ROOT, source)))) rmSync(join(OUT, path));
  }
}

/** Where a file that stands beside the source stands in the built program. */
function belowSource(url: URL): string {
  return relative(join(ROOT, 'src'), fileURLToPath(url));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

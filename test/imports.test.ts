import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** What each folder may import besides itself and `model`. Nothing else is allowed; `index` is src/index.ts. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  model: [],
  data: ['classify', 'policy'],
  classify: [],
  policy: [],
  store: [],
  fetch: [],
  extract: [],
  read: ['fetch', 'extract'],
  sources: ['fetch'],
  crawl: ['classify', 'read', 'sources', 'store'],
  site: ['policy'],
  commands: ['data', 'classify', 'policy', 'store', 'fetch', 'extract', 'read', 'sources', 'crawl', 'site'],
  cli: ['commands', 'data'],
  index: ['data', 'classify', 'policy', 'store', 'fetch', 'extract', 'read', 'sources', 'crawl', 'site', 'commands'],
};

/** Folders that are pure: no built-in of Node at all. */
const PURE = ['model', 'classify', 'policy'];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function files(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return files(path);
      return path.endsWith('.ts') ? [path] : [];
    });
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gmu,
  );
  return [...found].map((match) => ({
    from: path,
    to: match[2] ?? match[3] ?? match[4] ?? '',
    typeOnly: match[1] !== undefined,
  }));
}

function folderOf(path: string): string {
  const [first = ''] = relative(SRC, path).split(sep);
  return first.replace(/\.ts$/u, '');
}

/** The text without comments and string literals: words there are no code. */
function codeOf(path: string): string {
  return readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$|'[^'\n]*'|`[^`]*`/gmu, '');
}

const all = files(SRC).flatMap(importsOf);

describe('allowed imports', () => {
  it('knows every folder of src', () => {
    expect(
      readdirSync(SRC)
        .map((name) => name.replace(/\.ts$/u, ''))
        .sort(),
    ).toEqual(Object.keys(ALLOWED).sort());
  });

  it('finds imports at all', () => {
    expect(all.length).toBeGreaterThan(50);
  });

  for (const [folder, allowed] of Object.entries(ALLOWED)) {
    it(`${folder} imports only model${allowed.length === 0 ? '' : `, ${allowed.join(', ')}`}`, () => {
      const wrong = all
        .filter((one) => folderOf(one.from) === folder && one.to.startsWith('.'))
        .filter((one) => ![folder, 'model', ...allowed].includes(folderOf(resolve(dirname(one.from), one.to))))
        .map((one) => `${relative(SRC, one.from)} imports ${one.to}`);
      expect(wrong).toEqual([]);
    });
  }

  for (const folder of PURE) {
    it(`${folder} uses no built-in of Node`, () => {
      const wrong = all
        .filter((one) => folderOf(one.from) === folder)
        .filter((one) => one.to.startsWith('node:') || builtinModules.includes(one.to))
        .map((one) => `${relative(SRC, one.from)} imports ${one.to}`);
      expect(wrong).toEqual([]);
    });
  }

  it('model imports no library but zod', () => {
    const wrong = all.filter((one) => folderOf(one.from) === 'model' && !one.to.startsWith('.') && one.to !== 'zod');
    expect(wrong).toEqual([]);
  });

  it('only store imports better-sqlite3', () => {
    const wrong = all.filter((one) => one.to === 'better-sqlite3' && folderOf(one.from) !== 'store');
    expect(wrong).toEqual([]);
  });

  it('only cli and the child processes know the process', () => {
    const wrong = files(SRC)
      .filter((path) => /\bprocess\.(?:env|argv|exit|on|stdout|stderr|stdin|cwd|kill|send)\b/u.test(codeOf(path)))
      .map((path) => relative(SRC, path))
      .filter((path) => path !== 'cli.ts' && !/(?:^|-)child\.ts$/u.test(basename(path)));
    expect(wrong).toEqual([]);
  });
});

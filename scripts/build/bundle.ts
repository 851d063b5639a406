import { readFileSync } from 'node:fs';
import { posix, relative, resolve } from 'node:path';
import { type OutputOptions, type Plugin, rolldown } from 'rolldown';
import { fromImage, IMAGE, IMAGE_FILE, imageCode, leaveBeside } from './image.ts';
import { PLACE } from './place.ts';

/** Where something begins to run. Each is a file of its own at the place where its source lies. */
const STARTS = [
  'src/cli.ts',
  'src/index.ts',
  'src/commands/crawl-thread.ts',
  'src/extract/source/child.ts',
  'src/site/worker.ts',
  'src/store/query-child.ts',
  'scripts/inside.ts',
] as const;

/**
 * Modules of which the built program needs a function so rarely that it loads them when the function is called, with
 * `require`, which waits for nothing: a file of `data/` is checked only when it was edited.
 */
const LATE: Readonly<Record<string, string>> = { 'src/data/shapes.ts': 'checkShape' };

/** Libraries of many small modules that every start would wait for. The others are installed beside the program. */
const BUNDLED: readonly string[] = ['commander', 'zod', 'smol-toml'];

/** A module that went into the program: a file and what it imports, as absolute paths. */
export type Modules = ReadonlyMap<string, readonly string[]>;

export interface Bundle {
  /** By path below the output folder, with `/`. */
  readonly files: Map<string, string | Uint8Array>;
  readonly modules: Modules;
}

/** Puts the program together. Names stay as they are, so that stack traces can be read. */
export async function bundle(root: string): Promise<Bundle> {
  const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(`${root}/package.json`, 'utf8'),
  );
  const installed = Object.keys(dependencies).filter((name) => !BUNDLED.includes(name));
  const modules = new Map<string, readonly string[]>();
  const beside = new Map<string, string>();
  const put = async (inputs: readonly string[], plugins: readonly Plugin[], output: OutputOptions) => {
    const bundled = await rolldown({
      cwd: root,
      input: Object.fromEntries(
        inputs.map((path) => [relative(root, resolve(root, path)).replace(/^(?:src|scripts)\/|\.ts$/gu, ''), path]),
      ),
      platform: 'node',
      // No module of ours does anything but declare, so that what only passes a name on is not loaded for it.
      treeshake: { moduleSideEffects: (id) => !id.startsWith(`${root}/src/model/`) },
      external: (id) => installed.some((name) => id === name || id.startsWith(`${name}/`)),
      plugins: [...plugins, loadLate(root), ownPlaces(`${root}/src`), collect(modules, beside)],
    });
    const made = await bundled.generate({ ...output, minify: false });
    await bundled.close();
    return made.output;
  };
  const [image] = await put([IMAGE[0]], [leaveBeside(root, beside)], {
    format: 'cjs',
    entryFileNames: IMAGE_FILE,
    codeSplitting: false,
  });
  const output = await put([...STARTS, ...Object.keys(LATE), ...beside.values()], [fromImage(root, image.exports)], {
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name].js',
  });
  const files = new Map(
    output.map((file) => [file.fileName, file.type === 'chunk' ? inOrder(file.code) : file.source]),
  );
  return { files: files.set(IMAGE_FILE, imageCode(inOrder(image.code), beside)), modules };
}

/** A line that imports from elsewhere, and the one that may follow it in CommonJS. */
const IMPORT = /^(?:import .* from|let \w+ = require\()\s*"([^."][^"]*)"\)?;$/u;
const WRAP = /^\w+ = __toESM\(\w+.*\);$/u;

/**
 * The same code with what it imports from elsewhere in the order of the names: the bundler gives it as its threads come
 * by, so that now and then two bundles of the same source would differ. Only the first imports are looked at; the others
 * are in texts.
 */
export function inOrder(code: string): string {
  const lines = code.split('\n');
  const start = lines.findIndex((line) => IMPORT.test(line));
  if (start < 0) return code;
  const imports: { readonly name: string; text: string }[] = [];
  let end = start;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? '';
    const name = IMPORT.exec(line)?.[1];
    const last = imports.at(-1);
    if (name !== undefined) imports.push({ name, text: line });
    else if (last !== undefined && WRAP.test(line)) last.text += `\n${line}`;
    else break;
  }
  imports.sort((a, b) => (a.name < b.name ? -1 : 1));
  return [...lines.slice(0, start), ...imports.map(({ text }) => text), ...lines.slice(end)].join('\n');
}

/** Puts a module that loads the late one where one of ours imports it. */
function loadLate(root: string): Plugin {
  const mark = '\0late:';
  return {
    name: 'load-late',
    async resolveId(source, importer, options) {
      if (importer === undefined || !source.endsWith('.ts')) return undefined;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      const path = found === null ? '' : relative(root, found.id);
      return Object.hasOwn(LATE, path) ? `${mark}${path}` : undefined;
    },
    load(id) {
      if (!id.startsWith(mark)) return undefined;
      const path = id.slice(mark.length);
      const built = path.replace(/^src\/(.+)\.ts$/u, '$1.js');
      return `import { createRequire } from 'node:module';
const load = createRequire(new URL('${PLACE}${built}', import.meta.url));
export const ${LATE[path]} = (...given) => load('./${posix.basename(built)}').${LATE[path]}(...given);`;
    },
  };
}

/** Each module goes on to believe that it lies where its source lies: data, threads and children are found from there. */
function ownPlaces(src: string): Plugin {
  return {
    name: 'own-places',
    transform: {
      filter: { code: 'import.meta.url' },
      handler(code, id) {
        if (!id.startsWith(src)) return undefined;
        const path = relative(src, id).replace(/\.ts$/u, '.js');
        return code.replaceAll('import.meta.url', `new URL('${PLACE}${path}', import.meta.url).href`);
      },
    },
    renderChunk(code, { fileName }) {
      if (!code.includes(PLACE)) return undefined;
      return code.replace(
        new RegExp(`(['"])${PLACE}([\\w./-]+)\\1`, 'gu'),
        (_, quote: string, path: string) => `${quote}./${posix.relative(posix.dirname(fileName), path)}${quote}`,
      );
    },
  };
}

function collect(modules: Map<string, readonly string[]>, beside: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'collect',
    moduleParsed({ id, importedIds, dynamicallyImportedIds }) {
      modules.set(
        id,
        [...importedIds, ...dynamicallyImportedIds].map((imported) => beside.get(imported) ?? imported),
      );
    },
  };
}

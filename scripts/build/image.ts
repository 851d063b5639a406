import { relative } from 'node:path';
import type { Plugin } from 'rolldown';
import { PLACE } from './place.ts';

/** What stands in one file with V8's code cache (`open-image.ts` says why), and what of it is imported by another name. */
export const IMAGE = ['scripts/build/site-image.ts', 'src/commands/build-site.ts'] as const;
export const IMAGE_FILE = 'site-image.cjs';

/** What the image imports late: by the file that it becomes, which stands beside the image, the module. */
export type Beside = Map<string, string>;

/** In the image: what is imported late is put into `beside`. */
export function leaveBeside(root: string, beside: Beside): Plugin {
  return {
    name: 'leave-beside',
    async resolveId(source, importer, options) {
      if (options.kind !== 'dynamic-import' || !source.endsWith('.ts')) return undefined;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      if (found === null) return undefined;
      const file = `./${relative(`${root}/src`, found.id).replace(/\.ts$/u, '.js')}`;
      beside.set(file, found.id);
      return { id: file, external: true };
    },
  };
}

/** Everywhere else: a module that opens the image stands for what is in it. */
export function fromImage(root: string, names: readonly string[]): Plugin {
  const mark = '\0site-image';
  return {
    name: 'from-image',
    async resolveId(source, importer, options) {
      if (importer === undefined || !source.endsWith('.ts')) return undefined;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      const path = found === null ? '' : relative(root, found.id);
      return IMAGE.some((one) => one === path) ? mark : undefined;
    },
    load(id) {
      if (id !== mark) return undefined;
      return `import { fileURLToPath } from 'node:url';
import { openImage } from '${root}/scripts/build/open-image.ts';
export const { ${names.join(', ')} } = openImage(fileURLToPath(new URL('${PLACE}${IMAGE_FILE}', import.meta.url))).exports;`;
    },
  };
}

/**
 * The image as it is written: being no module, it imports with a function that it is given, and in ASCII a character takes
 * one byte in memory as on disk.
 */
export function imageCode(code: string, beside: Beside): string {
  let late = code;
  for (const file of beside.keys()) late = late.replaceAll(`import("${file}")`, `late("${file}")`);
  if (/\bawait import\(/u.test(late))
    throw new Error(`${IMAGE_FILE} imports something late that is not a module of ours`);
  // Half of a pair is written as the pair is: by its code units.
  return late.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

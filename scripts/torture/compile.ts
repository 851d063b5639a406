import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Compiles a script and what it imports to plain JavaScript below node_modules/.cache, so that hundreds of child
 * processes start without a compiler in them. `beside` are modules that it does not import but starts, as threads. Gives
 * the path of the compiled script.
 */
export function compileScript(script: string, ...beside: readonly string[]): string {
  const name = script.replace(/[/.]/gu, '-');
  const folder = join(ROOT, 'node_modules', '.cache', 'toolrisk', name);
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'tsconfig.json');
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        rootDir: ROOT,
        outDir: folder,
        declaration: false,
        noCheck: true,
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      files: [script, ...beside].map((file) => join(ROOT, file)),
      include: [],
    }),
  );
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', config], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return join(folder, script.replace(/\.ts$/u, '.js'));
}

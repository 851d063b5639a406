import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const checkout = resolve(import.meta.dirname, '../..');

/** A copy of the parts of the checkout that the scaffolds touch. */
function copy(): string {
  const root = mkdtempSync(join(tmpdir(), 'toolrisk-scaffold-'));
  for (const part of [
    'src',
    'test/sources',
    'test/extract',
    'test/helpers',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
    'biome.json',
  ]) {
    cpSync(join(checkout, part), join(root, part), { recursive: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
  return root;
}

const node = (script: string, id: string, root: string) =>
  spawnSync(process.execPath, ['--import', 'tsx', join(checkout, 'scripts', script), id], {
    cwd: checkout,
    env: { ...process.env, TOOLRISK_ROOT: root },
    encoding: 'utf8',
  });

describe('a scaffold', () => {
  for (const [script, folder] of [
    ['new-source.ts', 'sources'],
    ['new-extractor.ts', 'extract'],
  ] as const) {
    it(`${script} lays out files that pass their tests`, () => {
      const root = copy();
      const made = node(script, 'my-catalogue', root);
      expect(made.stderr).toBe('');
      expect(made.stdout).toContain(`src/${folder}/my-catalogue.ts`);
      expect(readFileSync(join(root, `src/${folder}/index.ts`), 'utf8')).toContain(
        "import { myCatalogue } from './my-catalogue.ts';",
      );
      const tested = spawnSync(
        process.execPath,
        [
          join(checkout, 'node_modules/vitest/vitest.mjs'),
          'run',
          '--root',
          root,
          `test/${folder}/my-catalogue.test.ts`,
        ],
        {
          cwd: root,
          encoding: 'utf8',
        },
      );
      expect(tested.status, tested.stdout + tested.stderr).toBe(0);
      const linted = spawnSync(
        join(checkout, 'node_modules/.bin/biome'),
        ['check', '--vcs-enabled=false', `src/${folder}/index.ts`, `src/${folder}/my-catalogue.ts`],
        {
          cwd: root,
          encoding: 'utf8',
        },
      );
      expect(linted.status, linted.stdout + linted.stderr).toBe(0);
      const again = node(script, 'my-catalogue', root);
      expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('is there already')]);
    });
  }

  it('refuses an id that is none', () => {
    const made = node('new-source.ts', 'My Catalogue', '/nowhere');
    expect([made.status, made.stderr]).toEqual([2, expect.stringContaining('lower-case words')]);
  });
});

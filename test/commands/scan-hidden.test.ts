import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hiddenIn, isHidden } from '../../src/commands/scan/hidden.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'toolrisk-hidden-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function project(name: string, paths: readonly string[]): string {
  const place = join(folder, name);
  for (const path of paths) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), '');
  }
  return place;
}

describe('what a script does not see of the working folder', () => {
  it('is hidden at every depth, once, and not in packages of others or in code of Yarn', () => {
    const place = project('deep', [
      ...['.env', '.git/config', '.git/.state/x', '.pnp.cjs', '.yarn/cache/a.zip', 'server.cjs', 'clients.json'],
      ...['packages/one/.env', 'packages/one/.aws/key', 'packages/one/src/.npmrc', 'packages/one/src/main.js'],
      ...['node_modules/.bin/run', 'packages/one/node_modules/.pnpm/code.js'],
    ]);
    symlinkSync('.env', join(place, 'packages', 'one', '.link'));
    symlinkSync('..', join(place, 'packages', 'round'));
    const seen = hiddenIn(place, ['clients.json', '.git/config', join(place, 'packages/one/src/main.js')]);
    expect(seen?.map(({ path, kind }) => `${kind} ${path}`).sort()).toEqual([
      'file .env',
      'file clients.json',
      'file packages/one/.env',
      'file packages/one/src/.npmrc',
      'file packages/one/src/main.js',
      'folder .git',
      'folder packages/one/.aws',
    ]);
  });

  it('is not known where there is too much of it', () => {
    const some = Array.from({ length: 500 }, (_, i) => `part${i}/.env`);
    expect(hiddenIn(project('some', some), [])).toHaveLength(500);
    expect(hiddenIn(project('many', [...some, 'one/.env']), [])).toBeUndefined();
  });

  it.each([
    ['server.cjs', false],
    ['a/b.c/server.cjs', false],
    ['.env', true],
    ['a/.b/server.cjs', true],
    ['.yarn/releases/yarn.cjs', false],
    ['.yarnrc.yml', true],
  ])('%s', (path, hidden) => expect(isHidden(path)).toBe(hidden));
});

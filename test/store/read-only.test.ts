import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCatalogue } from '../helpers/commands.ts';
import { folder, tool } from './kit.ts';

const CLI = resolve(import.meta.dirname, '../../dist/cli.js');

/** Rights bind everybody but root, who becomes another user here. */
const NOBODY = process.getuid?.() === 0 ? { uid: 2_000_000_000, gid: 2_000_000_000 } : {};
const mayRun = spawnSync(process.execPath, [CLI, '--version'], NOBODY).status === 0;

let place: ReturnType<typeof folder>;
let db: string;
let writable: string;

beforeAll(async () => {
  place = folder();
  chmodSync(place.path, 0o755);
  mkdirSync(place.file('closed'));
  mkdirSync(place.file('open'));
  db = join(place.file('closed'), 'catalogue #1 %20?.db');
  writable = place.file('open');
  await makeCatalogue(db, [{ id: 'npm:x', tools: [tool('delete_it', { description: 'Deletes it for good.' })] }]);
  chmodSync(writable, 0o777);
  chmodSync(db, 0o444);
  chmodSync(place.file('closed'), 0o555);
});
afterAll(() => {
  chmodSync(place.file('closed'), 0o755);
  place.remove();
});

function run(...args: readonly string[]) {
  const env = { PATH: process.env.PATH ?? '', HOME: writable };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args, '--db', db], {
    ...NOBODY,
    env,
    cwd: writable,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

describe.skipIf(!mayRun)('a catalogue that somebody may only read (needs this folder to be open to all)', () => {
  const READERS = [
    ['search', 'delete'],
    ['show', 'npm:x'],
    ['explain', 'npm:x#delete_it'],
    ['policy', 'npm:x#delete_it'],
    ['query', 'select tool_name from tool_risk', '--format', 'csv'],
    ['export', 'sqlite', 'copy-of-it.db'],
    ['backup', 'backup.db'],
  ];
  it.each(READERS)('is read by %s', (...args) => {
    const { code, stdout, stderr } = run(...args);
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    expect(stdout + stderr).toMatch(/delete_it|catalogue|checked/u);
    expect(readdirSync(place.file('closed'))).toHaveLength(1);
  });

  it('takes no copy into its folder, and says which file that is about', () => {
    const { code, stderr } = run('backup', join(place.file('closed'), 'copy.db'));
    expect(code).toBe(2);
    expect(stderr).toContain('copy.db cannot be written: its folder or its disk is read-only. Name another file.');
    expect(existsSync(join(place.file('closed'), 'copy.db'))).toBe(false);
  });

  it('is not read past a log that may not be: somebody writes it', () => {
    chmodSync(place.file('closed'), 0o755);
    closeSync(openSync(`${db}-wal`, 'w', 0o600));
    chmodSync(place.file('closed'), 0o555);
    const { code, stderr } = run('search', 'delete');
    expect(code).toBe(2);
    expect(stderr).toContain('have its owner make a copy that opens anywhere: toolrisk export sqlite FILE');
  });

  it('and one that may not be read at all is not said to be in need of writing', () => {
    chmodSync(db, 0o000);
    const { code, stderr } = run('search', 'delete');
    expect(code).toBe(2);
    expect(stderr).toContain('may not be read by you');
  });
});

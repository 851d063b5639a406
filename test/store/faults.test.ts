import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backup } from '../../src/store/backup.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { StoreError } from '../../src/store/errors.ts';
import { takeRunLock } from '../../src/store/lock.ts';
import { clock, folder, judgeBy, listed, reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

let place: ReturnType<typeof folder>;
beforeEach(() => {
  place = folder();
});
afterEach(() => place.remove());

const { now } = clock();
const open = (path: string, mode: 'read' | 'write') =>
  mode === 'read' ? openCatalogue(path, { mode, now }) : openCatalogue(path, { mode: 'write', now });

function reasonOf(work: () => unknown): string {
  try {
    work();
    return 'no fault';
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    expect(error.message).toContain(error.path);
    return error.reason;
  }
}

/** A good catalogue with one tool, closed. */
async function made(): Promise<string> {
  const path = place.file('catalogue.db');
  const catalogue = open(path, 'write');
  if (!('begin' in catalogue)) throw new Error('opened for reading');
  await visitAll(catalogue as never, { 'npm:x': reading([serverReading('npm:x', [tool('a')])]) });
  catalogue.close();
  return path;
}

describe('files that are no catalogue', () => {
  const cases: readonly (readonly [string, (path: string) => void, 'read' | 'write', string])[] = [
    ['missing, for reading', () => {}, 'read', 'missing'],
    ['a folder', (path) => mkdirSync(path), 'write', 'directory'],
    ['a folder, for reading', (path) => mkdirSync(path), 'read', 'directory'],
    ['a page of HTML', (path) => writeFileSync(path, `<!doctype html>${' '.repeat(5_000)}`), 'write', 'not-a-database'],
    [
      'a page of HTML, for reading',
      (path) => writeFileSync(path, `<!doctype html>${' '.repeat(5_000)}`),
      'read',
      'not-a-database',
    ],
    ['a database of another program', (path) => other(path, 'CREATE TABLE x (y)'), 'write', 'not-a-catalogue'],
    [
      'a newer catalogue',
      (path) => other(path, 'PRAGMA application_id = 1953264235; PRAGMA user_version = 99'),
      'write',
      'newer',
    ],
    ['an empty file, for reading', (path) => writeFileSync(path, ''), 'read', 'empty'],
  ];
  test.each(cases)('%s', (_, make, mode, reason) => {
    const path = place.file('catalogue.db');
    make(path);
    const before = existsSync(path) && statSync(path).isFile() ? readFileSync(path) : undefined;
    expect(reasonOf(() => open(path, mode))).toBe(reason);
    if (before !== undefined) expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('a parent that is a file', () => {
    writeFileSync(place.file('file'), '');
    expect(reasonOf(() => open(join(place.file('file'), 'catalogue.db'), 'write'))).toBe('read-only');
  });

  test('an empty file becomes a catalogue', () => {
    writeFileSync(place.file('catalogue.db'), '');
    open(place.file('catalogue.db'), 'write').close();
    open(place.file('catalogue.db'), 'read').close();
  });

  function other(path: string, sql: string): void {
    const handle = new Database(path);
    handle.exec(`${sql}; CREATE TABLE IF NOT EXISTS z (y)`);
    handle.close();
  }
});

describe('a damaged catalogue', () => {
  test('is told at the start, and left as it is', async () => {
    const path = await made();
    const size = statSync(path).size;
    const file = openSync(path, 'r+');
    for (let at = 4_096; at < size; at += 4_096) writeSync(file, Buffer.alloc(512, 0xff), 0, 512, at);
    closeSync(file);
    const before = readFileSync(path);
    expect(reasonOf(() => open(path, 'write'))).toBe('corrupt');
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('locks', () => {
  test('a second crawl is told who runs', () => {
    const path = place.file('catalogue.db');
    const lock = takeRunLock(path, 'since noon');
    expect(() => takeRunLock(path, 'later')).toThrow(/since noon/u);
    expect(reasonOf(() => takeRunLock(path, 'later'))).toBe('running');
    lock.release();
    takeRunLock(path, 'later').release();
  });

  test('a process that was killed holds nothing', async () => {
    const path = place.file('catalogue.db');
    const script = `
      const { takeRunLock } = await import(${JSON.stringify(resolve('src/store/lock.ts'))});
      takeRunLock(${JSON.stringify(path)}, 'the dead one');
      process.kill(process.pid, 'SIGKILL');`;
    expect(() =>
      execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: 'ignore' }),
    ).toThrow();
    takeRunLock(path, 'the living').release();
  });

  test('a writer that holds the file is a lock, not damage', async () => {
    const path = await made();
    const holder = new Database(path);
    holder.exec('BEGIN IMMEDIATE');
    const catalogue = openCatalogue(path, { mode: 'write', now });
    expect(reasonOf(() => catalogue.begin({ ruleset: 'r', extractor: 'e', judge: judgeBy('r') }))).toBe('locked');
    holder.close();
    catalogue.begin({ ruleset: 'r', extractor: 'e', judge: judgeBy('r') });
    catalogue.close();
  });
});

describe('a full disk', () => {
  test('rejects what was not stored, keeps what was, and works again once there is space', async () => {
    const scratch = scratchCatalogue();
    const { catalogue } = scratch;
    try {
      await visitAll(catalogue, { 'npm:x': reading([serverReading('npm:x', [tool('a')])]) });
      const pages = Number(catalogue.sql.handle.pragma('page_count', { simple: true }));
      catalogue.sql.handle.pragma(`max_page_count = ${pages + 2}`);
      const big = Array.from({ length: 400 }, (_, i) => tool(`t${i}`, { description: 'x'.repeat(2_000) }));
      const visit = visitAll(catalogue, { 'npm:big': reading([serverReading('npm:big', big)]) });
      await expect(visit).rejects.toMatchObject({ name: 'StoreError', reason: 'full' });
      expect([...catalogue.tools()].map((one) => one.serverId)).toEqual(['npm:x']);
      catalogue.sql.handle.pragma('max_page_count = 4294967294');
      await visitAll(catalogue, { 'npm:big': reading([serverReading('npm:big', big)]) });
      expect(catalogue.server('npm:big')?.toolCount).toBe(400);
    } finally {
      scratch.end();
    }
  });

  test.skipIf(!canMount())('on a real small disk (needs the right to mount)', async () => {
    const disk = place.file('disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    try {
      const catalogue = openCatalogue(join(disk, 'catalogue.db'), { mode: 'write', now });
      const acknowledged: string[] = [];
      const fill = async () => {
        for (let i = 0; i < 200; i++) {
          const id = `npm:s${i}`;
          await visitAll(catalogue, {
            [id]: reading([serverReading(id, [tool('a', { description: 'y'.repeat(8_000) })])]),
          });
          acknowledged.push(id);
        }
      };
      await expect(fill()).rejects.toMatchObject({ reason: 'full' });
      catalogue.sql.handle.close();
      const again = openCatalogue(join(disk, 'catalogue.db'), { mode: 'read', now });
      const stored = [...again.servers()].filter((server) => server.toolCount === 1).map((server) => server.id);
      expect(stored).toEqual(expect.arrayContaining(acknowledged));
      again.close();
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

describe('a catalogue that cannot be written', () => {
  test.skipIf(process.getuid?.() === 0)('by its rights', async () => {
    const path = await made();
    chmodSync(path, 0o444);
    chmodSync(place.path, 0o555);
    expect(reasonOf(() => open(path, 'write'))).toBe('read-only');
    chmodSync(place.path, 0o755);
  });

  test.skipIf(!canMount())('by its disk (needs the right to mount)', async () => {
    const path = await made();
    const disk = place.file('disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', disk]);
    try {
      execFileSync('cp', [path, disk]);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      expect(reasonOf(() => open(join(disk, 'catalogue.db'), 'write'))).toBe('read-only');
      expect(reasonOf(() => open(join(disk, 'new.db'), 'write'))).toBe('read-only');
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

describe('backup', () => {
  test('copies a catalogue in use into one checked file', async () => {
    const path = await made();
    const inUse = open(path, 'write');
    const copy = place.file('copy.db');
    await backup(path, copy);
    inUse.close();
    expect(existsSync(`${copy}-wal`)).toBe(false);
    const opened = open(copy, 'read');
    expect([...opened.tools()]).toHaveLength(1);
    opened.close();
  });

  test('a damaged catalogue does not replace a good copy', async () => {
    const path = await made();
    const copy = place.file('copy.db');
    await backup(path, copy);
    const good = readFileSync(copy);
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4_096, 0xff), 0, 4_096, 8_192);
    closeSync(file);
    await expect(backup(path, copy)).rejects.toMatchObject({ name: 'StoreError' });
    expect(readFileSync(copy).equals(good)).toBe(true);
  });

  test('a folder is no place for a copy', async () => {
    await expect(backup(await made(), place.path)).rejects.toMatchObject({ reason: 'directory' });
  });
});

describe('clocks that jump', () => {
  test.each([
    ['ten years ahead and back', 10 * 365],
    ['ten years back and ahead', -10 * 365],
  ])('%s: everything is due again', async (_, days) => {
    const scratch = scratchCatalogue();
    const judge = judgeBy('rules-1');
    scratch.time.pass(days * 86_400_000);
    const run = scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'e', judge });
    run.list(listed('npm:x'));
    const [lease] = run.lease(['test'], 1, 1_000);
    if (lease === undefined) throw new Error('nothing was due');
    const at = scratch.time.now();
    await run.record({
      lease,
      result: reading([serverReading('npm:x', [])]),
      durationMs: -5,
      plan: () => ({ priority: 1, dueAt: at + 1, failures: 0, notBefore: at + 1 }),
    });
    await run.finish('done');
    scratch.time.pass(-days * 86_400_000 + 1_000);
    const later = scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'e', judge });
    expect(later.lease(['test'], 1, 1_000)).toHaveLength(1);
    await later.finish('done');
    scratch.end();
  });
});

/** Whether this process may mount a small disk: root in most containers may, people may not. */
function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

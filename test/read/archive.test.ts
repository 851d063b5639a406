import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/model/limits.ts';
import { isSafePath, readTarball } from '../../src/read/archive.ts';
import { type Entry, integrityOf, makePackage, makeTar } from '../helpers/tarballs.ts';

async function* inPieces(bytes: Uint8Array, size = 1_000): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

const all = { wanted: () => true, maxFileBytes: LIMITS.sourceFileBytes };
const FILES = { 'package.json': '{}', 'dist/index.js': 'x'.repeat(5_000) };

describe('readTarball', () => {
  it('reads regular files without the root folder', async () => {
    const archive = await makePackage(FILES);
    const read = await readTarball(inPieces(archive), { ...all, integrity: integrityOf(archive) });
    expect(read.kind).toBe('archive');
    if (read.kind !== 'archive') return;
    expect([...read.files.keys()]).toEqual(['package.json', 'dist/index.js']);
    expect(read.files.get('dist/index.js')?.byteLength).toBe(5_000);
    expect(read.sha256).toMatch(/^[0-9a-f]{64}$/u);
  });

  const skipped: readonly (readonly [string, Entry, string])[] = [
    ['a path that climbs', { name: 'package/../../etc/passwd', content: 'x' }, 'unsafe-path'],
    ['an absolute path', { name: '/etc/passwd', content: 'x' }, 'unsafe-path'],
    ['a backslash', { name: 'package\\..\\x.js', content: 'x' }, 'unsafe-path'],
    ['a symbolic link', { name: 'package/link.js', type: 'symlink', linkname: '/etc/passwd' }, 'not-a-file'],
    ['a hard link', { name: 'package/hard.js', type: 'link', linkname: 'package/package.json' }, 'not-a-file'],
    ['a pipe', { name: 'package/pipe.js', type: 'fifo' }, 'not-a-file'],
    ['a device', { name: 'package/null.js', type: 'character-device' }, 'not-a-file'],
    ['a path of 1,500 characters', { name: `package/${'d/'.repeat(746)}x.js`, content: 'x' }, 'long-path'],
    ['the same file twice', { name: 'package/package.json', content: '{"name":"second"}' }, 'duplicate'],
  ];
  it.each(skipped)('leaves out and counts %s', async (_title, entry, reason) => {
    const read = await readTarball(inPieces(await makePackage(FILES, [entry])), all);
    expect(read.kind).toBe('archive');
    if (read.kind !== 'archive') return;
    expect([...read.skipped]).toEqual([[reason, 1]]);
    expect([...read.files.keys()].sort()).toEqual(['dist/index.js', 'package.json']);
  });

  it('lets the last of two files of one name win, as npm does', async () => {
    const read = await readTarball(
      inPieces(await makePackage(FILES, [{ name: 'package/package.json', content: 'second' }])),
      all,
    );
    expect(read.kind === 'archive' && new TextDecoder().decode(read.files.get('package.json'))).toBe('second');
  });

  it('tells damaged bytes from a broken publication', async () => {
    const archive = await makePackage(FILES);
    const damaged = Buffer.from(archive);
    damaged.fill(0, 40, 60);
    expect(await readTarball(inPieces(damaged), { ...all, integrity: integrityOf(archive) })).toMatchObject({
      outcome: 'integrity',
    });
    expect(await readTarball(inPieces(damaged), { ...all, integrity: integrityOf(damaged) })).toMatchObject({
      outcome: 'malformed',
    });
  });

  const broken: readonly (readonly [string, (archive: Buffer) => Uint8Array | Promise<Uint8Array>, string])[] = [
    ['cut in the middle', (archive) => archive.subarray(0, archive.byteLength / 2), 'tar-truncated'],
    [
      'a tar cut in a file',
      async () => gzipSync((await makeTar([{ name: 'package/a.js', content: 'x'.repeat(9_000) }])).subarray(0, 4_000)),
      'tar-truncated',
    ],
    ['no gzip', () => Buffer.from('this is not an archive at all'), 'tar-malformed'],
    ['gzip without a tar', () => gzipSync(Buffer.alloc(2_048, 7)), 'tar-malformed'],
  ];
  it.each(broken)('says of an archive that is %s what is wrong', async (_title, change, reason) => {
    const bytes = await change(
      await makePackage({ 'a.js': 'x'.repeat(50_000), 'b.js': String(Math.random()).repeat(2_000) }),
    );
    expect(await readTarball(inPieces(bytes), all)).toMatchObject({ outcome: 'malformed', reason });
  });

  it('stops a bomb: 300 MB in 300 kB', async () => {
    const bomb = gzipSync(await makeTar([{ name: 'package/zero.js', content: Buffer.alloc(300 << 20) }]), { level: 9 });
    expect(bomb.byteLength).toBeLessThan(1 << 20);
    expect(await readTarball(inPieces(bomb, 16_384), all)).toMatchObject({
      outcome: 'too-large',
      reason: 'unpacked-bytes',
    });
  });

  it('stops at too many entries', async () => {
    const entries = Array.from({ length: LIMITS.archiveEntries + 5 }, (_, index) => ({ name: `package/${index}.js` }));
    expect(await readTarball(inPieces(gzipSync(await makeTar(entries)), 65_536), all)).toMatchObject({
      reason: 'archive-entries',
    });
  });
});

describe('isSafePath', () => {
  it.each(['a/b.js', 'a..b/c', '...'])('lets %j pass', (path) => expect(isSafePath(path)).toBe(true));
  it.each(['', '/a', 'a/../b', '..', './a', 'a\\b', 'a\u0000b', 'C:/x'])('refuses %j', (path) =>
    expect(isSafePath(path)).toBe(false),
  );
});

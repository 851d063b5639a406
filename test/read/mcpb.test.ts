import { strToU8, zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/model/limits.ts';
import { mcpbReader, readBundle } from '../../src/read/mcpb.ts';
import { readZip } from '../../src/read/zip.ts';
import { brief, folderOf, readingOf, readWorld } from './world.ts';

const manifest = (more: object = {}) =>
  strToU8(
    JSON.stringify({
      manifest_version: '0.3',
      name: 'notes',
      version: '1.0.0',
      server: { type: 'node', entry_point: 'server/index.js' },
      tools: [{ name: 'read_note', description: 'Reads.' }, { name: 'made_at_run_time' }],
      ...more,
    }),
  );
const source = strToU8(
  "server.registerTool('read_note', { description: 'Reads one note.', inputSchema: { id: z.string() } }, () => {});\nserver.registerTool('purge_notes', { description: 'Deletes all.' }, () => {});",
);
const good = zipSync({ 'manifest.json': manifest(), 'server/index.js': source, 'icon.png': new Uint8Array(10) });
const world = readWorld({ root: folderOf({ 'notes.mcpb': good }) });
afterAll(() => world.close());

const patched = (bytes: Uint8Array, change: (copy: Buffer) => void) => {
  const copy = Buffer.from(bytes);
  change(copy);
  return new Uint8Array(copy);
};
const directoryAt = (copy: Buffer) => copy.readUInt32LE(copy.length - 6);

const BAD: readonly { readonly title: string; readonly bytes: Uint8Array; readonly gives: string }[] = [
  { title: 'no archive', bytes: strToU8('hello'), gives: 'malformed zip-directory' },
  { title: 'an archive that is cut off', bytes: good.subarray(0, good.length - 30), gives: 'malformed zip-directory' },
  { title: 'no manifest', bytes: zipSync({ 'x.json': strToU8('{}') }), gives: 'malformed no-manifest' },
  { title: 'a manifest deeper in', bytes: zipSync({ 'a/manifest.json': manifest() }), gives: 'malformed no-manifest' },
  {
    title: 'a manifest that is not JSON',
    bytes: zipSync({ 'manifest.json': strToU8('{') }),
    gives: 'malformed json-syntax',
  },
  {
    title: 'a manifest of another kind',
    bytes: zipSync({ 'manifest.json': strToU8('{"manifest_version": 3}') }),
    gives: 'malformed unknown-shape',
  },
  {
    title: 'a bomb',
    bytes: zipSync({ 'manifest.json': manifest({ long_description: 'x'.repeat(9 << 20) }) }, { level: 9 }),
    gives: 'too-large archive-ratio',
  },
  {
    title: 'a size that is a lie',
    bytes: patched(zipSync({ 'manifest.json': manifest() }), (copy) => copy.writeUInt32LE(20, directoryAt(copy) + 24)),
    gives: 'malformed zip-entry',
  },
  {
    title: 'bytes that were changed',
    bytes: patched(zipSync({ 'manifest.json': manifest() }, { level: 0 }), (copy) => copy.write('X', 60)),
    gives: 'malformed zip-checksum',
  },
  {
    title: 'an encrypted entry',
    bytes: patched(zipSync({ 'manifest.json': manifest() }), (copy) => copy.writeUInt16LE(1, directoryAt(copy) + 8)),
    gives: 'malformed zip-encrypted',
  },
  {
    title: 'an entry count over the limit',
    bytes: patched(good, (copy) => copy.writeUInt16LE(65_000, copy.length - 12)),
    gives: 'too-large archive-entries',
  },
];

describe('a bundle', () => {
  it('gives the tools of its manifest and of its source', async () => {
    const reading = readingOf(await mcpbReader.read({ kind: 'mcpb', name: 'notes.mcpb' }, world));
    expect(
      reading.servers[0]?.tools.map(({ definition, method, provenance }) => [definition.name, method, provenance]),
    ).toEqual([
      ['read_note', 'static', 'mcpb:notes.mcpb!server/index.js:1'],
      ['made_at_run_time', 'publisher-list', 'mcpb:notes.mcpb!manifest.json#/tools/1'],
      ['purge_notes', 'static', 'mcpb:notes.mcpb!server/index.js:2'],
    ]);
    expect(reading.servers[0]?.tools[0]?.notes).toContain('listed at mcpb:notes.mcpb!manifest.json#/tools/0');
    expect(
      await mcpbReader.read({ kind: 'mcpb', name: 'notes.mcpb' }, world, { contentHash: reading.contentHash }),
    ).toEqual({ kind: 'not-modified' });
  });

  for (const { title, bytes, gives } of BAD) {
    it(`that is ${title} is an outcome`, async () =>
      expect(brief(await readBundle(bytes, 'mcpb:x', world))).toBe(gives));
  }

  it('that is not there is not found', async () =>
    expect(brief(await mcpbReader.read({ kind: 'mcpb', name: 'gone.mcpb' }, world))).toBe('not-found no-file'));

  it('never gives paths that leave it, nor links', () => {
    const evil = zipSync({ '../up.js': source, '/abs.js': source, 'a\\b.js': source, 'ok.js': source });
    const zip = readZip(evil, () => true, LIMITS.sourceFileBytes);
    if (zip.kind === 'failed') throw new Error(zip.message);
    expect([...zip.files.keys()]).toEqual(['ok.js']);
    expect(Object.fromEntries(zip.skipped)).toEqual({ 'unsafe-path': 3 });
    const link = zipSync({ 'link.js': [source, { os: 3, attrs: (0o120777 << 16) >>> 0 }] });
    const linked = readZip(link, () => true, LIMITS.sourceFileBytes);
    expect(linked.kind === 'archive' && Object.fromEntries(linked.skipped)).toEqual({ 'not-a-file': 1 });
  });
});

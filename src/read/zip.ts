import { crc32, inflateRawSync } from 'node:zlib';
import { LIMITS } from '../model/limits.ts';
import type { Failure } from '../model/manifest.ts';
import { isSafePath, type SkipReason } from './archive.ts';

/** What a zip archive holds. Nothing of it was written to the disk. */
export interface ZipFiles {
  readonly kind: 'archive';
  /** Path, bytes. Regular files that were wanted. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Every safe path of the directory, wanted or not. Sorted. */
  readonly paths: readonly string[];
  readonly skipped: ReadonlyMap<SkipReason, number>;
}

const END_MARK = 0x06054b50;
const ENTRY_MARK = 0x02014b50;
const LOCAL_MARK = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** Deflate cannot do better than 1,032 to 1; what real archives reach stays far below this. */
const MAX_RATIO = 200;
/** Small files of one character are no bombs. */
const RATIO_FROM = 1 << 20;

interface Entry {
  readonly path: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly local: number;
  /** Unix file type, 0 where the archive gives none. */
  readonly type: number;
}

/**
 * Reads a zip archive from memory by its directory, as installers do.
 *
 * Bounds: `LIMITS.archiveEntries`, `LIMITS.archiveUnpackedBytes`, `maxFileBytes` for one file, and a ratio of 200 to 1
 * from 1 MB on; sizes are held while inflating, whatever the directory claims. Links and paths that leave the archive
 * are skipped and counted. Never throws.
 */
export function readZip(
  bytes: Uint8Array,
  wanted: (path: string) => boolean,
  maxFileBytes: number,
): ZipFiles | Failure {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = directoryOf(buffer);
  if ('outcome' in entries) return entries;
  const files = new Map<string, Uint8Array>();
  const skipped = new Map<SkipReason, number>();
  const skip = (reason: SkipReason) => skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  const paths: string[] = [];
  let total = 0;
  for (const entry of entries) {
    if (entry.path.endsWith('/')) continue;
    if (entry.path.length > LIMITS.archivePathChars) skip('long-path');
    else if (!isSafePath(entry.path)) skip('unsafe-path');
    else if (entry.type !== 0 && entry.type !== 0o10) skip('not-a-file');
    else {
      paths.push(entry.path);
      if (!wanted(entry.path)) continue;
      if (entry.size > maxFileBytes) {
        skip('large-file');
        continue;
      }
      const content = contentOf(buffer, entry, Math.min(maxFileBytes, LIMITS.archiveUnpackedBytes - total));
      if (!(content instanceof Uint8Array)) return content;
      total += content.length;
      if (files.has(entry.path)) skip('duplicate');
      files.set(entry.path, content);
    }
  }
  return { kind: 'archive', files, paths: paths.sort(), skipped };
}

function directoryOf(buffer: Buffer): readonly Entry[] | Failure {
  const end = endOf(buffer);
  if (end === undefined)
    return malformed('zip-directory', 'The archive has no directory: it is no zip file, or it is cut off');
  const count = buffer.readUInt16LE(end + 10);
  if (count > LIMITS.archiveEntries) {
    return tooLarge('archive-entries', `The archive has ${count} entries; the limit is ${LIMITS.archiveEntries}`);
  }
  const entries: Entry[] = [];
  let at = buffer.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (at + 46 > buffer.length || buffer.readUInt32LE(at) !== ENTRY_MARK) {
      return malformed('zip-directory', `Entry ${i} of the archive's directory is broken`);
    }
    const name = buffer.readUInt16LE(at + 28);
    const next = at + 46 + name + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32);
    entries.push({
      path: buffer.toString('utf8', at + 46, at + 46 + name),
      flags: buffer.readUInt16LE(at + 8),
      method: buffer.readUInt16LE(at + 10),
      crc: buffer.readUInt32LE(at + 16),
      packed: buffer.readUInt32LE(at + 20),
      size: buffer.readUInt32LE(at + 24),
      local: buffer.readUInt32LE(at + 42),
      // The upper half of the external attributes is the Unix mode when the upper byte of the version says Unix.
      type: buffer.readUInt8(at + 5) === 3 ? buffer.readUInt16LE(at + 40) >>> 12 : 0,
    });
    at = next;
  }
  return entries;
}

/** The end record is the last thing in the file but for a comment. */
function endOf(buffer: Buffer): number | undefined {
  const last = buffer.length - END_BYTES;
  for (let at = last; at >= 0 && at >= last - MAX_COMMENT; at--) {
    if (buffer.readUInt32LE(at) === END_MARK) return at;
  }
  return undefined;
}

function contentOf(buffer: Buffer, entry: Entry, room: number): Uint8Array | Failure {
  const shown = JSON.stringify(entry.path);
  if ((entry.flags & ENCRYPTED) !== 0) return malformed('zip-encrypted', `${shown} is encrypted`);
  if (entry.local + 30 > buffer.length || buffer.readUInt32LE(entry.local) !== LOCAL_MARK) {
    return malformed('zip-entry', `${shown} is not where the directory says`);
  }
  const start = entry.local + 30 + buffer.readUInt16LE(entry.local + 26) + buffer.readUInt16LE(entry.local + 28);
  const packed = buffer.subarray(start, start + entry.packed);
  if (packed.length < entry.packed) return malformed('zip-truncated', `${shown} is cut off`);
  if (entry.size > room)
    return tooLarge('unpacked-bytes', `The archive unpacks to more than ${LIMITS.archiveUnpackedBytes} bytes`);
  if (entry.size > RATIO_FROM && entry.size > entry.packed * MAX_RATIO) {
    return tooLarge('archive-ratio', `${shown} unpacks to more than ${MAX_RATIO} times its size`);
  }
  const content = unpack(packed, entry);
  if (content === undefined) return malformed('zip-entry', `${shown} cannot be unpacked`);
  if (content.length !== entry.size || crc32(content) !== entry.crc) {
    return malformed('zip-checksum', `${shown} does not match the archive's directory`);
  }
  return content;
}

function unpack(packed: Uint8Array, entry: Entry): Uint8Array | undefined {
  if (entry.method === STORED) return packed;
  if (entry.method !== DEFLATED) return undefined;
  try {
    // One byte more than claimed is a lie that ends here, before it costs memory.
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.size) });
  } catch {
    return undefined;
  }
}

function tooLarge(reason: string, message: string): Failure {
  return { kind: 'failed', outcome: 'too-large', reason, message };
}

function malformed(reason: string, message: string): Failure {
  return { kind: 'failed', outcome: 'malformed', reason, message };
}

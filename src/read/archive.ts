import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import ssri from 'ssri';
import { type Extract, extract as tarExtract } from 'tar-stream';
import { FetchError } from '../fetch/types.ts';
import { LIMITS } from '../model/limits.ts';
import type { Failure } from '../model/manifest.ts';

/** Why an entry of an archive was left out. */
export type SkipReason = 'not-a-file' | 'unsafe-path' | 'long-path' | 'large-file' | 'duplicate';

/** What an archive holds. Nothing of it was written to the disk. */
export interface Archive {
  readonly kind: 'archive';
  /** Path without the root folder, bytes. Regular files only. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** How many entries were left out, by reason. */
  readonly skipped: ReadonlyMap<SkipReason, number>;
  /** SHA-256 of the archive as it was sent, hex. */
  readonly sha256: string;
}

/** What to read, and what the bytes must hash to. */
export interface ArchiveOptions {
  /** Subresource integrity, as the registry publishes it. Absent: not verified. */
  readonly integrity?: string;
  /** Which files to keep. Asked with the path without its root folder. */
  wanted(path: string): boolean;
  readonly maxFileBytes: number;
}

/** Ends the reading with an outcome. */
class Stop extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

const tooLarge = (reason: string, message: string): Failure => ({
  kind: 'failed',
  outcome: 'too-large',
  reason,
  message,
});
const malformed = (reason: string, message: string): Failure => ({
  kind: 'failed',
  outcome: 'malformed',
  reason,
  message,
});

/**
 * Reads a gzipped tar archive from a stream into memory.
 *
 * Bounds: `LIMITS.archiveBytes` as sent, `LIMITS.archiveUnpackedBytes` unpacked, `LIMITS.archiveEntries` entries.
 * Links, devices and paths that leave the archive are skipped and counted. The hash is checked over all bytes, also
 * when the archive itself is broken, so that damaged bytes are told apart from a broken publication. Never throws.
 */
export async function readTarball(
  body: AsyncIterable<Uint8Array>,
  options: ArchiveOptions,
): Promise<Archive | Failure> {
  const gunzip = createGunzip();
  const entries = collectEntries(options);
  const unpacked = pipeline(gunzip, capped(LIMITS.archiveUnpackedBytes), entries.sink).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const expected = options.integrity === undefined ? undefined : ssri.parse(options.integrity);
  const algorithm = expected?.pickAlgorithm();
  const integrity = createHash(algorithm ?? 'sha512');
  const sha256 = createHash('sha256');
  let broken: Error | undefined;
  void unpacked.then((error) => {
    broken = error;
  });
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > LIMITS.archiveBytes)
        return tooLarge('archive-bytes', `The archive has more than ${LIMITS.archiveBytes} bytes`);
      integrity.update(chunk);
      sha256.update(chunk);
      if (broken instanceof Stop) return broken.failure;
      if (broken === undefined && !gunzip.write(chunk)) await drained(gunzip, unpacked);
    }
  } catch (error) {
    if (error instanceof FetchError) return error.failure;
    return {
      kind: 'failed',
      outcome: 'unreachable',
      reason: 'body',
      message: `The archive broke off: ${String(error)}`,
    };
  } finally {
    if (broken === undefined) gunzip.end();
    else gunzip.destroy();
  }
  const fault = await unpacked;
  if (fault instanceof Stop) return fault.failure;
  if (expected !== undefined && algorithm !== undefined) {
    const digest = `${algorithm}-${integrity.digest('base64')}`;
    if (!ssri.parse(digest).match(expected)) {
      return {
        kind: 'failed',
        outcome: 'integrity',
        reason: 'integrity-mismatch',
        message: `The archive has ${digest}, and ${options.integrity} is published`,
      };
    }
  }
  if (fault !== undefined) return archiveFault(fault);
  return { kind: 'archive', files: entries.files, skipped: entries.skipped, sha256: sha256.digest('hex') };
}

function archiveFault(fault: Error): Failure {
  const truncated = /unexpected end/iu.test(fault.message) || ('code' in fault && fault.code === 'Z_BUF_ERROR');
  return truncated
    ? malformed('tar-truncated', 'The archive ends too early')
    : malformed('tar-malformed', `The archive cannot be read: ${fault.message}`);
}

function drained(stream: NodeJS.EventEmitter, ended: Promise<unknown>): Promise<unknown> {
  return Promise.race([new Promise<void>((resolve) => stream.once('drain', resolve)), ended]);
}

/** Passes bytes on and stops at `limit`. */
function capped(limit: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.byteLength;
      if (bytes > limit) done(new Stop(tooLarge('unpacked-bytes', `The archive unpacks to more than ${limit} bytes`)));
      else done(null, chunk);
    },
  });
}

interface Entries {
  readonly sink: Extract;
  readonly files: Map<string, Uint8Array>;
  readonly skipped: Map<SkipReason, number>;
}

function collectEntries(options: ArchiveOptions): Entries {
  const files = new Map<string, Uint8Array>();
  const skipped = new Map<SkipReason, number>();
  const sink = tarExtract();
  let count = 0;
  const skip = (reason: SkipReason) => skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  sink.on('entry', (header, stream, next) => {
    count += 1;
    // Without a listener a truncated entry would end the process; the sink reports the same error.
    stream.on('error', () => undefined);
    if (count > LIMITS.archiveEntries) {
      sink.destroy(new Stop(tooLarge('archive-entries', `The archive has more than ${LIMITS.archiveEntries} entries`)));
      return;
    }
    const path = keptPath(header.name, header.type ?? 'file', header.size ?? 0, options, skip);
    const chunks: Uint8Array[] = [];
    if (path !== undefined)
      stream.on('data', (chunk) => {
        if (chunk instanceof Uint8Array) chunks.push(chunk);
      });
    stream.on('end', () => {
      if (path !== undefined) {
        // The last one wins, as the npm client has it.
        if (files.has(path)) skip('duplicate');
        files.set(path, Buffer.concat(chunks));
      }
      next();
    });
    stream.resume();
  });
  return { sink, files, skipped };
}

function keptPath(
  name: string,
  type: string,
  size: number,
  options: ArchiveOptions,
  skip: (reason: SkipReason) => void,
): string | undefined {
  if (type === 'directory') return undefined;
  if (type !== 'file' && type !== 'contiguous-file') return void skip('not-a-file');
  if (name.length > LIMITS.archivePathChars) return void skip('long-path');
  if (!isSafePath(name)) return void skip('unsafe-path');
  const path = name.slice(name.indexOf('/') + 1);
  if (path === '' || !options.wanted(path)) return undefined;
  if (size > options.maxFileBytes) return void skip('large-file');
  return path;
}

/** Whether a path stays inside the folder that it is relative to, on every system. */
export function isSafePath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (path === '' || path.startsWith('/') || /[\\\u0000-\u001f\u007f]/u.test(path)) return false;
  return !path.split('/').some((part) => part === '..' || part === '.') && !/^[a-z]:/iu.test(path);
}

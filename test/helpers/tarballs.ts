import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** One entry of an archive that a test makes. */
export interface Entry {
  readonly name: string;
  readonly linkname?: string;
  readonly type?: 'file' | 'link' | 'symlink' | 'character-device' | 'fifo' | 'directory';
  readonly content?: string | Uint8Array;
}

/** A tar archive of these entries, not compressed. */
export async function makeTar(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = '', ...header } of entries) archive.entry(header, Buffer.from(content));
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A package as npm packs it: gzipped, everything under `package/`. */
export async function makePackage(
  files: Readonly<Record<string, string>>,
  more: readonly Entry[] = [],
): Promise<Buffer> {
  const entries = Object.entries(files).map(([path, content]) => ({ name: `package/${path}`, content }));
  return gzipSync(await makeTar([...entries, ...more]));
}

/** The integrity that a registry publishes of an archive. */
export function integrityOf(archive: Uint8Array): string {
  return `sha512-${createHash('sha512').update(archive).digest('base64')}`;
}

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** One thing that a program did to one of its files, in the order in which it did it. */
export type DiskEvent =
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number }
  | { readonly kind: 'unlink'; readonly file: string }
  | { readonly kind: 'sync'; readonly file: string };

/** System calls that are traced. */
export const CALLS = 'pwrite64,write,fsync,fdatasync,ftruncate,unlink,openat';

const WRITE = /^pwrite64\(\d+<([^>]*)>, "([^"]*)"(\.\.\.)?, \d+, (\d+)\) += (\d+)/u;
const APPEND = /^write\(\d+<([^>]*)>, "([^"]*)"(\.\.\.)?, \d+\) += (\d+)/u;
const SYNC = /^f(?:data)?sync\(\d+<([^>]*)>\) += 0/u;
const TRUNCATE = /^ftruncate\(\d+<([^>]*)>, (\d+)\) += 0/u;
const UNLINK = /^unlink\("([^"]*)"\) += 0/u;

/** Reads the output of `strace -f -y -xx`. Throws when a write was cut or split over two lines. */
export async function readTrace(file: string): Promise<readonly DiskEvent[]> {
  const events: DiskEvent[] = [];
  const ends = new Map<string, number>();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const event = eventOf(line.replace(/^\d+ +/u, ''), ends);
    if (event !== undefined) events.push(event);
  }
  return events;
}

function eventOf(call: string, ends: Map<string, number>): DiskEvent | undefined {
  if (/unfinished|resumed/u.test(call) && /write|sync|truncate|unlink/u.test(call))
    throw new Error(`a call was split: ${call.slice(0, 120)}`);
  const write = WRITE.exec(call);
  if (write !== null) return written(path(write[1]), Number(write[4]), write[2] ?? '', write[3], Number(write[5]));
  const append = APPEND.exec(call);
  if (append !== null) {
    const file = path(append[1]);
    const at = ends.get(file) ?? 0;
    ends.set(file, at + Number(append[4]));
    return written(file, at, append[2] ?? '', append[3], Number(append[4]));
  }
  const sync = SYNC.exec(call);
  if (sync !== null) return { kind: 'sync', file: path(sync[1]) };
  const truncate = TRUNCATE.exec(call);
  if (truncate !== null) return { kind: 'truncate', file: path(truncate[1]), size: Number(truncate[2]) };
  const unlink = UNLINK.exec(call);
  if (unlink !== null) return { kind: 'unlink', file: path(unlink[1]) };
  return undefined;
}

function written(file: string, at: number, hex: string, cut: string | undefined, length: number): DiskEvent {
  const bytes = bytesOf(hex);
  if (cut !== undefined || bytes.length < length)
    throw new Error(`a write of ${length} bytes was cut to ${bytes.length}`);
  return { kind: 'write', file, at, bytes: bytes.subarray(0, length) };
}

/** strace -xx writes every byte as `\xHH`. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}

/** Paths are escaped as well. */
function path(text = ''): string {
  return text.includes('\\x') ? bytesOf(text).toString() : text;
}

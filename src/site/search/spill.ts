import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** So many bytes of one heap stay in memory. */
const MOST_BYTES = 1 << 16;

interface Heap {
  bytes: Buffer;
  used: number;
  file: number | undefined;
  /** Bytes in the file. */
  written: number;
}

/** Sorts bytes onto heaps, which lie in files as soon as they are large: what comes is read once and may be a million rows. */
export class Spill {
  readonly #folder: string;
  readonly #heaps = new Map<string, Heap>();
  /** For what lay in files; made once, since the collector would leave many of them about. */
  #whole = Buffer.alloc(0);

  /** The folder is made when it is needed. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Room for more bytes on a heap, to be filled at once. Names of heaps are names of files. */
  room(name: string, length: number): DataView {
    const heap = this.#heap(name);
    if (heap.used + length > heap.bytes.length) this.#grow(name, heap, length);
    const view = new DataView(heap.bytes.buffer, heap.bytes.byteOffset + heap.used, length);
    heap.used += length;
    return view;
  }

  /** All of a heap, which is gone afterwards; until the next is taken. */
  take(name: string): Buffer {
    const heap = this.#heap(name);
    this.#heaps.delete(name);
    const rest = heap.bytes.subarray(0, heap.used);
    if (heap.file === undefined) return rest;
    const length = heap.written + heap.used;
    if (this.#whole.length < length) this.#whole = Buffer.allocUnsafeSlow(length);
    const all = this.#whole.subarray(0, length);
    for (let at = 0; at < heap.written; ) {
      const read = readSync(heap.file, all, at, heap.written - at, at);
      if (read === 0) throw new Error(`${name}, a file of the search index, was cut off while it was used`);
      at += read;
    }
    rest.copy(all, heap.written);
    closeSync(heap.file);
    rmSync(join(this.#folder, name));
    return all;
  }

  /** Takes the files away. */
  close(): void {
    for (const { file } of this.#heaps.values()) if (file !== undefined) closeSync(file);
    this.#heaps.clear();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #heap(name: string): Heap {
    let heap = this.#heaps.get(name);
    if (heap === undefined) {
      heap = { bytes: Buffer.allocUnsafeSlow(1 << 12), used: 0, file: undefined, written: 0 };
      this.#heaps.set(name, heap);
    }
    return heap;
  }

  #grow(name: string, heap: Heap, length: number): void {
    if (heap.bytes.length < MOST_BYTES) {
      const bytes = Buffer.allocUnsafeSlow(Math.max(heap.bytes.length * 2, heap.used + length));
      heap.bytes.copy(bytes, 0, 0, heap.used);
      heap.bytes = bytes;
      return;
    }
    if (heap.file === undefined) {
      mkdirSync(this.#folder, { recursive: true });
      heap.file = openSync(join(this.#folder, name), 'w+');
    }
    for (let at = 0; at < heap.used; ) at += writeSync(heap.file, heap.bytes, at, heap.used - at);
    heap.written += heap.used;
    heap.used = 0;
    if (length > heap.bytes.length) heap.bytes = Buffer.allocUnsafeSlow(length);
  }
}

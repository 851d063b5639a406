import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Bytes } from './bytes.ts';
import { compare } from './entry.ts';

/** Values of one run. */
const RUN_VALUES = 1 << 18;
/** Bytes that are written at a time, … */
const WRITTEN_BYTES = 1 << 16;
/** … and read of each run. */
const READ_BYTES = 1 << 14;
const VALUE_BYTES = Float64Array.BYTES_PER_ELEMENT;

/** A name with all its values, ascending; both until the next one is asked for. */
export interface Group {
  readonly name: string;
  readonly values: Float64Array;
}

/**
 * Groups numbers by name and sorts both, whatever their number, in little memory: each run of them that fits is sorted and
 * lies in a file, and the runs are read side by side.
 */
export class Runs {
  readonly #path: string;
  /** What names are sorted by: as different as they are. */
  readonly #keyOf: (name: string) => string;
  readonly #numbers = new Map<string, number>();
  /** Of each value of the run, which name it has. */
  readonly #numberOf: Uint32Array;
  readonly #values: Float64Array;
  readonly #sorted: Float64Array;
  #used = 0;
  #file: number | undefined;
  #written = 0;
  /** Where each run ends in the file. */
  readonly #ends: number[] = [];

  /** `path` is for a file of its own, whose folder is made when it is needed; `most` values are in memory at a time. */
  constructor(path: string, keyOf: (name: string) => string, most = RUN_VALUES) {
    this.#path = path;
    this.#keyOf = keyOf;
    this.#numberOf = new Uint32Array(most);
    this.#values = new Float64Array(most);
    this.#sorted = new Float64Array(most);
  }

  add(name: string, value: number): void {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(name, number);
    }
    this.#numberOf[this.#used] = number;
    this.#values[this.#used] = value;
    this.#used += 1;
    if (this.#used === this.#values.length) this.#write();
  }

  /** Everything that was added, ascending by key. Nothing may be added any more. */
  *groups(): Generator<Group> {
    if (this.#used > 0) this.#write();
    const file = this.#file;
    if (file === undefined) return;
    // The one with the least key is the last.
    const runs: Run[] = [];
    const wait = (run: Run) => {
      if (run.next()) runs.splice(placeIn(runs, run.key), 0, run);
    };
    for (const [i, end] of this.#ends.entries()) wait(new Run(file, this.#ends[i - 1] ?? 0, end, this.#keyOf));
    let values = this.#values;
    for (let first = runs.at(-1); first !== undefined; first = runs.at(-1)) {
      const { name, key } = first;
      const own: Run[] = [];
      let count = 0;
      for (let run = runs.at(-1); run?.key === key; run = runs.at(-1)) {
        runs.pop();
        own.push(run);
        if (count + run.count > values.length) {
          const larger = new Float64Array(2 * (count + run.count));
          larger.set(values.subarray(0, count));
          values = larger;
        }
        run.values(values, count);
        count += run.count;
      }
      const all = values.subarray(0, count);
      yield { name, values: count === 1 ? all : all.sort() };
      for (const run of own) wait(run);
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** Writes a run: each name, the number of its values, and these. */
  #write(): void {
    const { starts, names } = this.#sort();
    const bytes = new Bytes();
    const sorted = new Uint8Array(this.#sorted.buffer);
    let from = 0;
    for (const { name, number } of names) {
      // By now a name's start is its end.
      const to = starts[number] ?? 0;
      bytes.text(name);
      bytes.number(to - from);
      bytes.raw(sorted.subarray(from * VALUE_BYTES, to * VALUE_BYTES));
      from = to;
      if (bytes.used > WRITTEN_BYTES) this.#append(bytes);
    }
    this.#append(bytes);
    this.#ends.push(this.#written);
    this.#numbers.clear();
    this.#used = 0;
  }

  /** Puts the values in the order of their names' keys. */
  #sort() {
    const numbers = this.#numbers;
    const used = this.#used;
    const starts = new Uint32Array(numbers.size);
    for (let i = 0; i < used; i++) {
      const number = this.#numberOf[i] ?? 0;
      starts[number] = (starts[number] ?? 0) + 1;
    }
    const names = Array.from(numbers, ([name, number]) => ({ name, number, key: this.#keyOf(name) }));
    names.sort((a, b) => compare(a.key, b.key));
    let start = 0;
    for (const { number } of names) {
      const count = starts[number] ?? 0;
      starts[number] = start;
      start += count;
    }
    for (let i = 0; i < used; i++) {
      const number = this.#numberOf[i] ?? 0;
      const at = starts[number] ?? 0;
      this.#sorted[at] = this.#values[i] ?? 0;
      starts[number] = at + 1;
    }
    return { starts, names };
  }

  #append(bytes: Bytes): void {
    if (this.#file === undefined) {
      mkdirSync(dirname(this.#path), { recursive: true });
      this.#file = openSync(this.#path, 'w+');
    }
    const all = bytes.bytes;
    for (let at = 0; at < all.length; ) at += writeSync(this.#file, all, at);
    this.#written += all.length;
    bytes.clear();
  }
}

/** Reads one run. */
class Run {
  name = '';
  key = '';
  /** Values of the name. */
  count = 0;
  readonly #file: number;
  readonly #keyOf: (name: string) => string;
  /** Where it goes on in the file behind what was read, and where it ends. */
  #from: number;
  readonly #to: number;
  #bytes = Buffer.allocUnsafeSlow(READ_BYTES);
  #at = 0;
  #end = 0;

  constructor(file: number, from: number, to: number, keyOf: (name: string) => string) {
    this.#file = file;
    this.#from = from;
    this.#to = to;
    this.#keyOf = keyOf;
  }

  /** Goes to the next name; its values must be asked for before the one after. False at the end. */
  next(): boolean {
    if (this.#at === this.#end && this.#from === this.#to) return false;
    const length = this.#number();
    while (this.#end - this.#at < length) this.#read();
    this.name = this.#bytes.toString('utf8', this.#at, this.#at + length);
    this.key = this.#keyOf(this.name);
    this.#at += length;
    this.count = this.#number();
    return true;
  }

  /** Puts the values of the name at a place. */
  values(to: Float64Array, place: number): void {
    const bytes = new Uint8Array(to.buffer, place * VALUE_BYTES, this.count * VALUE_BYTES);
    for (let at = 0; at < bytes.length; ) {
      if (this.#at === this.#end) this.#read();
      const part = this.#bytes.subarray(this.#at, Math.min(this.#end, this.#at + bytes.length - at));
      bytes.set(part, at);
      this.#at += part.length;
      at += part.length;
    }
  }

  #number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      if (this.#at === this.#end) this.#read();
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  /** Reads more behind what is left. */
  #read(): void {
    const left = this.#bytes.subarray(this.#at, this.#end);
    if (left.length === this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(2 * left.length);
    this.#bytes.set(left);
    const room = Math.min(this.#bytes.length - left.length, this.#to - this.#from);
    const read = room === 0 ? 0 : readSync(this.#file, this.#bytes, left.length, room, this.#from);
    if (read === 0) throw new Error('a file of the search index was cut off while it was used');
    this.#at = 0;
    this.#end = left.length + read;
    this.#from += read;
  }
}

/** Where a run goes among those that wait, whose keys descend. */
function placeIn(runs: readonly Run[], key: string): number {
  let from = 0;
  let to = runs.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((runs[middle]?.key ?? '') > key) from = middle + 1;
    else to = middle;
  }
  return from;
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

/** Bytes at the head of a file with a code cache: the SHA-256 of its source and of the cache. */
const DIGEST = 32;

/** A part of the program that runs from one file. */
export interface Image<Exports> {
  readonly exports: Exports;
  readonly script: Script;
}

/**
 * Runs a part of the program that stands in one file of ASCII, written as a CommonJS module. The file with `.cache` behind
 * its name holds what V8 compiled of it when the program was built: loading that takes a third of the time of compiling
 * it. Where there is none, or it is of another source or another V8, the source is compiled as always.
 */
export function openImage<Exports>(file: string): Image<Exports> {
  const source = readFileSync(file, 'latin1');
  const cachedData = readCache(file, source);
  const script = new Script(`(function (exports, require, __filename, late) { 'use strict'; ${source}\n})`, {
    // The cache holds the name and is shipped, and a part of a text keeps the whole: a copy does not tell the place.
    filename: Buffer.from(basename(file)).toString(),
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const exports = {} as Exports;
  const late = (path: string) => import(new URL(path, pathToFileURL(file)).href);
  script.runInThisContext()(exports, createRequire(file), file, late);
  return { exports, script };
}

/** The file that goes beside an image: what V8 has compiled of it so far. */
export function packCache(file: string, script: Script): Buffer {
  const cache = script.createCachedData();
  return Buffer.concat([digestOf(readFileSync(file, 'latin1'), cache), cache]);
}

/** V8 compares no more than the length of the source and its own version, and a damaged cache ends the process. */
function readCache(file: string, source: string): Buffer | undefined {
  try {
    const bytes = readFileSync(`${file}.cache`);
    const cache = bytes.subarray(DIGEST);
    return bytes.subarray(0, DIGEST).equals(digestOf(source, cache)) ? cache : undefined;
  } catch {
    // Only a matter of speed.
    return undefined;
  }
}

function digestOf(source: string, cache: Buffer): Buffer {
  return createHash('sha256').update(source, 'latin1').update(cache).digest();
}

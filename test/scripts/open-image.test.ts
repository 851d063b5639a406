import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { imageCode } from '../../scripts/build/image.ts';
import { openImage, packCache } from '../../scripts/build/open-image.ts';

const place = mkdtempSync(join(tmpdir(), 'image-'));
const file = join(place, 'image-with-a-long-name.cjs');
const cache = `${file}.cache`;
const BUILT = resolve(import.meta.dirname, '../../dist/site-image.cjs');

type Answers = { readonly answer: () => string };
/** Both sources have the same length. */
const source = (word: 'one' | 'two') =>
  `const { basename } = require('node:path');\nexports.answer = () => basename('/x/${word}');`;

/** Opens the image; what it answers, and whether V8 took the cache (undefined: it was given none). */
function open() {
  const { exports, script } = openImage<Answers>(file);
  return { answer: exports.answer(), rejected: script.cachedDataRejected };
}

function edit(path: string, change: (bytes: Buffer) => Buffer): void {
  writeFileSync(path, change(readFileSync(path)));
}

beforeEach(() => {
  writeFileSync(file, source('one'));
  rmSync(cache, { force: true });
  const { exports, script } = openImage<Answers>(file);
  exports.answer();
  writeFileSync(cache, packCache(file, script));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('an image', () => {
  it('is run from its code cache', () => expect(open()).toEqual({ answer: 'one', rejected: false }));

  it.each<[title: string, change: () => void, answer: string]>([
    ['is not there', () => rmSync(cache), 'one'],
    ['is empty', () => writeFileSync(cache, ''), 'one'],
    ['was cut', () => edit(cache, (bytes) => bytes.subarray(0, bytes.length / 2)), 'one'],
    ['has another byte', () => edit(cache, (bytes) => Buffer.from(bytes.map((b, i) => (i === 200 ? ~b : b)))), 'one'],
    ['is of a source of the same length', () => writeFileSync(file, source('two')), 'two'],
  ])('is run from its source when the cache %s', (_, change, answer) => {
    change();
    expect(open()).toEqual({ answer, rejected: undefined });
  });

  it('does not tell where it was made', () => expect(readFileSync(cache, 'latin1')).not.toContain(place));

  it('is strict code', () => {
    writeFileSync(file, `exports.answer = () => String((function () { return this; })());`);
    expect(open().answer).toBe('undefined');
  });

  it('imports late what lies beside it', async () => {
    writeFileSync(join(place, 'late.mjs'), 'export const word = "late";');
    const code = imageCode(
      `exports.answer = async () => (await import("./late.mjs")).word;`,
      new Map([['./late.mjs', '']]),
    );
    writeFileSync(file, code);
    expect(await open().answer).toBe('late');
  });

  it('says the same in ASCII', () => {
    const code = imageCode(`exports.answer = () => 'é 💥 – ' + /^[💥–]$/u.test('💥') + \`→\`; // ü`, new Map());
    expect(code).toMatch(/^[\0-\x7f]+$/u);
    writeFileSync(file, code);
    expect(open().answer).toBe('é 💥 – true→');
  });

  it('may import nothing else late', () => {
    expect(() => imageCode('await import("pagefind")', new Map())).toThrow(/imports something late/u);
  });

  it.skipIf(!existsSync(`${BUILT}.cache`))('of the site has a cache that this Node takes (needs npm run build)', () => {
    expect(openImage(BUILT).script.cachedDataRejected).toBe(false);
  });
});

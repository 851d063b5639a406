import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { compileData, shippedModule } from '../../src/data/compile.ts';
import { readData, readRaw, readRuleFiles } from '../../src/data/load.ts';
import { shippedFiles } from '../../src/data/shipped.ts';
import { CategoryTable } from '../../src/model/rule.ts';
import { DATA } from '../classify/helpers.ts';

const compiled = compileData(DATA);
const DIST = resolve(import.meta.dirname, '../../dist/data');
/** The example of a file that operators write: it is read like theirs. */
const EXAMPLE = 'sources.yaml';

describe('data that is compiled into the program', () => {
  it('is every YAML file', () => {
    const files = readdirSync(DATA, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml') && file !== EXAMPLE)
      .sort();
    expect([...compiled.keys()].sort()).toEqual(files);
  });

  it('is not there when the program runs from its source', () => expect(shippedFiles.size).toBe(0));

  it('is the same bytes whenever it is made', () => {
    expect(shippedModule(compileData(DATA))).toBe(shippedModule(compiled));
  });

  it('says what the files say', () => {
    expect(readData(DATA, 'categories.yaml', CategoryTable, compiled)).toEqual(
      readData(DATA, 'categories.yaml', CategoryTable),
    );
    expect(readRaw(DATA, 'threat-words.yaml', compiled)).toEqual(readRaw(DATA, 'threat-words.yaml'));
  });

  it('counts for the very text that it was made of, and for no other', () => {
    const file = compiled.get('categories.yaml');
    const Anything = z.unknown();
    const kept = { sha256: file?.sha256 ?? '', checked: '"kept"', raw: '"raw"' };
    const other = { ...kept, sha256: kept.sha256.replace(/./gu, '0') };
    const read = (one: typeof kept) => readData(DATA, 'categories.yaml', Anything, new Map([['categories.yaml', one]]));
    expect(read(kept)).toBe('kept');
    expect(read(other)).toEqual(readRaw(DATA, 'categories.yaml'));
    expect(readRaw(DATA, 'categories.yaml', new Map([['categories.yaml', kept]]))).toBe('raw');
  });

  const built = existsSync(resolve(DIST, 'shipped.js'));
  it.skipIf(!built)('gives the built program the rules of the source (needs npm run build)', async () => {
    const { shippedFiles: inDist } = await import(resolve(DIST, 'shipped.js'));
    const { readRuleFiles: fromDist } = await import(resolve(DIST, 'load.js'));
    expect(inDist.size).toBeGreaterThan(50);
    expect(fromDist(DATA)).toEqual(readRuleFiles(DATA));
    expect(fromDist(DATA).version).toBe(readRuleFiles(DATA).version);
  });
});

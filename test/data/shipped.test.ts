import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedTables, siteTables } from '../../src/commands/site-input.ts';
import { compileData } from '../../src/data/compile.ts';
import { DataFolder } from '../../src/data/folder.ts';
import { readRuleFiles, rulesetVersion } from '../../src/data/load.ts';
import { packShipped, type ShippedFile, shippedData, unpackShipped } from '../../src/data/shipped.ts';
import { DATA } from '../classify/helpers.ts';

const compiled = compileData(DATA);
const BUILT = resolve(import.meta.dirname, '../../dist/inside.js');
/** The example of a file that operators write: it is read like theirs. */
const EXAMPLE = 'sources.yaml';

/** Any rule about threats. */
const A_THREAT = `rules/threats/${new DataFolder(DATA).names('rules/threats')[0]}.yaml`;

const source = new DataFolder(DATA);
const withShipped = new DataFolder(DATA, compiled);
const tables = shippedTables(withShipped);

describe('data that is compiled into the program', () => {
  it('is every YAML file, and the figures', () => {
    const files = readdirSync(DATA, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml') && file !== EXAMPLE)
      .sort();
    expect([...compiled.files.keys()].sort()).toEqual([...files, 'figures.json'].sort());
  });

  it('is not there when the program runs from its source', () => expect(shippedData.files.size).toBe(0));

  it('is the same bytes whenever it is made', () => {
    expect(packShipped(compileData(DATA))).toEqual(packShipped(compiled));
  });

  it('is the same when it was packed', () => {
    const { files, ruleset, site } = unpackShipped(packShipped({ ...compiled, site: tables }));
    expect(ruleset).toEqual(compiled.ruleset);
    expect({ ...site }).toEqual(tables);
    expect(unpackShipped(packShipped(compiled)).site).toBeUndefined();
    expect([...files].map(([path, file]) => [path, { ...file }])).toEqual([...compiled.files]);
  });

  it('says what the files say', () => {
    expect(withShipped.checked('categories.yaml', 'CategoryTable')).toEqual(
      source.checked('categories.yaml', 'CategoryTable'),
    );
    expect(withShipped.raw('threat-words.yaml')).toEqual(source.raw('threat-words.yaml'));
  });

  it('counts for the very bytes that it was made of, and for no others', () => {
    const kept = { sha256: source.sha256('categories.yaml'), checked: '"kept"', raw: '"raw"' };
    const other = { ...kept, sha256: kept.sha256.replace(/./gu, '0') };
    const open = (file: ShippedFile) => new DataFolder(DATA, { files: new Map([['categories.yaml', file]]) });
    expect(open(kept).checked('categories.yaml', 'CategoryTable')).toBe('kept');
    expect(open(other).checked('categories.yaml', 'CategoryTable')).toEqual(
      source.checked('categories.yaml', 'CategoryTable'),
    );
    expect(open(kept).raw('categories.yaml')).toBe('raw');
    expect(open(other).raw('categories.yaml')).toEqual(source.raw('categories.yaml'));
  });

  it.each([
    ['other bytes', 'rules/bills.yaml', (text: string) => `${text}# a word more\n`],
    ['another word', 'lexicon/phrases.yaml', (text: string) => text.replace('arbitrary code execution', '$&s')],
    [
      'another file',
      'rules/threats/one-more.yaml',
      () => readFileSync(join(DATA, A_THREAT), 'utf8').replace(/^id: .+$/mu, 'id: one-more'),
    ],
  ])('keeps the version of the rules for their very files: %s', (_, path, change) => {
    const folder = mkdtempSync(join(tmpdir(), 'toolrisk-shipped-'));
    try {
      cpSync(DATA, folder, { recursive: true });
      const marked = { ...compiled, ruleset: { print: compiled.ruleset?.print ?? '', version: 'kept' } };
      expect(rulesetVersion(new DataFolder(folder, marked))).toBe('kept');
      const file = join(folder, path);
      writeFileSync(file, change(existsSync(file) ? readFileSync(file, 'utf8') : ''));
      expect(rulesetVersion(new DataFolder(folder, marked))).toBe(readRuleFiles(folder).version);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('keeps the tables of the site as they are read', () =>
    expect(JSON.parse(tables.tables)).toEqual(siteTables(source)));

  it.each([
    A_THREAT,
    'attack-patterns.yaml',
    'cves.yaml',
    'figures.json',
    'rules/bills.yaml',
    'severities.yaml',
    'site.yaml',
    'taxonomies.yaml',
  ])('keeps the tables of the site for their very files: other bytes in %s', (path) => {
    const folder = mkdtempSync(join(tmpdir(), 'toolrisk-shipped-'));
    try {
      cpSync(DATA, folder, { recursive: true });
      const marked = { ...compiled, site: { ...tables, tables: '"kept"' } };
      expect(siteTables(new DataFolder(folder, marked))).toBe('kept');
      appendFileSync(join(folder, path), '\n');
      expect(siteTables(new DataFolder(folder, marked))).toEqual(siteTables(source));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.skipIf(!existsSync(BUILT))('gives the built program the rules of the source (needs npm run build)', async () => {
    const { inside }: typeof import('../../scripts/inside.ts') = await import(BUILT);
    const { shippedData: inDist } = await inside.shipped();
    const { readRuleFiles: fromDist, rulesetVersion: versionFromDist } = await inside.rules();
    expect(inDist.files.size).toBeGreaterThan(50);
    expect(fromDist(DATA)).toEqual(readRuleFiles(DATA));
    expect(versionFromDist(DATA)).toBe(rulesetVersion(DATA));
  });
});

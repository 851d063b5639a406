import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { AttackPatterns } from '../model/attack-pattern.ts';
import { Cves } from '../model/cve.ts';
import { Directories } from '../model/directory.ts';
import { PolicyTable } from '../model/policy-table.ts';
import { CategoryTable, Forms, Override, Rule, SeverityTable, WordList } from '../model/rule.ts';
import { Taxonomies } from '../model/taxonomy.ts';
import { ThreatLexicon, ThreatRule } from '../model/threat.ts';
import { DataError, dataFiles, readData, readRaw, readText, sha256 } from './load.ts';
import type { ShippedFile } from './shipped.ts';
import { SiteWords } from './site.ts';

/** Files of one shape. */
interface Kind {
  /** A file, or a folder with `/` at its end. */
  readonly path: string;
  readonly schema: z.ZodType;
  /** Whether the file is also read without its schema. */
  readonly raw?: boolean;
}

/** Every YAML file that the program reads from `data/`; the first that fits counts. */
const KINDS: readonly Kind[] = [
  { path: 'lexicon/forms.yaml', schema: Forms },
  { path: 'lexicon/', schema: WordList },
  { path: 'rules/', schema: Rule },
  { path: 'rules/threats/', schema: ThreatRule, raw: true },
  { path: 'overrides/', schema: Override },
  { path: 'attack-patterns.yaml', schema: AttackPatterns },
  { path: 'categories.yaml', schema: CategoryTable },
  { path: 'cves.yaml', schema: Cves },
  { path: 'directories.yaml', schema: Directories },
  { path: 'policy.yaml', schema: PolicyTable },
  { path: 'severities.yaml', schema: SeverityTable },
  { path: 'site.yaml', schema: SiteWords },
  { path: 'taxonomies.yaml', schema: Taxonomies },
  { path: 'threat-words.yaml', schema: ThreatLexicon, raw: true },
];

/** Reads and checks the files of a data folder once, for `shipped.ts` of the built program. Throws `DataError`. */
export function compileData(dataFolder: string): ReadonlyMap<string, ShippedFile> {
  const files = new Map<string, ShippedFile>();
  for (const { path, schema, raw } of KINDS) {
    for (const file of filesAt(dataFolder, path)) {
      if (files.has(file)) continue;
      files.set(file, {
        sha256: sha256(readText(join(dataFolder, file))),
        checked: jsonOf(file, readData(dataFolder, file, schema, NONE)),
        ...(raw === true ? { raw: jsonOf(file, readRaw(dataFolder, file, NONE)) } : {}),
      });
    }
  }
  return files;
}

const NONE: ReadonlyMap<string, ShippedFile> = new Map();

function filesAt(dataFolder: string, path: string): readonly string[] {
  return path.endsWith('/') ? dataFiles(join(dataFolder, path)).map((name) => `${path}${name}.yaml`) : [path];
}

/** The module that takes the place of `shipped.ts` in the built program. */
export function shippedModule(files: ReadonlyMap<string, ShippedFile>): string {
  return `export const shippedFiles = new Map(${JSON.stringify([...files])});\n`;
}

/** A value as JSON that gives the same value back. */
function jsonOf(file: string, value: unknown): string {
  const text = JSON.stringify(value);
  if (!isDeepStrictEqual(JSON.parse(text), value))
    throw new DataError(file, 'it holds a value that JSON has no word for');
  return text;
}

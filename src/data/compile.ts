import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { AttackPatterns } from '../model/attack-pattern.ts';
import { Cves } from '../model/cve.ts';
import { Directories } from '../model/directory.ts';
import { PolicyTable } from '../model/policy-table.ts';
import { CategoryTable, Forms, Override, Rule, SeverityTable, WordList } from '../model/rule.ts';
import { Taxonomies } from '../model/taxonomy.ts';
import { ThreatLexicon, ThreatRule } from '../model/threat.ts';
import { FIGURES_FILE, Figures } from './figures.ts';
import { DataError, DataFolder } from './folder.ts';
import { readRuleFiles, rulesPrint } from './load.ts';
import type { Shipped, ShippedFile } from './shipped.ts';
import { SiteWords } from './site.ts';

/** Files of one shape. */
interface Kind {
  /** A file, or a folder with `/` at its end. */
  readonly path: string;
  readonly schema: z.ZodType;
  /** Whether the file is also read without its schema. */
  readonly raw?: boolean;
}

/** Every file that the program reads from `data/` with a schema; the first that fits counts. */
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
  { path: FIGURES_FILE, schema: Figures },
  { path: 'policy.yaml', schema: PolicyTable },
  { path: 'severities.yaml', schema: SeverityTable },
  { path: 'site.yaml', schema: SiteWords },
  { path: 'taxonomies.yaml', schema: Taxonomies },
  { path: 'threat-words.yaml', schema: ThreatLexicon, raw: true },
];

/** Reads and checks the files of a data folder once, to be kept with the built program. Throws `DataError`. */
export function compileData(dataFolder: string): Shipped {
  const data = new DataFolder(dataFolder, { files: new Map() });
  const files = new Map<string, ShippedFile>();
  for (const { path, schema, raw } of KINDS) {
    for (const file of filesAt(data, path)) {
      if (files.has(file)) continue;
      files.set(file, {
        sha256: data.sha256(file),
        checked: jsonOf(file, data.checked(file, schema)),
        ...(raw === true ? { raw: jsonOf(file, data.raw(file)) } : {}),
      });
    }
  }
  return { files, ruleset: { print: rulesPrint(data), version: readRuleFiles(data).version } };
}

function filesAt(data: DataFolder, path: string): readonly string[] {
  return path.endsWith('/') ? data.names(path).map((name) => `${path}${name}.yaml`) : [path];
}

/** A value as JSON that gives the same value back. */
function jsonOf(file: string, value: unknown): string {
  const text = JSON.stringify(value);
  if (!isDeepStrictEqual(JSON.parse(text), value))
    throw new DataError(file, 'it holds a value that JSON has no word for');
  return text;
}

import { isDeepStrictEqual } from 'node:util';
import { FIGURES_FILE } from './figures.ts';
import { DataError, DataFolder } from './folder.ts';
import { readRuleFiles, rulesPrint } from './load.ts';
import type { Shapes } from './shapes.ts';
import type { Shipped, ShippedFile } from './shipped.ts';

/** Files of one shape. */
interface Kind {
  /** A file, or a folder with `/` at its end. */
  readonly path: string;
  readonly shape: keyof Shapes;
  /** Whether the file is also read as it stands. */
  readonly raw?: boolean;
}

/** Every file that the program reads from `data/` of which it knows the shape; the first that fits counts. */
const KINDS: readonly Kind[] = [
  { path: 'lexicon/forms.yaml', shape: 'Forms' },
  { path: 'lexicon/', shape: 'WordList' },
  { path: 'rules/', shape: 'Rule' },
  { path: 'rules/threats/', shape: 'ThreatRule', raw: true },
  { path: 'overrides/', shape: 'Override' },
  { path: 'attack-patterns.yaml', shape: 'AttackPatterns' },
  { path: 'categories.yaml', shape: 'CategoryTable' },
  { path: 'cves.yaml', shape: 'Cves' },
  { path: 'directories.yaml', shape: 'Directories' },
  { path: FIGURES_FILE, shape: 'Figures' },
  { path: 'policy.yaml', shape: 'PolicyTable' },
  { path: 'severities.yaml', shape: 'SeverityTable' },
  { path: 'site.yaml', shape: 'SiteWords' },
  { path: 'taxonomies.yaml', shape: 'Taxonomies' },
  { path: 'threat-words.yaml', shape: 'ThreatLexicon', raw: true },
];

/** Reads and checks the files of a data folder once, to be kept with the built program. Throws `DataError`. */
export function compileData(dataFolder: string): Shipped {
  const data = new DataFolder(dataFolder, { files: new Map() });
  const files = new Map<string, ShippedFile>();
  for (const { path, shape, raw } of KINDS) {
    for (const file of filesAt(data, path)) {
      if (files.has(file)) continue;
      files.set(file, {
        sha256: data.sha256(file),
        checked: jsonOf(file, data.checked(file, shape)),
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

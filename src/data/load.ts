import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as z from 'zod';
import { compileRuleset, type RuleFiles, type Ruleset } from '../classify/index.ts';
import { CategoryTable, Forms, Override, Rule, SeverityTable, WordList } from '../model/rule.ts';
import { type ShippedFile, shippedFiles } from './shipped.ts';

/** Hex digits of a rule set's version. */
const VERSION_DIGITS = 12;

/** A file of `data/` that is not as it must be. The message names the file, the place and what is wrong. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly file: string;
  constructor(file: string, message: string, cause?: unknown) {
    super(`${file}: ${message}`, cause === undefined ? {} : { cause });
    this.file = file;
  }
}

/**
 * Reads one YAML file of a data folder with its schema. Each file has one schema: what it made of the shipped files is
 * kept when the program is built. Throws `DataError`.
 *
 * @param path - relative to the folder, with `/`
 */
export function readData<Schema extends z.ZodType>(
  dataFolder: string,
  path: string,
  schema: Schema,
  shipped: ReadonlyMap<string, ShippedFile> = shippedFiles,
): z.infer<Schema> {
  const file = join(dataFolder, path);
  const text = readText(file);
  const kept = keptOf(shipped.get(path), text)?.checked;
  if (kept !== undefined) return JSON.parse(kept);
  const parsed = schema.safeParse(parseYaml(file, text));
  if (!parsed.success) throw new DataError(file, z.prettifyError(parsed.error), parsed.error);
  return parsed.data;
}

/** Reads one YAML file of a data folder as it stands. Throws `DataError`. */
export function readRaw(
  dataFolder: string,
  path: string,
  shipped: ReadonlyMap<string, ShippedFile> = shippedFiles,
): unknown {
  const file = join(dataFolder, path);
  const text = readText(file);
  const kept = keptOf(shipped.get(path), text)?.raw;
  return kept === undefined ? parseYaml(file, text) : JSON.parse(kept);
}

/** The text of one file. Throws `DataError`. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DataError(file, cause instanceof Error ? cause.message : 'cannot be read', cause);
  }
}

/** What was kept of a file, if it was made of this very text. */
function keptOf(kept: ShippedFile | undefined, text: string): ShippedFile | undefined {
  return kept !== undefined && kept.sha256 === sha256(text) ? kept : undefined;
}

/** SHA-256 of a text, hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parseYaml(file: string, text: string): unknown {
  // Loaded when a file has to be parsed, which the program that is built hardly ever does.
  const { parse }: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw new DataError(file, cause instanceof Error ? cause.message : 'cannot be parsed', cause);
  }
}

/** Names of the YAML files in a folder, sorted, without the ending. A folder that is not there has none. */
export function dataFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => entry.name.slice(0, -'.yaml'.length))
    .sort();
}

/**
 * Reads and checks everything under `data/` that the classifier works with. Corrections count until the day before
 * `today` (ISO date); without a day none counts. Throws `DataError` on the first file that is not as it must be.
 */
export function readRuleFiles(dataFolder: string, today?: string): RuleFiles {
  const rules = dataFiles(join(dataFolder, 'rules')).map((id) => readRule(dataFolder, id));
  const lexicon = dataFiles(join(dataFolder, 'lexicon'))
    .filter((name) => name !== 'forms')
    .map((name) => readData(dataFolder, `lexicon/${name}.yaml`, WordList));
  const content = {
    rules,
    lexicon,
    forms: readData(dataFolder, 'lexicon/forms.yaml', Forms),
    categories: readData(dataFolder, 'categories.yaml', CategoryTable),
    severities: readData(dataFolder, 'severities.yaml', SeverityTable),
    threats: {
      files: dataFiles(join(dataFolder, 'rules', 'threats')).map((id) =>
        readRaw(dataFolder, `rules/threats/${id}.yaml`),
      ),
      words: readRaw(dataFolder, 'threat-words.yaml'),
    },
    overrides: readOverrides(dataFolder).filter(({ expires }) => today !== undefined && today < expires),
  };
  return { version: versionOf(content), ...content };
}

/** Reads and compiles the rule set of a data folder; see `readRuleFiles`. */
export function loadRuleset(dataFolder: string, today?: string): Ruleset {
  return compileRuleset(readRuleFiles(dataFolder, today));
}

/** Every correction, expired ones too. */
export function readOverrides(dataFolder: string): readonly Override[] {
  return dataFiles(join(dataFolder, 'overrides')).map((name) =>
    readData(dataFolder, `overrides/${name}.yaml`, Override),
  );
}

function readRule(dataFolder: string, id: string): Rule {
  const rule = readData(dataFolder, `rules/${id}.yaml`, Rule);
  if (rule.id !== id)
    throw new DataError(join(dataFolder, 'rules', `${id}.yaml`), `the id "${rule.id}" must be the name of the file`);
  return rule;
}

function versionOf(content: unknown): string {
  return sha256(JSON.stringify(sortKeys(content))).slice(0, VERSION_DIGITS);
}

/** The same value with the keys of every object in code-unit order, so that the order in a file changes nothing. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}

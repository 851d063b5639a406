import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { compileRuleset, type RuleFiles, type Ruleset } from '../classify/index.ts';
import { CategoryTable, Forms, Override, Rule, SeverityTable, WordList } from '../model/rule.ts';

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

/** Reads one YAML file of `data/` with its schema. Throws `DataError`. */
export function readData<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> {
  let raw: unknown;
  try {
    raw = parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 });
  } catch (cause) {
    throw new DataError(file, cause instanceof Error ? cause.message : 'cannot be read', cause);
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new DataError(file, z.prettifyError(parsed.error), parsed.error);
  return parsed.data;
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
    .map((name) => readData(join(dataFolder, 'lexicon', `${name}.yaml`), WordList));
  const content = {
    rules,
    lexicon,
    forms: readData(join(dataFolder, 'lexicon', 'forms.yaml'), Forms),
    categories: readData(join(dataFolder, 'categories.yaml'), CategoryTable),
    severities: readData(join(dataFolder, 'severities.yaml'), SeverityTable),
    threats: {
      files: dataFiles(join(dataFolder, 'rules', 'threats')).map((id) =>
        readData(join(dataFolder, 'rules', 'threats', `${id}.yaml`), z.unknown()),
      ),
      words: readData(join(dataFolder, 'threat-words.yaml'), z.unknown()),
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
  const folder = join(dataFolder, 'overrides');
  return dataFiles(folder).map((name) => readData(join(folder, `${name}.yaml`), Override));
}

function readRule(dataFolder: string, id: string): Rule {
  const file = join(dataFolder, 'rules', `${id}.yaml`);
  const rule = readData(file, Rule);
  if (rule.id !== id) throw new DataError(file, `the id "${rule.id}" must be the name of the file`);
  return rule;
}

function versionOf(content: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(content)))
    .digest('hex')
    .slice(0, VERSION_DIGITS);
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

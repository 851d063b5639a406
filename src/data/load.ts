import { hash } from 'node:crypto';
import { join } from 'node:path';
import { compileRuleset, type RuleFiles, type Ruleset } from '../classify/index.ts';
import type { Override, Rule, SeverityTable } from '../model/rule.ts';
import { DataError, type DataFolder, type DataPlace, openData } from './folder.ts';
import { readThreatRules, readThreatWords } from './threats.ts';

/** Hex digits of a rule set's version. */
const VERSION_DIGITS = 12;

/**
 * Reads and checks everything under `data/` that the classifier works with. Corrections count until the day before
 * `today` (ISO date); without a day none counts. Throws `DataError` on the first file that is not as it must be.
 */
export function readRuleFiles(place: DataPlace, today?: string): RuleFiles {
  const data = openData(place);
  const content = {
    rules: readRules(data),
    lexicon: data
      .names('lexicon')
      .filter((name) => name !== 'forms')
      .map((name) => data.checked(`lexicon/${name}.yaml`, 'WordList')),
    forms: data.checked('lexicon/forms.yaml', 'Forms'),
    categories: data.checked('categories.yaml', 'CategoryTable'),
    severities: readSeverities(data),
    threats: { rules: readThreatRules(data), words: readThreatWords(data) },
    overrides: readOverrides(data).filter(({ expires }) => today !== undefined && today < expires),
  };
  const kept = content.overrides.length === 0 ? keptVersion(data) : undefined;
  return { version: kept ?? versionOf(data, content), ...content };
}

/** Reads and compiles the rule set of a data folder; see `readRuleFiles`. */
export function loadRuleset(place: DataPlace, today?: string): Ruleset {
  return compileRuleset(readRuleFiles(place, today));
}

/** Version of the rule set when no correction counts. */
export function rulesetVersion(place: DataPlace): string {
  const data = openData(place);
  return keptVersion(data) ?? readRuleFiles(data).version;
}

/** Every rule about capabilities. */
export function readRules(place: DataPlace): readonly Rule[] {
  const data = openData(place);
  return data.names('rules').map((id) => {
    const rule = data.checked(`rules/${id}.yaml`, 'Rule');
    if (rule.id !== id)
      throw new DataError(join(data.path, 'rules', `${id}.yaml`), `the id "${rule.id}" must be the name of the file`);
    return rule;
  });
}

/** The table of severities. */
export function readSeverities(place: DataPlace): SeverityTable {
  return openData(place).checked('severities.yaml', 'SeverityTable');
}

/** Every correction, expired ones too. */
export function readOverrides(place: DataPlace): readonly Override[] {
  const data = openData(place);
  return data.names('overrides').map((name) => data.checked(`overrides/${name}.yaml`, 'Override'));
}

/** A print of the files that make the version of the rule set: other files or other bytes are another print. */
export function rulesPrint(data: DataFolder): string {
  const paths = [
    ...['rules', 'lexicon', 'rules/threats'].flatMap((folder) =>
      data.names(folder).map((name) => `${folder}/${name}.yaml`),
    ),
    'categories.yaml',
    'severities.yaml',
    'threat-words.yaml',
  ];
  return hash('sha256', paths.map((path) => `${data.sha256(path)} ${path}\n`).join(''), 'hex');
}

/** The version that was computed when the program was built, if it was of these very files. */
function keptVersion(data: DataFolder): string | undefined {
  const kept = data.shipped.ruleset;
  return kept !== undefined && kept.print === rulesPrint(data) ? kept.version : undefined;
}

/** Of the rules as they were checked, and of the threat rules as they stand in their files. */
function versionOf(data: DataFolder, content: Omit<RuleFiles, 'version'>): string {
  const threats = {
    files: data.names('rules/threats').map((id) => data.raw(`rules/threats/${id}.yaml`)),
    words: data.raw('threat-words.yaml'),
  };
  return hash('sha256', JSON.stringify(sortKeys({ ...content, threats })), 'hex').slice(0, VERSION_DIGITS);
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

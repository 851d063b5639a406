/**
 * Checks everything that the classifier reads: `npm run check:data`.
 *
 * Shapes of rules, word lists, tables and corrections; that every group a rule asks for exists; that every reference
 * is in data/taxonomies.yaml; that every example proves what it must. Prints one line per problem; exit code 1 then.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileRuleset } from '../src/classify/index.ts';
import { checkExamples, unusedGroups } from '../src/data/check.ts';
import { DataError } from '../src/data/folder.ts';
import { loadTaxonomies } from '../src/data/knowledge.ts';
import { readOverrides, readRuleFiles } from '../src/data/load.ts';
import { readThreatRules } from '../src/data/threats.ts';

const dataFolder = join(fileURLToPath(new URL('..', import.meta.url)), 'data');

const problems: string[] = [];
try {
  const files = readRuleFiles(dataFolder);
  const ruleset = compileRuleset(files);
  const known = new Set(loadTaxonomies(dataFolder).entries.map(({ id }) => id));
  for (const { id, references } of [...files.rules, ...readThreatRules(dataFolder)]) {
    for (const reference of references) {
      if (!known.has(reference)) problems.push(`${id}: data/taxonomies.yaml has no "${reference}"`);
    }
  }
  const capabilities = new Set(files.rules.map(({ capability }) => capability));
  for (const move of files.severities.moves) {
    for (const capability of [...move.capabilities, ...(move.unless ?? [])]) {
      if (!capabilities.has(capability)) problems.push(`severity move ${move.id}: no rule finds "${capability}"`);
    }
  }
  problems.push(...unusedGroups(files));
  problems.push(...checkExamples(ruleset));
  const today = new Date().toISOString().slice(0, 10);
  for (const { server, tool, expires } of readOverrides(dataFolder)) {
    if (expires <= today)
      problems.push(`the correction of ${server}#${tool} expired on ${expires}: renew or remove it`);
  }
  process.stdout.write(`${files.rules.length} rules, ${files.lexicon.length} word lists, rule set ${files.version}\n`);
} catch (error) {
  if (!(error instanceof DataError) && !(error instanceof Error)) throw error;
  problems.push(error.message);
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`${JSON.stringify({ problems: problems.length })}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

import { classify, ENGINE_GROUPS, type RuleFiles, type Ruleset, type ServerTool } from '../classify/index.ts';
import type { Rule, ToolExample, WordKind } from '../model/rule.ts';
import type { Verdict } from '../model/verdict.ts';

/** Server of examples that name none. */
const EXAMPLE_SERVER = 'file:example';

/** An example as a tool. */
export function toolOfExample(example: ToolExample): ServerTool {
  const { server, name, title, description, inputSchema, annotations } = example;
  return {
    server: server ?? EXAMPLE_SERVER,
    name,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(inputSchema === undefined ? {} : { inputSchema }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** What is wrong with one example of a rule, as a sentence; undefined where it proves what it must. */
export function checkExample(rule: Rule, example: ToolExample, matches: boolean, ruleset: Ruleset): string | undefined {
  const verdict = classify(toolOfExample(example), ruleset);
  const said = JSON.stringify(example.description ?? example.name);
  const fired = verdict.findings.filter((finding) => finding.rule === rule.id && finding.discounted === undefined);
  if (matches && fired.length === 0) {
    return `${rule.id}: must fire on ${said} and does not; found there: ${found(verdict)}`;
  }
  if (!matches && fired.length > 0) {
    return `${rule.id}: must not fire on ${said} and does, at ${fired.map(({ path, text }) => `${path} "${text}"`).join(', ')}`;
  }
  if (example.category !== undefined && example.category !== verdict.category) {
    return `${rule.id}: ${said} must be ${example.category} and is ${verdict.category}; found: ${found(verdict)}`;
  }
  if (example.severity !== undefined && example.severity !== verdict.severity) {
    return `${rule.id}: ${said} must be ${example.severity} and is ${verdict.severity}; found: ${found(verdict)}`;
  }
  return undefined;
}

/** Runs every example of every rule. Empty when all hold. */
export function checkExamples(ruleset: Ruleset): readonly string[] {
  return [...ruleset.rules.values()].flatMap((rule) =>
    [
      ...rule.examples.match.map((example) => checkExample(rule, example, true, ruleset)),
      ...rule.examples['no-match'].map((example) => checkExample(rule, example, false, ruleset)),
    ].filter((problem) => problem !== undefined),
  );
}

/** Groups of the word lists that no rule asks for: words that nothing looks at. */
export function unusedGroups(files: RuleFiles): readonly string[] {
  const asked = new Set<string>(ENGINE_GROUPS.map(([kind, name]) => `${kind}:${name}`));
  const ask = (kind: WordKind, names: readonly string[] | undefined) => {
    for (const name of names ?? []) asked.add(`${kind}:${name}`);
  };
  for (const look of files.rules.flatMap((rule) => rule.looks)) {
    if ('verb' in look) {
      ask('verbs', look.verb);
      for (const names of [look.object, look.notObject, look.clause, look.notClause]) ask('nouns', names);
    } else if ('phrase' in look) ask('phrases', look.phrase);
    else if ('noun' in look) ask('nouns', look.noun);
    else if ('parameter' in look) ask('parameters', look.parameter);
  }
  return files.lexicon
    .filter((list) => list.kind !== 'grammar')
    .flatMap((list) => Object.keys(list.groups).map((name) => ({ id: `${list.kind}:${name}` })))
    .filter(({ id }) => !asked.has(id))
    .map(({ id }) => `no rule asks for the words of ${id}`);
}

function found(verdict: Verdict): string {
  const counted = verdict.findings.map(
    ({ rule, text, discounted }) => `${rule} "${text}"${discounted === undefined ? '' : ` (${discounted})`}`,
  );
  return counted.length === 0 ? 'nothing' : counted.join(', ');
}

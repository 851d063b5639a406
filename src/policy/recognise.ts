import type { DescribedAs, HandledAs, ParameterRule, PolicyTable } from '../model/policy-table.ts';
import type { ToolDefinition } from '../model/tool.ts';
import type { Parameter } from './parameters.ts';
import { endsWithPhrase, firstWords, hasPhrase, wordsOf } from './words.ts';

/** What tells that a parameter holds what a rule speaks of: its name, beside its tool perhaps, or its own schema. */
export type Sign = 'name' | 'schema';

/** Says of each parameter of a tool whether it holds what a rule of the table speaks of, and what tells so. */
export function recogniser(
  rule: ParameterRule,
  tool: ToolDefinition,
  list: readonly Parameter[],
): (parameter: Parameter) => Sign | undefined {
  const { handled } = rule;
  const alone = (parameter: Parameter): Sign | undefined => signOf(parameter, rule);
  if (handled === undefined) return alone;
  const silent = list.filter((parameter) => isNamed(parameter, handled));
  // Most tools have no such name: what they do is then not asked.
  if (silent.length === 0) return alone;
  const paired = silent.length > 1 || list.some((parameter) => alone(parameter) !== undefined);
  if (!paired || !handles(tool, handled)) return alone;
  return (parameter) => alone(parameter) ?? (silent.includes(parameter) ? 'name' : undefined);
}

function signOf(parameter: Parameter, { words, formats = [], described }: ParameterRule): Sign | undefined {
  if (endsWithPhrase(parameter.words, words)) return 'name';
  const { format, description } = parameter;
  if (format !== undefined && formats.includes(format)) return 'schema';
  return described !== undefined && description !== undefined && isDescribed(description, described)
    ? 'schema'
    : undefined;
}

function isDescribed(description: string, { phrases, within, not }: DescribedAs): boolean {
  const first = firstWords(description, within);
  return hasPhrase(first, phrases) && !first.some((word) => not.includes(word));
}

/** Whether a parameter of which nothing but its name speaks has such a name. */
function isNamed({ description, words }: Parameter, handled: HandledAs): boolean {
  return description === undefined && endsWithPhrase(words, handled.words);
}

/** Words of a tool's description that are looked at. */
const SAID = 40;

/** Whether a tool does one of the deeds to one of the things. */
function handles(tool: ToolDefinition, handled: HandledAs): boolean {
  const named = wordsOf(tool.name);
  // Its name says what it does it to, or that it does none of this.
  if (!isAsked(named, handled)) return named.some((word) => handled.deeds.includes(word));
  const { deeds, things, near } = handled;
  const said = wordsRead(tool);
  return said.some(
    (word, at) => deeds.includes(word) && said.slice(at + 1, at + 1 + near).some((thing) => things.includes(thing)),
  );
}

/** Whether a name tells a deed and not what it is done to, so that the description is asked. */
function isAsked(named: readonly string[], { deeds, things }: HandledAs): boolean {
  return named.some((word) => deeds.includes(word)) && !named.some((word) => things.includes(word));
}

function wordsRead({ description }: ToolDefinition): readonly string[] {
  return firstWords(description ?? '', SAID);
}

/** All that policies depend on in a tool's description: of most tools nothing. */
export function descriptionRead(tool: ToolDefinition, { parameters }: PolicyTable): readonly string[] {
  const named = wordsOf(tool.name);
  const isRead = parameters.some(({ handled }) => handled !== undefined && isAsked(named, handled));
  return isRead ? wordsRead(tool) : [];
}

import type { Look, Place, Rule, SeverityTable } from '../model/rule.ts';
import type { ThreatExample, ThreatLook, ThreatRule } from '../model/threat.ts';
import { CATEGORIES } from '../model/verdict.ts';
import type { MoveInfo, RuleInfo } from './input.ts';
import { list, spoken } from './words.ts';

const PLACES: Readonly<Record<Place, string>> = {
  operation: 'a value of the parameter that selects an operation',
  name: 'the name',
  title: 'the title',
  lead: 'the first sentence of the description',
  later: 'a later sentence that says what it does',
  text: 'the whole description',
  parameter: 'the name of a parameter',
  'parameter-text': 'the text of a parameter',
};

/** A rule about capabilities as its page shows it. */
export function describeRule(rule: Rule): RuleInfo {
  const shown = (examples: Rule['examples']['match']) =>
    examples.map(({ name, description }) => (description === undefined ? name : `${name}: ${description}`));
  return {
    id: rule.id,
    title: rule.title,
    capability: rule.capability,
    ...(rule.category === undefined ? {} : { category: rule.category }),
    kind: 'capability',
    looksFor: rule.looks.map(lookText),
    why: rule.why,
    remediation: rule.remediation,
    references: rule.references,
    matches: shown(rule.examples.match),
    nonMatches: shown(rule.examples['no-match']),
  };
}

function lookText(look: Look): string {
  const words = (groups: readonly string[]) => list(groups.map(spoken), 'or');
  if ('parameter' in look) return `A parameter called like ${words(look.parameter)}.`;
  if ('hint' in look)
    return `The author's hint ${look.hint} set to ${look.is} on ${list(
      look.categories.map((one) => `${one} tools`),
      'or',
    )}.`;
  const places = list(
    look.in.map((place) => PLACES[place]),
    'or',
  );
  if ('phrase' in look) {
    const ofTool = look.ofTool === true ? ', where it is said of the tool itself' : '';
    const denies = look.denies === undefined ? '' : `; it speaks against ${list(look.denies, 'and')} alone`;
    return `A phrase of the list “${words(look.phrase)}” in ${places}${ofTool}${denies}.`;
  }
  if ('noun' in look) return `A noun of the list “${words(look.noun)}” as the head of ${places}.`;
  const conditions = [
    ...(look.object === undefined ? [] : [`with ${words(look.object)} as its object`]),
    ...(look.notObject === undefined ? [] : [`unless its object is ${words(look.notObject)}`]),
    ...(look.clause === undefined ? [] : [`with ${words(look.clause)} in its clause`]),
    ...(look.notClause === undefined ? [] : [`without ${words(look.notClause)} in its clause`]),
  ];
  return `A verb of the list “${words(look.verb)}” in ${places}${conditions.length > 0 ? `, ${list(conditions)}` : ''}.`;
}

/** A rule about threats as its page shows it. */
export function describeThreatRule(rule: ThreatRule): RuleInfo {
  return {
    id: rule.id,
    title: rule.title,
    kind: 'threat',
    looksFor: [threatText(rule.look)],
    why: rule.why,
    remediation: rule.remediation,
    references: rule.references,
    matches: rule.examples.match.map(exampleText),
    nonMatches: rule.examples['no-match'].map(exampleText),
  };
}

function togetherText({ atLeast, within, of, beside }: Extract<ThreatLook, { kind: 'together' }>): string {
  const words = beside === undefined ? '' : `, beside a word such as ${list(quoted(beside), 'or')}`;
  return `At least ${atLeast} of these rules within ${within.toLocaleString('en')} characters of one text${words}: ${list(of)}.`;
}

const quoted = (words: readonly string[]) => words.slice(0, 5).map((word) => `“${word}”`);

function threatText(look: ThreatLook): string {
  switch (look.kind) {
    case 'phrases':
      return `Phrases such as ${list(
        look.phrases.slice(0, 3).map((phrase) => `“${phrase}”`),
        'or',
      )}.`;
    case 'tags':
      return 'Text that pretends to be markup or the turn of another speaker.';
    case 'parameters':
      return `A parameter called like ${list(quoted(look.names), 'or')}.`;
    case 'characters':
      return `Characters of these kinds: ${list(look.classes.map(spoken))}.`;
    case 'names':
      return 'A name with characters that names are not made of.';
    case 'encoded':
      return 'Text that decodes to a readable sentence.';
    case 'padding':
      return `At least ${look.spaces} spaces or ${look.lines} blank lines in a row.`;
    case 'neighbours':
      return 'Tools of other servers in the catalogue.';
    case 'together':
      return togetherText(look);
  }
}

function exampleText(example: ThreatExample): string {
  if (typeof example === 'string') return example;
  if ('tools' in example) return example.tools.map(({ server, name }) => `${name} of ${server}`).join('; ');
  const { name, title, description, instructions, inputSchema } = example;
  const parts = [name, title, description, instructions].filter((part) => part !== undefined);
  return [...parts, ...(inputSchema === undefined ? [] : [JSON.stringify(inputSchema)])].join(': ');
}

/** The lines of the severity table in words. */
export function describeMoves({ moves }: SeverityTable): readonly MoveInfo[] {
  return moves.map(({ id, categories, to, lower, reason }) => {
    const how =
      to === 'up' ? 'one step up' : to === 'down' ? 'one step down' : lower === true ? `down to ${to}` : `up to ${to}`;
    const which = categories.length === CATEGORIES.length ? 'Any category' : list(categories, 'or');
    return { rule: id, text: `${which}: ${how} (${reason}).` };
  });
}

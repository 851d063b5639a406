import type {
  CategoryTable,
  Forms,
  HintLook,
  Look,
  Override,
  Place,
  Rule,
  SeverityTable,
  WordKind,
  WordList,
} from '../model/rule.ts';
import type { ThreatLexicon, ThreatRule } from '../model/threat.ts';
import { CATEGORIES } from '../model/verdict.ts';
import { compileScale, type Scale } from './category.ts';
import { rankBits, ranksAlone } from './evidence.ts';
import { GRAMMAR_GROUPS } from './grammar.ts';
import type { SpecialVerbs } from './lead.ts';
import { compileLexicon, KEPT_GROUP, type Lexicon } from './lexicon.ts';
import { ActNouns, type Groups, NounConditions } from './nouns.ts';
import { makeReader, type Reader } from './reader.ts';
import { compileSeverities, type Severities } from './severity.ts';
import { compileThreatRules, type ThreatRules } from './threats.ts';

/** Everything under `data/` that the classifier works with, parsed. */
export interface RuleFiles {
  /** Version of the rule set: a short hash over everything below, made by whoever loads it. */
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly lexicon: readonly WordList[];
  readonly forms: Forms;
  readonly categories: CategoryTable;
  readonly severities: SeverityTable;
  readonly overrides: readonly Override[];
  /** Threat rules and their word lists. */
  readonly threats: { readonly rules: readonly ThreatRule[]; readonly words: ThreatLexicon };
}

/** One look of one rule, compiled. */
export interface CompiledLook {
  readonly rule: Rule;
  /** Rank of the rule's category among `CATEGORIES`, -1 where it has none. */
  readonly rank: number;
  /** Highest confidence that the rule allows. */
  readonly ceiling: number;
  readonly places: ReadonlySet<Place>;
  /** Factor on the weight of the place. */
  readonly factor: number;
  /** What some noun of the verb's object must meet and what none may, as numbers of `NounConditions`; -1 for nothing. */
  readonly any: number;
  readonly none: number;
  /** The same of the verb's clause. */
  readonly clauseAny: number;
  readonly clauseNone: number;
  /** The noun must be the last word of the object. */
  readonly head: boolean;
  /** The verb must be joined to one before it. */
  readonly joined: boolean;
  /** The phrase must be said of the tool. */
  readonly ofTool: boolean;
  /** Bits of the ranks that the phrase speaks against; 0 where it counts whatever else is said. */
  readonly denies: number;
  /** True where the look asks for certain nouns: it then beats looks of the same verb that do not. */
  readonly specific: boolean;
}

/** Looks that one entry sets off at one place. */
export interface Looks {
  readonly all: readonly CompiledLook[];
  /** Those that no noun is needed for. */
  readonly bare: readonly CompiledLook[];
}

/** A look at a hint, with its rule. */
export interface CompiledHint {
  readonly rule: Rule;
  readonly look: HintLook;
}

/** Looks by the number of the entry that sets them off and by the place where it stands. */
export type LookTable = readonly (ReadonlyMap<Place, Looks> | undefined)[];

/** A compiled rule set, shared by every call. What of it changes holds nothing from one call to the next but what makes it faster. */
export interface Ruleset {
  readonly version: string;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly lexicon: Lexicon;
  readonly reader: Reader;
  readonly verbs: LookTable;
  /** Made by `ranksAlone`. */
  readonly ranksAlone: Int32Array;
  readonly nouns: LookTable;
  readonly phrases: LookTable;
  readonly parameters: LookTable;
  /** Room in which the nouns around a verb are read, one verb after another; it holds nothing that lasts. */
  readonly room: ActNouns;
  readonly hints: readonly CompiledHint[];
  readonly categories: Scale;
  readonly severities: Severities;
  readonly overrides: ReadonlyMap<string, Override>;
  readonly threats: ThreatRules;
  readonly specialVerbs: SpecialVerbs;
  /** Names of parameters whose values select an operation. */
  readonly operationParameters: number;
  /** Names of parameters that are the body of a request. */
  readonly requestBodies: number;
  /** Values that are HTTP methods and no English verbs. */
  readonly httpMethods: number;
  /** Those that are the names of nothing else. */
  readonly httpMarks: number;
}

/** Groups of the word lists that the engine itself asks for, beside those of the grammar. */
export const ENGINE_GROUPS = [
  ['verbs', 'light'],
  ['verbs', 'manage-verbs'],
  ['verbs', 'turn-to'],
  ['grammar', KEPT_GROUP],
  ['parameters', 'operations'],
  ['parameters', 'http-methods'],
  ['parameters', 'http-marks'],
  ['parameters', 'request-bodies'],
] as const;

/** Compiles parsed data files. Throws an `Error` that names the rule and the group where a rule asks for a list that is not there. */
export function compileRuleset(files: RuleFiles): Ruleset {
  const lexicon = compileLexicon(files.lexicon, files.forms);
  const tables = {
    verbs: new Map<number, CompiledLook[]>(),
    nouns: new Map<number, CompiledLook[]>(),
    phrases: new Map<number, CompiledLook[]>(),
    parameters: new Map<number, CompiledLook[]>(),
  };
  const hints: CompiledHint[] = [];
  const conditions = new Conditions(lexicon);
  for (const rule of files.rules) {
    for (const look of rule.looks) {
      if ('hint' in look) {
        hints.push({ rule, look });
        continue;
      }
      const { kind, names } = triggerOf(look);
      const compiled = compileLook(conditions, files.categories, rule, look);
      for (const name of names) {
        const group = groupOf(lexicon, kind, name, rule.id);
        const list = tables[kind].get(group);
        if (list === undefined) tables[kind].set(group, [compiled]);
        else list.push(compiled);
      }
    }
  }
  for (const [kind, name] of ENGINE_GROUPS) groupOf(lexicon, kind, name, 'the engine');
  for (const [name] of GRAMMAR_GROUPS) groupOf(lexicon, 'grammar', name, 'the engine');
  const nouns = new NounConditions(lexicon.entries, conditions.all);
  const verbs = byEntry(lexicon, 'verbs', tables.verbs);
  return {
    version: files.version,
    rules: new Map(files.rules.map((rule) => [rule.id, rule])),
    lexicon,
    reader: makeReader(lexicon),
    verbs,
    ranksAlone: ranksAlone(verbs),
    nouns: byEntry(lexicon, 'nouns', tables.nouns),
    phrases: byEntry(lexicon, 'phrases', tables.phrases),
    parameters: byEntry(lexicon, 'parameters', tables.parameters),
    room: new ActNouns(nouns),
    hints,
    categories: compileScale(files.categories),
    severities: compileSeverities(files.severities),
    overrides: new Map(files.overrides.map((override) => [`${override.server}#${override.tool}`, override])),
    threats: compileThreatRules(files.threats.rules, files.threats.words),
    specialVerbs: {
      light: lexicon.group('verbs', 'light'),
      manage: lexicon.group('verbs', 'manage-verbs'),
      turnTo: lexicon.group('verbs', 'turn-to'),
    },
    operationParameters: lexicon.group('parameters', 'operations'),
    requestBodies: lexicon.group('parameters', 'request-bodies'),
    httpMethods: lexicon.group('parameters', 'http-methods'),
    httpMarks: lexicon.group('parameters', 'http-marks'),
  };
}

/** Spreads looks by group over the entries of one kind; entries of the same groups share theirs. */
function byEntry(
  lexicon: Lexicon,
  kind: TriggerKind,
  byGroup: ReadonlyMap<number, readonly CompiledLook[]>,
): LookTable {
  const known = new Map<string, ReadonlyMap<Place, Looks>>();
  const table: (ReadonlyMap<Place, Looks> | undefined)[] = lexicon.entries.map(() => undefined);
  for (const entry of lexicon.entries) {
    if (entry.kind !== kind) continue;
    const groups = entry.groups.join(' ');
    const places = known.get(groups) ?? byPlace(new Set(entry.groups.flatMap((group) => byGroup.get(group) ?? [])));
    known.set(groups, places);
    if (places.size > 0) table[entry.number] = places;
  }
  return table;
}

function byPlace(looks: ReadonlySet<CompiledLook>): ReadonlyMap<Place, Looks> {
  const places = new Set([...looks].flatMap((look) => [...look.places]));
  return new Map(
    [...places].map((place) => {
      const all = [...looks].filter((look) => look.places.has(place));
      return [place, { all, bare: all.filter(({ specific }) => !specific) }];
    }),
  );
}

/** A look at words. */
type WordLook = Exclude<Look, HintLook>;
/** The kinds of list that can set a look off. */
type TriggerKind = 'verbs' | 'nouns' | 'phrases' | 'parameters';

function triggerOf(look: WordLook): { readonly kind: TriggerKind; readonly names: readonly string[] } {
  if ('verb' in look) return { kind: 'verbs', names: look.verb };
  if ('phrase' in look) return { kind: 'phrases', names: look.phrase };
  if ('noun' in look) return { kind: 'nouns', names: look.noun };
  return { kind: 'parameters', names: look.parameter };
}

/** The conditions on nouns of all looks, each once. */
class Conditions {
  readonly all: Groups[] = [];
  readonly #lexicon: Lexicon;
  readonly #numbers = new Map<string, number>();

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
  }

  /** The number of a condition that nouns of these groups meet; -1 for no condition. */
  number(names: readonly string[] | undefined, rule: string): number {
    if (names === undefined) return -1;
    const numbers = names.map((name) => groupOf(this.#lexicon, 'nouns', name, rule));
    const key = numbers.join(' ');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.all.length);
    return this.all.push(numbers) - 1;
  }
}

function compileLook(conditions: Conditions, table: CategoryTable, rule: Rule, look: WordLook): CompiledLook {
  const any = conditions.number('object' in look ? look.object : undefined, rule.id);
  const none = conditions.number('notObject' in look ? look.notObject : undefined, rule.id);
  const clauseAny = conditions.number('clause' in look ? look.clause : undefined, rule.id);
  const clauseNone = conditions.number('notClause' in look ? look.notClause : undefined, rule.id);
  return {
    rule,
    rank: rule.category === undefined ? -1 : CATEGORIES.indexOf(rule.category),
    ceiling: rule.confidence ?? 1,
    places: new Set(placesOf(look)),
    factor: table.weights[look.weight ?? 'normal'],
    any,
    none,
    clauseAny,
    clauseNone,
    head: 'head' in look && look.head === true,
    joined: 'joined' in look && look.joined === true,
    ofTool: 'ofTool' in look && look.ofTool === true,
    denies: 'denies' in look && look.denies !== undefined ? rankBits(look.denies) : 0,
    specific: any >= 0 || clauseAny >= 0,
  };
}

function placesOf(look: WordLook): readonly Place[] {
  return look.in ?? ['parameter'];
}

function groupOf(lexicon: Lexicon, kind: WordKind, name: string, asker: string): number {
  const group = lexicon.group(kind, name);
  if (group < 0) throw new Error(`${asker} asks for the ${kind} "${name}", and no file of the lexicon has that group`);
  return group;
}

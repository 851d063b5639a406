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
import { compileLexicon, type Entry, type Lexicon } from './lexicon.ts';
import { GRAMMAR_GROUPS, makeReader, type Reader } from './reading.ts';
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
  /** Threat rules and their word lists, as parsed; `compileThreatRules` checks them. */
  readonly threats: { readonly files: readonly unknown[]; readonly words: unknown };
}

/** 1 at the number of each group that is meant. */
export type Groups = Uint8Array;

/** What a look needs of the object or the clause of its verb. */
export interface Condition {
  readonly any?: Groups;
  readonly none?: Groups;
  readonly clauseAny?: Groups;
  readonly clauseNone?: Groups;
  /** The noun must be the last word of the object. */
  readonly head: boolean;
  /** The verb must be joined to one before it. */
  readonly joined: boolean;
}

/** One look of one rule, compiled. */
export interface CompiledLook {
  readonly rule: Rule;
  readonly places: ReadonlySet<Place>;
  /** Factor on the weight of the place. */
  readonly factor: number;
  readonly condition: Condition;
  /** True where the look asks for certain nouns: it then beats looks of the same verb that do not. */
  readonly specific: boolean;
}

/** A look at a hint, with its rule. */
export interface CompiledHint {
  readonly rule: Rule;
  readonly look: HintLook;
}

/** Looks by the entry of a list that sets them off and by the place where it stands. */
export type LookTable = ReadonlyMap<Entry, ReadonlyMap<Place, readonly CompiledLook[]>>;

/** A compiled rule set. Immutable, and shared by every call. */
export interface Ruleset {
  readonly version: string;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly lexicon: Lexicon;
  readonly reader: Reader;
  readonly verbs: LookTable;
  readonly nouns: LookTable;
  readonly phrases: LookTable;
  readonly parameters: LookTable;
  readonly hints: readonly CompiledHint[];
  readonly categories: CategoryTable;
  readonly severities: Severities;
  readonly overrides: ReadonlyMap<string, Override>;
  readonly threats: ThreatRules;
  /** Verbs that pass on to the next one. */
  readonly lightVerbs: number;
  /** Verbs that a list of other verbs spells out. */
  readonly manageVerbs: number;
  /** Names of parameters whose values select an operation. */
  readonly operationParameters: number;
  /** Names of parameters that are the body of a request. */
  readonly requestBodies: number;
  /** Values that are HTTP methods and no English verbs. */
  readonly httpMethods: number;
}

/** Groups of the word lists that the engine itself asks for, beside those of the grammar. */
export const ENGINE_GROUPS = [
  ['verbs', 'light'],
  ['verbs', 'manage-verbs'],
  ['parameters', 'operations'],
  ['parameters', 'http-methods'],
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
  for (const rule of files.rules) {
    for (const look of rule.looks) {
      if ('hint' in look) {
        hints.push({ rule, look });
        continue;
      }
      const { kind, names } = triggerOf(look);
      const compiled = compileLook(lexicon, files.categories, rule, look);
      for (const name of names) {
        const group = groupOf(lexicon, kind, name, rule.id);
        const list = tables[kind].get(group);
        if (list === undefined) tables[kind].set(group, [compiled]);
        else list.push(compiled);
      }
    }
  }
  for (const [kind, name] of ENGINE_GROUPS) groupOf(lexicon, kind, name, 'the engine');
  for (const name of GRAMMAR_GROUPS) groupOf(lexicon, 'grammar', name, 'the engine');
  return {
    version: files.version,
    rules: new Map(files.rules.map((rule) => [rule.id, rule])),
    lexicon,
    reader: makeReader(lexicon),
    verbs: byEntry(lexicon, 'verbs', tables.verbs),
    nouns: byEntry(lexicon, 'nouns', tables.nouns),
    phrases: byEntry(lexicon, 'phrases', tables.phrases),
    parameters: byEntry(lexicon, 'parameters', tables.parameters),
    hints,
    categories: files.categories,
    severities: compileSeverities(files.severities),
    overrides: new Map(files.overrides.map((override) => [`${override.server}#${override.tool}`, override])),
    threats: compileThreatRules(files.threats.files, files.threats.words),
    lightVerbs: lexicon.group('verbs', 'light'),
    manageVerbs: lexicon.group('verbs', 'manage-verbs'),
    operationParameters: lexicon.group('parameters', 'operations'),
    requestBodies: lexicon.group('parameters', 'request-bodies'),
    httpMethods: lexicon.group('parameters', 'http-methods'),
  };
}

/** Spreads looks by group over the entries of one kind; entries of the same groups share theirs. */
function byEntry(
  lexicon: Lexicon,
  kind: TriggerKind,
  byGroup: ReadonlyMap<number, readonly CompiledLook[]>,
): LookTable {
  const known = new Map<string, ReadonlyMap<Place, readonly CompiledLook[]>>();
  const table = new Map<Entry, ReadonlyMap<Place, readonly CompiledLook[]>>();
  for (const entry of lexicon.entries) {
    if (entry.kind !== kind) continue;
    const groups = entry.groups.join(' ');
    const places = known.get(groups) ?? byPlace(new Set(entry.groups.flatMap((group) => byGroup.get(group) ?? [])));
    known.set(groups, places);
    if (places.size > 0) table.set(entry, places);
  }
  return table;
}

function byPlace(looks: ReadonlySet<CompiledLook>): ReadonlyMap<Place, readonly CompiledLook[]> {
  const places = new Map<Place, CompiledLook[]>();
  for (const look of looks) {
    for (const place of look.places) places.set(place, [...(places.get(place) ?? []), look]);
  }
  return places;
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

function compileLook(lexicon: Lexicon, table: CategoryTable, rule: Rule, look: WordLook): CompiledLook {
  const nouns = (names: readonly string[] | undefined) =>
    names === undefined ? undefined : groupsOf(names.map((name) => groupOf(lexicon, 'nouns', name, rule.id)));
  const any = 'object' in look ? nouns(look.object) : undefined;
  const none = 'notObject' in look ? nouns(look.notObject) : undefined;
  const clauseAny = 'clause' in look ? nouns(look.clause) : undefined;
  const clauseNone = 'notClause' in look ? nouns(look.notClause) : undefined;
  return {
    rule,
    places: new Set(placesOf(look)),
    factor: table.weights[look.weight ?? 'normal'],
    condition: {
      head: 'head' in look && look.head === true,
      joined: 'joined' in look && look.joined === true,
      ...(any === undefined ? {} : { any }),
      ...(none === undefined ? {} : { none }),
      ...(clauseAny === undefined ? {} : { clauseAny }),
      ...(clauseNone === undefined ? {} : { clauseNone }),
    },
    specific: any !== undefined || clauseAny !== undefined,
  };
}

function groupsOf(numbers: readonly number[]): Groups {
  const groups = new Uint8Array(Math.max(...numbers, 0) + 1);
  for (const number of numbers) groups[number] = 1;
  return groups;
}

function placesOf(look: WordLook): readonly Place[] {
  return look.in ?? ['parameter'];
}

function groupOf(lexicon: Lexicon, kind: WordKind, name: string, asker: string): number {
  const group = lexicon.group(kind, name);
  if (group < 0) throw new Error(`${asker} asks for the ${kind} "${name}", and no file of the lexicon has that group`);
  return group;
}

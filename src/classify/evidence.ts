import type { Place } from '../model/rule.ts';
import type { ToolDefinition } from '../model/tool.ts';
import { CATEGORIES, type Category, type Finding } from '../model/verdict.ts';
import { type Act, actsOfProse, type DescriptionActs, type Discount, discountOf } from './acts.ts';
import type { Entry, Match } from './lexicon.ts';
import { actsOfName } from './names.ts';
import { fits, headOf, isSame, nounOf, nounsIn } from './nouns.ts';
import type { Reader, Reading, Sentence } from './reading.ts';
import type { CompiledLook, LookTable, Ruleset } from './ruleset.ts';
import type { Parameter } from './schema.ts';
import { GAP } from './words.ts';

/** One finding with what it weighs. */
export interface Evidence {
  readonly look: CompiledLook;
  readonly place: Place;
  /** 0 where it is discounted. */
  readonly weight: number;
  readonly finding: Finding;
  /** Rests on a word that is a noun as often as a verb, or on a noun alone. */
  readonly doubtful: boolean;
}

/** What parameters are for: those whose values select an operation, and whether one is the body of a request. */
export interface ParameterRoles {
  readonly selecting: readonly Parameter[];
  readonly sending: boolean;
}

/** What cannot be called back. */
const OUTGOING: ReadonlySet<Category> = new Set(['Financial', 'Communication']);

/** Collects evidence from one tool definition. */
export class Collector {
  readonly evidence: Evidence[] = [];
  readonly #ruleset: Ruleset;

  constructor(ruleset: Ruleset) {
    this.#ruleset = ruleset;
  }

  /** Everything that a name, a title and a description say. */
  addTexts(tool: ToolDefinition, server: string): void {
    const { reader } = this.#ruleset;
    const serverWords = wordsOf(server, tool.name, reader);
    const name = reader.identifier(tool.name, NAME, 'value');
    const named = this.#addName(name, serverWords, 'name');
    // Who takes definitions from raw JSON has null where others have nothing.
    if (typeof tool.title === 'string' && tool.title !== tool.name) {
      this.#addName(reader.prose(tool.title, TITLE), serverWords, 'title');
    }
    if (typeof tool.description !== 'string') return;
    const description = reader.prose(tool.description, DESCRIPTION);
    const acts = actsOfProse(description, reader, this.#ruleset.lightVerbs, this.#ruleset.manageVerbs);
    this.#addDescription(description, acts);
    const [first] = acts.lead;
    if (first !== undefined) this.#yieldToLead(first.verb.entry, named);
    this.#weighDoubts('name', 'lead');
    this.#weighDoubts('lead', 'name');
  }

  /**
   * `add` says less than `Adds two numbers`, and `delete_tag` less than `Removes a tag attachment`: where the
   * description names the object and so a milder act than its verb alone, the same act in the name counts half.
   * Of another verb only the object itself tells: a task that is removed from a project may well be gone.
   */
  #yieldToLead(verb: Entry, named: Entry | undefined): void {
    const alone = new Set<Category>();
    for (const { rule, specific } of this.#ruleset.verbs.get(verb)?.get('lead') ?? []) {
      if (!specific && rule.category !== undefined && !OUTGOING.has(rule.category)) alone.add(rule.category);
    }
    let told = false;
    for (const { place, weight, look } of this.evidence) {
      const { category } = look.rule;
      if (place !== 'lead' || weight === 0 || category === undefined) continue;
      for (const one of alone) if (CATEGORIES.indexOf(category) <= CATEGORIES.indexOf(one)) alone.delete(one);
      told ||= named === verb || look.condition.any !== undefined;
    }
    if (!told || alone.size === 0) return;
    for (const [at, one] of this.evidence.entries()) {
      const category = one.look.rule.category;
      if (one.place !== 'name' || one.look.specific || category === undefined || !alone.has(category)) continue;
      this.evidence[at] = { ...one, weight: one.weight / 2 };
    }
  }

  /** What one place says doubtfully counts half where the other says something else plainly. */
  #weighDoubts(place: Place, other: Place): void {
    const full = this.#ruleset.categories.places[other];
    const plain = new Set<Category>();
    for (const { place: at, doubtful, weight, look } of this.evidence) {
      if (at === other && !doubtful && weight >= full && look.rule.category !== undefined)
        plain.add(look.rule.category);
    }
    if (plain.size === 0) return;
    for (const [at, one] of this.evidence.entries()) {
      const category = one.look.rule.category;
      if (one.place !== place || !one.doubtful || category === undefined || plain.has(category)) continue;
      // What a name says counts on beside a plain change: `kubectl_rollout` manages by running.
      if (place === 'name' && !plain.has('Read')) continue;
      if (OUTGOING.has(category) && !plain.has('Read')) continue;
      this.evidence[at] = { ...one, weight: one.weight / 2 };
    }
  }

  /** The names of parameters and, where nothing else says what the tool does, their texts. */
  addParameters(parameters: readonly Parameter[]): ParameterRoles {
    const { reader } = this.#ruleset;
    const silent = !this.evidence.some(({ look, weight }) => look.rule.category !== undefined && weight > 0);
    const selecting: Parameter[] = [];
    let sending = false;
    for (const parameter of parameters) {
      const name = reader.parameter(parameter.name, parameter);
      if (name !== undefined) {
        const { selects, sends } = this.#addParameter(name);
        sending ||= sends;
        if (selects && parameter.values.length > 0 && !isListInside(parameter)) selecting.push(parameter);
      }
      if (!silent || parameter.description === undefined) continue;
      const text = reader.prose(parameter.description, { path: `${parameter.path}/description` });
      this.#phrases(text, 'parameter-text', undefined);
    }
    return { selecting, sending };
  }

  /** What the name of one parameter says by itself. */
  #addParameter(name: Reading): { readonly selects: boolean; readonly sends: boolean } {
    const { parameters, operationParameters, requestBodies } = this.#ruleset;
    let selects = false;
    let sends = false;
    for (const match of name.parameters) {
      if (match.to !== name.words.count) continue;
      selects ||= match.entry.groups.includes(operationParameters);
      if (match.from > 0) continue;
      sends ||= match.entry.groups.includes(requestBodies);
      this.#fire(parameters, match, 'parameter', name);
    }
    return { selects, sends };
  }

  /** What one value of an operation parameter does; as an HTTP method it is looked up and not read as English. */
  addOperation(reading: Reading, asMethod: boolean): void {
    if (asMethod) {
      for (const match of reading.parameters) {
        this.#fire(this.#ruleset.parameters, match, 'operation', reading);
      }
      return;
    }
    const { acts } = actsOfName(reading, this.#ruleset.reader, NO_WORDS, this.#ruleset.lightVerbs);
    const { count } = reading.words;
    for (const act of acts) {
      // The first of several words of an operation is its verb, whatever it is elsewhere.
      const heads = act.verb.from === 0 && act.verb.to < count;
      this.#act(reading, heads ? { ...act, certainty: 1 } : act, 'operation');
    }
    this.#phrases(reading, 'operation', undefined);
    if (acts.length > 0) return;
    for (const noun of reading.nouns) {
      this.#fire(this.#ruleset.nouns, noun, 'operation', reading);
    }
  }

  /** Gives the verb of a name that has no more than one. */
  #addName(reading: Reading, serverWords: ReadonlySet<string>, place: 'name' | 'title'): Entry | undefined {
    const { acts, own } = actsOfName(reading, this.#ruleset.reader, serverWords, this.#ruleset.lightVerbs);
    const before = this.evidence.length;
    for (const act of acts) this.#act(reading, act, place);
    const said = this.evidence.length > before;
    this.#phrases(reading, place, undefined);
    // `text_to_speech` texts nobody: a verb that says nothing here may be a noun.
    const verb = acts.length === 1 ? acts[0]?.verb.entry : undefined;
    if (said || (acts.length > 0 && !acts[0]?.verb.entry.ambiguous)) return verb;
    const nouns = reading.nouns.filter((noun) => noun.from >= own && this.#ruleset.nouns.has(noun.entry));
    // The last noun of a name is what the tool is: `agent_status` is a status.
    const last = nouns.filter((noun) => noun.to === reading.words.count);
    // They stand in the order of the text, so that the first is the longest.
    for (const noun of last.length > 0 ? last.slice(0, 1) : nouns) {
      this.#fire(this.#ruleset.nouns, noun, place, reading, undefined, true);
    }
    return verb;
  }

  #addDescription(reading: Reading, acts: DescriptionActs): void {
    for (const [order, act] of acts.lead.entries()) this.#act(reading, act, 'lead', order > 0);
    for (const act of acts.later) this.#act(reading, act, 'later');
    this.#phrases(reading, 'text', acts.sentences);
    if (acts.lead.length > 0) return;
    const [from, to] = acts.head;
    for (const noun of reading.nouns) {
      if (noun.from >= from && noun.to <= to) {
        this.#fire(this.#ruleset.nouns, noun, 'lead', reading, undefined, true);
      }
    }
  }

  #phrases(reading: Reading, place: Place, sentences: readonly Sentence[] | undefined): void {
    let at = 0;
    for (const match of reading.phrases) {
      while (sentences?.[at] !== undefined && (sentences[at]?.to ?? 0) <= match.from) at++;
      const sentence = sentences?.[at];
      const discount = sentence === undefined ? undefined : discountOf(reading, match.from, sentence);
      this.#fire(this.#ruleset.phrases, match, place, reading, discount);
    }
  }

  /** Fires the looks of an act's verb: those that know the head of its object beat those that know less of it. */
  #act(reading: Reading, act: Act, place: Place, coordinated = false): void {
    const looks = this.#ruleset.verbs.get(act.verb.entry)?.get(place);
    if (looks === undefined) return;
    const object = nounsIn(reading, act.object);
    const clause = nounsIn(reading, act.clause);
    let heads: readonly Match[] | undefined;
    const fitting: { readonly look: CompiledLook; readonly noun: Match | undefined }[] = [];
    let head: Match | undefined;
    for (const look of looks) {
      if (look.condition.joined && !coordinated) continue;
      if (look.condition.head) heads ??= object.filter((noun) => endsPhrase(reading, noun, act));
      const objects = look.condition.head && heads !== undefined ? heads : object;
      if (!fits(look, objects, clause)) continue;
      const noun = look.specific ? nounOf(look, object, clause) : undefined;
      if (look.rule.category !== undefined) head = headOf(head, noun);
      fitting.push({ look, noun });
    }
    for (const { look, noun } of fitting) {
      const outdone = look.rule.category !== undefined && look.factor <= 1;
      if (outdone && head !== undefined && !isSame(noun, head)) continue;
      const from = Math.min(act.verb.from, noun?.from ?? act.verb.from);
      const to = Math.max(act.verb.to, noun?.to ?? act.verb.to);
      // `runs a command and returns its output`: what follows the first verb is no second purpose when it only reads.
      const minor = coordinated && look.rule.category === 'Read';
      const doubtful = act.verb.entry.ambiguous && act.certainty < 1 && !look.specific;
      this.#push(look, minor ? 'later' : place, reading, from, to, act.certainty, act.discounted, doubtful);
    }
  }

  /** Fires the looks of a match that says something by itself. */
  #fire(table: LookTable, match: Match, place: Place, reading: Reading, discount?: Discount, doubtful = false): void {
    const looks = table.get(match.entry)?.get(place);
    if (looks === undefined) return;
    for (const look of looks) {
      this.#push(look, place, reading, match.from, match.to, 1, discount, doubtful);
    }
  }

  #push(
    look: CompiledLook,
    place: Place,
    reading: Reading,
    from: number,
    to: number,
    certainty: number,
    discounted: Discount | undefined,
    doubtful = false,
  ): void {
    const { text, starts, ends } = reading.words;
    const start = starts[from] ?? 0;
    const end = ends[to - 1] ?? start;
    const weight = discounted === undefined ? this.#ruleset.categories.places[place] * look.factor * certainty : 0;
    const { id: rule, capability } = look.rule;
    const { path } = reading.where;
    const { on } = reading;
    const said = text.slice(start, end);
    // Written out twice: a spread costs more than all the rest.
    const finding: Finding =
      discounted === undefined
        ? { rule, capability, path, on, start, end, text: said }
        : { rule, capability, path, on, start, end, text: said, discounted };
    this.evidence.push({ look, place, weight, finding, doubtful });
  }
}

/** A list inside an object is what is kept (`route.methods`) and selects nothing. */
function isListInside({ path, values }: Parameter): boolean {
  return (
    path.indexOf(PROPERTIES) !== path.lastIndexOf(PROPERTIES) && values[0]?.path.startsWith(`${path}/items`) === true
  );
}

const PROPERTIES = '/properties/';
const NAME = { path: '/name' };
const TITLE = { path: '/title' };
const DESCRIPTION = { path: '/description' };
const NO_WORDS: ReadonlySet<string> = new Set();

/** Words of the server's id; none where the name does not even begin like a part of it, which is the common case. */
function wordsOf(server: string, name: string, reader: Reader): ReadonlySet<string> {
  if (!server.toLowerCase().includes(name.slice(0, 2).toLowerCase())) return NO_WORDS;
  return reader.wordsOf(server);
}

/** Whether nothing that could be a noun follows in the same object. */
function endsPhrase(reading: Reading, noun: Match, act: Act): boolean {
  const [, to] = act.object;
  if (noun.to >= to) return true;
  const gap = reading.words.gaps[noun.to] ?? 0;
  if ((gap & (GAP.comma | GAP.open | GAP.close | GAP.quote | GAP.slash)) !== 0) return true;
  return reading.grammar('conjunctions', noun.to) > 0 || reading.grammar('adverbs', noun.to) > 0;
}

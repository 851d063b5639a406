import type { Place } from '../model/rule.ts';
import type { ToolDefinition } from '../model/tool.ts';
import type { Finding } from '../model/verdict.ts';
import type { Act } from './act.ts';
import { actsOfProse, type DescriptionActs } from './acts.ts';
import { type Discount, discountOf, isOfTool } from './discounts.ts';
import { Evidence, isReading, weighDoubts, yieldToLead } from './evidence.ts';
import { fittingOf, headOfFitting } from './fitting.ts';
import type { Entry, Match } from './lexicon.ts';
import { actsOfName, lastActsOfName, ServerWords } from './names.ts';
import { isSame } from './nouns.ts';
import type { Reader } from './reader.ts';
import type { Reading } from './reading.ts';
import type { CompiledLook, LookTable, Ruleset } from './ruleset.ts';
import type { Parameter } from './schema.ts';

/** What parameters are for: those whose values select an operation, and whether one is the body of a request. */
export interface ParameterRoles {
  readonly selecting: readonly Parameter[];
  readonly sending: boolean;
}

/** Collects evidence from one tool definition. */
export class Collector {
  readonly evidence: Evidence[] = [];
  /** Whether any of it is doubtful. */
  #hasDoubts = false;
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
    const acts = actsOfProse(description, reader, this.#ruleset.specialVerbs);
    this.#addDescription(description, acts);
    const first = acts.lead[0];
    const { evidence } = this;
    const { categories, ranksAlone } = this.#ruleset;
    const { places } = categories;
    if (first !== undefined) yieldToLead(evidence, first.verb.entry, named, ranksAlone);
    if (!this.#hasDoubts) return;
    weighDoubts(evidence, 'name', 'lead', places.lead);
    weighDoubts(evidence, 'lead', 'name', places.name);
  }

  /** The names of parameters and, where nothing else says what the tool does, their texts. */
  addParameters(parameters: readonly Parameter[]): ParameterRoles {
    const { reader } = this.#ruleset;
    const silent = !this.evidence.some(({ look, weight }) => look.rank >= 0 && weight > 0);
    const selecting: Parameter[] = [];
    let sending = false;
    for (let at = 0; at < parameters.length; at++) {
      const parameter = parameters[at];
      if (parameter === undefined) continue;
      const name = reader.parameter(parameter.name, parameter);
      if (name !== undefined) {
        const { selects, sends } = this.#addParameter(name);
        sending ||= sends;
        if (selects && parameter.values.length > 0 && !isListInside(parameter)) selecting.push(parameter);
      }
      if (!silent || parameter.description === undefined) continue;
      const text = reader.prose(parameter.description, { path: `${parameter.path}/description` });
      this.#phrases(text, 'parameter-text');
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
      this.#fire(parameters, match, 'parameter', name, undefined, false);
    }
    return { selects, sends };
  }

  /** What one value of an operation parameter does; as an HTTP method it is looked up and not read as English. */
  addOperation(reading: Reading, asMethod: boolean): void {
    if (asMethod) {
      for (const match of reading.parameters) {
        this.#fire(this.#ruleset.parameters, match, 'operation', reading, undefined, false);
      }
      return;
    }
    const { acts } = actsOfName(reading, this.#ruleset.reader, NO_WORDS, this.#ruleset.specialVerbs.light);
    const { count } = reading.words;
    for (const act of acts) {
      // The first of several words of an operation is its verb, whatever it is elsewhere.
      const heads = act.verb.from === 0 && act.verb.to < count;
      this.#act(reading, act, 'operation', false, heads ? 1 : act.certainty);
    }
    this.#phrases(reading, 'operation');
    if (acts.length > 0) return;
    for (const noun of reading.nouns) {
      this.#fire(this.#ruleset.nouns, noun, 'operation', reading, undefined, false);
    }
  }

  /** Gives the verb of a name that has no more than one. */
  #addName(reading: Reading, serverWords: ServerWords, place: 'name' | 'title'): Entry | undefined {
    const { reader, specialVerbs } = this.#ruleset;
    const named = actsOfName(reading, reader, serverWords, specialVerbs.light);
    const { acts, own, end } = named;
    const before = this.evidence.length;
    this.#acts(reading, acts, place);
    const said = this.evidence.length > before;
    this.#phrases(reading, place);
    // `text_to_speech` texts nobody: a verb that says nothing here may be a noun.
    const verb = acts.length === 1 ? acts[0]?.verb.entry : undefined;
    if (said || (acts.length > 0 && !acts[0]?.verb.entry.ambiguous)) return verb;
    this.#addNouns(reading, own, end, place);
    if (this.evidence.length === before) this.#acts(reading, lastActsOfName(reading, reader, named), place);
    return verb;
  }

  /** A name without a verb is what its last noun is: `agent_status` is a status. Where no noun ends it, each counts. */
  #addNouns(reading: Reading, own: number, end: number, place: 'name' | 'title'): void {
    const { nouns } = this.#ruleset;
    let last: Match | undefined;
    // They stand in the order of the text, so that the first that ends it is the longest.
    for (const noun of reading.nouns) {
      if (noun.from < own || noun.to !== end || nouns[noun.entry.number] === undefined) continue;
      last = noun;
      break;
    }
    if (last !== undefined) {
      this.#fire(nouns, last, place, reading, undefined, true);
      return;
    }
    for (const noun of reading.nouns) {
      if (noun.from >= own) this.#fire(nouns, noun, place, reading, undefined, true);
    }
  }

  #addDescription(reading: Reading, acts: DescriptionActs): void {
    const { lead, later } = acts;
    for (let at = 0; at < lead.length; at++) {
      const act = lead[at];
      if (act !== undefined) this.#act(reading, act, 'lead', at > 0, act.certainty);
    }
    this.#acts(reading, later, 'later');
    this.#phrases(reading, 'text', acts);
    if (acts.lead.length > 0 || acts.head === undefined) return;
    const { from, to } = acts.head;
    for (const noun of reading.nouns) {
      if (noun.from >= from && noun.to <= to) {
        this.#fire(this.#ruleset.nouns, noun, 'lead', reading, undefined, true);
      }
    }
  }

  #phrases(reading: Reading, place: Place, acts?: DescriptionActs): void {
    if (reading.phrases.length === 0) return;
    const { phrases } = this.#ruleset;
    const sentences = acts?.sentences;
    let at = 0;
    for (const match of reading.phrases) {
      while (sentences?.[at] !== undefined && (sentences[at]?.to ?? 0) <= match.from) at++;
      const sentence = sentences?.[at];
      if (sentence === undefined) {
        this.#fire(phrases, match, place, reading, undefined, false);
        continue;
      }
      const beside = isOfTool(reading, match.from, match.to, sentence, acts?.head) ? undefined : 'beside';
      this.#fire(phrases, match, place, reading, discountOf(reading, match.from, sentence), false, beside);
    }
  }

  #acts(reading: Reading, acts: readonly Act[], place: Place): void {
    for (let at = 0; at < acts.length; at++) {
      const act = acts[at];
      if (act !== undefined) this.#act(reading, act, place, false, act.certainty);
    }
  }

  /** Fires the looks of an act's verb: those that know the head of its object beat those that know less of it. */
  #act(reading: Reading, act: Act, place: Place, coordinated: boolean, certainty: number): void {
    const looks = this.#ruleset.verbs[act.verb.entry.number]?.get(place);
    if (looks === undefined) return;
    const fitting = fittingOf(this.#ruleset.room, looks, reading, act, coordinated);
    const head = headOfFitting(fitting);
    for (let at = 0; at < fitting.length; at++) {
      const one = fitting[at];
      if (one === undefined) continue;
      const { look, noun } = one;
      const outdone = look.rank >= 0 && look.factor <= 1;
      if (outdone && head !== undefined && !isSame(noun, head)) continue;
      // `runs a command and returns its output`: what follows the first verb is no second purpose when it only reads.
      const minor = coordinated && isReading(look);
      this.#pushAct(act, look, noun, minor ? 'later' : place, reading, certainty);
    }
  }

  #pushAct(
    { verb, discounted }: Act,
    look: CompiledLook,
    noun: Match | undefined,
    place: Place,
    reading: Reading,
    certainty: number,
  ): void {
    const from = noun === undefined ? verb.from : Math.min(verb.from, noun.from);
    const to = noun === undefined ? verb.to : Math.max(verb.to, noun.to);
    const doubtful = verb.entry.ambiguous && certainty < 1 && !look.specific;
    this.#push(look, place, reading, from, to, certainty, discounted, doubtful);
  }

  /** Fires the looks of a match that says something by itself; `beside` discounts those that must be said of the tool. */
  #fire(
    table: LookTable,
    match: Match,
    place: Place,
    reading: Reading,
    discount: Discount | undefined,
    doubtful: boolean,
    beside?: Discount,
  ): void {
    const looks = table[match.entry.number]?.get(place);
    if (looks === undefined) return;
    const { all } = looks;
    for (let at = 0; at < all.length; at++) {
      const look = all[at];
      if (look === undefined) continue;
      const own = look.ofTool ? (discount ?? beside) : discount;
      this.#push(look, place, reading, match.from, match.to, 1, own, doubtful);
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
    doubtful: boolean,
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
    this.#hasDoubts ||= doubtful;
    this.evidence.push(new Evidence(look, place, weight, finding, doubtful));
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
const NO_WORDS = new ServerWords('');

/** Words of the server's id; none where the name does not even begin like a part of it, which is the common case. */
function wordsOf(server: string, name: string, reader: Reader): ServerWords {
  if (!server.toLowerCase().includes(name.slice(0, 2).toLowerCase())) return NO_WORDS;
  return new ServerWords(server, reader);
}

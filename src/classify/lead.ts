import { type Act, CERTAINTY, CLAUSE_WORDS, endsClause, endsConjunction, isHyphened, proseAct } from './act.ts';
import type { Discount } from './discounts.ts';
import { GRAMMAR } from './grammar.ts';
import { CALLED_WORDS, leadStart } from './lead-start.ts';
import { FORM, type Match } from './lexicon.ts';
import { HEAD_FORMS, type Reader } from './reader.ts';
import type { Reading } from './reading.ts';
import type { Sentence } from './sentences.ts';
import { CLAUSE_GAPS, GAP } from './words.ts';

/** Groups of verbs that say less than others. */
export interface SpecialVerbs {
  /** They only pass on to the next verb: `perform a search`, `allows agents to delete`. */
  readonly light: number;
  /** A list of other verbs spells out what they mean. */
  readonly manage: number;
  /** By them a caller is told to turn to another tool: `call get_user first`. */
  readonly turnTo: number;
}

/** How far behind its verb a means ends, and how many words its noun has. */
const MEANS_WORDS = 10;
const LONGEST_MEANS = 3;

/** Adds the acts of a sentence that says what the tool does; none where its first words are no verb. */
export function addLeadActs(
  acts: Act[],
  reading: Reading,
  reader: Reader,
  sentence: Sentence,
  { light, manage, turnTo }: SpecialVerbs,
): void {
  const { to } = sentence;
  const at = leadStart(reading, reader, sentence, light);
  const verb = reading.verbs[at];
  // `NEW:` announces a tool.
  if (verb === undefined || (verb.to === to && at === sentence.from && reading.begins(GRAMMAR['lead-ins'], at))) return;
  const certainty = certaintyOf(reading, reader, verb, to);
  if (certainty === 0) return;
  const { groups } = verb.entry;
  if (groups.includes(turnTo) && isOtherTool(reading, reader, verb, to)) {
    acts.push(proseAct(reading, verb, to, certainty, 'other-tool'));
    return;
  }
  const meant = behindMeans(reading, reader, verb, to);
  sentence.verb = meant?.to ?? at;
  if (meant !== undefined || groups.includes(light) || enables(reading, reader, verb, to)) {
    passOn(acts, reading, reader, meant ?? verb, to, light);
    return;
  }
  const first = proseAct(reading, verb, to, certainty);
  acts.push(first);
  addCoordinated(acts, reading, reader, first, to, light);
  if (groups.includes(manage)) addSpelledOut(acts, reading, reader, verb.to, to);
}

/**
 * `Manage indices: create, drop, or list`, `Manages files. Supports uploading and deleting files.`: verbs in a row say what
 * that means, bare ones behind a colon, a dash, a bracket or a heading.
 */
export function addSpelledOut(acts: Act[], reading: Reading, reader: Reader, from: number, to: number): void {
  const limit = Math.min(to, from + CLAUSE_WORDS);
  for (let at = from; at < limit; at++) {
    const spelled = rowOfVerbs(reading, reader, at, to, beginsRow(reading, from, at) ? LISTED_FORMS : FORM.gerund);
    if (spelled.length < SPELLED_VERBS) continue;
    acts.push(...spelled);
    return;
  }
}

/** Bare verbs, gerunds, and verbs of languages in which they have one form. */
const LISTED_FORMS = FORM.base | FORM.gerund | FORM.third;

/** So many verbs in a row are a list of what a tool does. */
const SPELLED_VERBS = 2;

/** Whether what a verb means may be listed from a word on. */
function beginsRow(reading: Reading, from: number, at: number): boolean {
  if (((reading.words.gaps[at] ?? 0) & (GAP.colon | GAP.dash | GAP.open)) !== 0) return true;
  for (let start = Math.max(from, at - LONGEST_HEADING); start < at; start++) {
    if (reading.grammar(GRAMMAR.relatives | GRAMMAR['operation-headings'], start) === at) return true;
  }
  return false;
}

const LONGEST_HEADING = 3;

/** The verbs of one form that stand in a row, with what they act on: `upload files, download files and delete files`. */
function rowOfVerbs(reading: Reading, reader: Reader, from: number, to: number, forms: number): Act[] {
  const row: Act[] = [];
  const own = reader.forms(reading, from) & forms;
  if (own === 0 || (own === FORM.third && !reading.words.isIdeograph(from))) return row;
  const { gaps } = reading.words;
  let next = from;
  for (let at = from; at < to && at <= next + ROW_WORDS; at++) {
    const joined = at === from || ((gaps[at] ?? 0) & (GAP.comma | GAP.slash)) !== 0 || endsConjunction(reading, at);
    if (at > from && ((gaps[at] ?? 0) & (GAP.stop | GAP.break)) !== 0) break;
    const verb = reading.verbs[at];
    if (!joined || verb === undefined || (reader.forms(reading, at) & own) === 0) continue;
    // `share`, `record`: behind other words one that may be a noun is one.
    if (verb.entry.ambiguous && own === FORM.base && at > next + 1) continue;
    row.push(proseAct(reading, verb, to, CERTAINTY.likely));
    next = verb.to;
  }
  return row;
}

/** So many words may stand between two verbs of a row. */
const ROW_WORDS = 5;

/** `enables AI assistants to search`: what the tool does is said of others; `enables the user` does that itself. */
function enables(reading: Reading, reader: Reader, verb: Match, to: number): boolean {
  if (!reading.begins(GRAMMAR.enablers, verb.from)) return false;
  // `Enables searching the archive`; `Enables logging` and `Enable crawling` switch something on.
  const next = reading.verbs[verb.to];
  const isThird = (reader.forms(reading, verb.from) & (FORM.third | FORM.base)) === FORM.third;
  if (next !== undefined && isThird && !next.entry.ambiguous && reader.forms(reading, verb.to) === FORM.gerund)
    return true;
  const limit = Math.min(to - 1, verb.to + CALLED_WORDS);
  for (let at = verb.to + 1; at < limit; at++) {
    if (((reading.words.gaps[at] ?? 0) & CLAUSE_GAPS) !== 0) return false;
    if (reading.grammar(GRAMMAR.purposes, at) !== at + 1) continue;
    return reading.begins(GRAMMAR.beneficiaries, at - 1) && (reader.forms(reading, at + 1) & FORM.base) !== 0;
  }
  return false;
}

/** `Calls the weather API to get a forecast`: the preposition behind the means, since the purpose says what the tool does. */
function behindMeans(reading: Reading, reader: Reader, verb: Match, to: number): Match | undefined {
  if (!reading.begins(GRAMMAR.means, verb.from)) return undefined;
  if (!reading.begins(GRAMMAR.connectors, verb.from) && !endsMeans(reading, proseAct(reading, verb, to, 0))) {
    return undefined;
  }
  const limit = Math.min(to - 1, verb.to + MEANS_WORDS);
  for (let at = verb.to + 1; at < limit; at++) {
    if (((reading.words.gaps[at] ?? 0) & CLAUSE_GAPS) !== 0) return undefined;
    const end = reading.grammar(GRAMMAR.purposes, at);
    const next = reading.verbs[end];
    if (end > 0 && next !== undefined && (reader.forms(reading, end) & FORM.base) !== 0) return { ...verb, to: at };
  }
  return undefined;
}

/**
 * `Call get_user first`, `call get_user before this`: an order to turn to what is written like a tool is no deed;
 * `Call stored_procedure` and `Use my_db to delete users` say what the tool does.
 */
function isOtherTool(reading: Reading, reader: Reader, verb: Match, to: number): boolean {
  if (verb.to + 1 >= to || (reader.forms(reading, verb.from) & FORM.base) === 0) return false;
  if (!reading.begins(GRAMMAR.conditions | GRAMMAR.adverbs, verb.to + 1)) return false;
  const { text, starts, ends } = reading.words;
  return text.slice(starts[verb.to], ends[verb.to]).includes('_');
}

/** Whether what an act acts on serves as a means: `a request`, `the Acme API`. */
function endsMeans(reading: Reading, { objectFrom, objectTo }: Act): boolean {
  for (let at = Math.max(objectFrom, objectTo - LONGEST_MEANS); at < objectTo; at++) {
    if (reading.grammar(GRAMMAR['means-nouns'], at) === objectTo) return true;
  }
  return false;
}

/** How far behind a verb that passes on a negation may stand. */
const NEGATED_WORDS = 2;

/** `perform a click`, `allows agents to delete records`: the next verb in the clause carries the meaning. */
function passOn(acts: Act[], reading: Reading, reader: Reader, verb: Match, to: number, light: number): void {
  const limit = Math.min(to, verb.to + CLAUSE_WORDS);
  let discount: Discount | undefined;
  for (let at = verb.to; at < limit; at++) {
    if (((reading.words.gaps[at] ?? 0) & CLAUSE_GAPS) !== 0) break;
    // `Does not send a message`, `Makes no changes`.
    if (at - verb.to < NEGATED_WORDS && reading.begins(GRAMMAR.negations, at)) discount = 'negated';
    const next = reading.verbs[at];
    // `use it for new integrations` makes nothing new.
    if (reading.begins(GRAMMAR.determiners, at)) continue;
    if (next === undefined || next.entry.groups.includes(light) || isHyphened(reading, next)) continue;
    if ((reader.forms(reading, at) & (HEAD_FORMS | FORM.plural)) === 0) continue;
    const isPurpose = at > 0 && reading.grammar(GRAMMAR.purposes, at - 1) === at;
    const act = proseAct(reading, next, to, isPurpose ? CERTAINTY.plain : CERTAINTY.likely, discount);
    acts.push(act);
    addCoordinated(acts, reading, reader, act, to, light);
    return;
  }
  acts.push(proseAct(reading, verb, to, CERTAINTY.plain, discount));
}

/** Adds verbs joined to the first one by commas, slashes and conjunctions: `create, patch, or delete`. */
export function addCoordinated(
  acts: Act[],
  reading: Reading,
  reader: Reader,
  first: Act,
  to: number,
  light: number,
): void {
  const { gaps } = reading.words;
  let chained = first.verb.to;
  const limit = Math.min(to, first.verb.to + CLAUSE_WORDS);
  for (let at = first.verb.to; at < limit; at++) {
    if (at > chained + 1 && ((gaps[at] ?? 0) & GAP.open) !== 0) break;
    if (reading.begins(GRAMMAR.relatives, at)) break;
    const verb = reading.verbs[at];
    if (verb === undefined) continue;
    const joined = ((gaps[at] ?? 0) & (GAP.comma | GAP.slash)) !== 0 || endsConjunction(reading, at);
    if (!joined || isHyphened(reading, verb) || verb.entry.groups.includes(light)) continue;
    const inChain = at === chained || (at === chained + 1 && endsConjunction(reading, at));
    const sameForm = (reader.forms(reading, at) & reader.forms(reading, first.verb.from) & HEAD_FORMS) !== 0;
    if (!sameForm || (!inChain && isPairedNoun(reading, verb))) continue;
    const said =
      (endsConjunction(reading, at) || (reader.forms(reading, at) & FORM.base) === 0) && !endsClause(reading, verb, to);
    const acted = !endsClause(reading, verb, to) && reading.begins(GRAMMAR.determiners | GRAMMAR.pronouns, verb.to);
    if (inChain || (!verb.entry.ambiguous && said) || acted || (said && isSecondVerb(reading, first, verb, to))) {
      acts.push(proseAct(reading, verb, to, inChain ? first.certainty : CERTAINTY.likely));
      if (inChain) chained = verb.to;
    }
  }
}

/** `Analyze the value and transfer USDC to …`; in `List emails and SMS chats` nouns are joined. */
function isSecondVerb(reading: Reading, first: Act, verb: Match, to: number): boolean {
  if (first.verb.entry.ambiguous || !endsConjunction(reading, verb.from) || verb.to + 1 >= to) return false;
  if (((reading.words.gaps[verb.to + 1] ?? 0) & CLAUSE_GAPS) !== 0) return false;
  return !reading.begins(GRAMMAR.tails | GRAMMAR.prepositions, verb.to);
}

/** `gets view and edit permissions`, `between start and end dates`: two verbs side by side before a noun name a thing. */
function isPairedNoun(reading: Reading, verb: Match): boolean {
  const before = reading.verbs[verb.from - 2];
  if (before === undefined || before.entry.ambiguous || !endsConjunction(reading, verb.from)) return false;
  return !reading.begins(GRAMMAR.determiners | GRAMMAR.pronouns, verb.to);
}

/** How sure the first word of a sentence is its verb. */
export function certaintyOf(reading: Reading, reader: Reader, verb: Match, to: number): number {
  const forms = reader.forms(reading, verb.from);
  const gap = reading.words.gaps[verb.to] ?? 0;
  if ((forms & HEAD_FORMS) === 0 || (verb.to < to && (gap & GAP.hyphen) !== 0)) return 0;
  if (!verb.entry.ambiguous) return CERTAINTY.plain;
  if (verb.to >= to) return CERTAINTY.doubtful;
  if (reading.begins(GRAMMAR.determiners | GRAMMAR.pronouns, verb.to)) return CERTAINTY.plain;
  if (reading.begins(GRAMMAR.tails, verb.to)) return 0;
  // `Routes giving access`, `Logs showing errors`: what a gerund follows is a noun.
  if ((forms & FORM.base) === 0 && reader.forms(reading, verb.to) === FORM.gerund) return 0;
  if ((gap & (GAP.comma | GAP.slash)) !== 0 || reading.begins(GRAMMAR.conjunctions, verb.to)) return CERTAINTY.likely;
  if (reading.begins(GRAMMAR.prepositions, verb.to)) return CERTAINTY.doubtful;
  return (forms & FORM.base) !== 0 ? CERTAINTY.likely : CERTAINTY.doubtful;
}

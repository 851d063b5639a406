import { FORM, type Match } from './lexicon.ts';
import { HEAD_FORMS, isIdeograph, type Reader, type Reading, type Sentence, sentencesOf } from './reading.ts';
import { CLAUSE_GAPS, GAP, MARK } from './words.ts';

/** Why something that was found does not count. The texts for people stand where they are printed. */
export const DISCOUNTS = [
  'negated',
  'condition',
  'other-tool',
  'example',
  'quoted',
  'argument',
  'server-words',
] as const;
export type Discount = (typeof DISCOUNTS)[number];

/** A verb that says what the tool does, with the words that it acts on. Word ranges are half-open. */
export interface Act {
  readonly verb: Match;
  /** Up to the first preposition. */
  readonly object: readonly [number, number];
  /** Up to the end of the clause. */
  readonly clause: readonly [number, number];
  /** 1 for a plain verb, less for a word that may as well be a noun. */
  readonly certainty: number;
  readonly discounted?: Discount;
}

/** How sure a word is a verb when it may be a noun. */
const CERTAINTY = { plain: 1, likely: 0.85, doubtful: 0.5, buried: 0.55 } as const;
/** How far a negation reaches, in words. */
const NEGATION_WORDS = 5;
/** How many labels and introductions may stand before the verb of a sentence. */
const MAX_LEADS = 8;
/** Longest clause and longest look-around, in words: what stands further away is not what a verb acts on. */
const CLAUSE_WORDS = 24;
/** How far from the start of a sentence its modal may stand. */
const MODAL_WORDS = 8;
/** A label before a colon has at most this many words. */
const LABEL_WORDS = 5;

/** What the first sentence that says something does; later sentences that speak of the tool itself; listed operations. */
export interface DescriptionActs {
  readonly lead: readonly Act[];
  readonly later: readonly Act[];
  readonly sentences: readonly Sentence[];
  /** Words of the first sentence, for nouns where it has no verb. */
  readonly head: readonly [number, number];
}

/**
 * Finds the acts of a description. `light` is the group of verbs that only pass on to the next one: `perform a
 * search`, `allows agents to delete`. `manage` is the group of verbs that a list of others spells out.
 */
export function actsOfProse(reading: Reading, reader: Reader, light: number, manage: number): DescriptionActs {
  const sentences = sentencesOf(reading);
  const spoken = sentences.filter((sentence) => sentence.part === 'prose');
  const later: Act[] = [];
  let lead: readonly Act[] = [];
  let headAt = 0;
  for (const [order, sentence] of spoken.entries()) {
    if (lead.length === 0 && order < LEAD_SENTENCES) {
      lead = leadActs(reading, reader, sentence, light, manage);
      headAt = order;
      continue;
    }
    later.push(...laterActs(reading, reader, sentence));
  }
  if (lead.length === 0) {
    headAt = 0;
    for (const sentence of spoken.slice(0, LEAD_SENTENCES)) {
      lead = buriedActs(reading, reader, sentence, light);
      if (lead.length > 0) break;
    }
  }
  for (const sentence of sentences) {
    if (sentence.part === 'operations' || sentence.part === 'prose')
      later.push(...listedActs(reading, reader, sentence));
  }
  const first = spoken[headAt] ?? sentences[0];
  return { lead, later, sentences, head: first === undefined ? [0, 0] : [first.from, first.to] };
}

/** How many sentences may pass (labels, greetings) until one says what the tool does. */
const LEAD_SENTENCES = 3;

/** Where the verb of a first sentence may stand: behind labels, introductions and adverbs. */
function skipLead(reading: Reading, from: number, to: number, light: number): number {
  let at = skipLabels(reading, from, to);
  for (let step = 0; step < MAX_LEADS && at < to; step++) {
    const end = Math.max(reading.grammar('lead-ins', at), reading.grammar('adverbs', at));
    if (end <= at || end >= to) break;
    // `Write (beta) searches`, but `Write the content`: what may introduce a verb is the verb itself where none follows.
    if (end === at + 1 && isOnlyVerb(reading, at, light)) break;
    at = end;
  }
  return at;
}

/** Whether a word is a verb that says something, with no other verb and no colon behind it. */
function isOnlyVerb(reading: Reading, at: number, light: number): boolean {
  const verb = reading.verbs[at];
  if (verb === undefined || verb.entry.groups.includes(light)) return false;
  return reading.verbs[at + 1] === undefined && ((reading.words.gaps[at + 1] ?? 0) & CLAUSE_GAPS) === 0;
}

/** `[READ] (beta) Search: …` begins behind the labels. */
function skipLabels(reading: Reading, from: number, to: number): number {
  const { gaps } = reading.words;
  let at = from;
  while (at < to && ((gaps[at] ?? 0) & GAP.open) !== 0) {
    let end = at + 1;
    while (end < to && ((gaps[end] ?? 0) & GAP.close) === 0) end++;
    if (end >= to) return at;
    at = end;
  }
  for (let end = at + 1; end < to && end <= at + LABEL_WORDS; end++) {
    const gap = gaps[end] ?? 0;
    if ((gap & (GAP.colon | GAP.dash)) !== 0) return isLabel(reading, at, end) ? end : at;
    if ((gap & CLAUSE_GAPS) !== 0) break;
  }
  return at;
}

/** `Search: finds …` has a label; `Execute SQL queries: analyze, debug` says what it does before the colon. */
function isLabel(reading: Reading, from: number, to: number): boolean {
  const verb = reading.verbs[from];
  if (verb === undefined) return true;
  const behind = reading.verbs[to];
  if (behind === undefined || isHyphened(reading, behind)) return false;
  return verb.entry.ambiguous || verb.to >= to || reading.grammar('lead-ins', from) > 0;
}

function leadActs(reading: Reading, reader: Reader, sentence: Sentence, light: number, manage: number): readonly Act[] {
  let at = skipLead(reading, sentence.from, sentence.to, light);
  if (reading.verbs[at] === undefined) at = behindModal(reading, at, sentence.to);
  const verb = reading.verbs[at];
  const certainty = verb === undefined ? 0 : certaintyOf(reading, reader, verb, sentence.to);
  if (verb === undefined || certainty === 0) return [];
  if (verb.entry.groups.includes(light)) return passOn(reading, reader, verb, sentence, light);
  const first = makeAct(reading, verb, sentence.to, certainty);
  return [
    first,
    ...coordinated(reading, reader, first, sentence.to, light),
    ...(verb.entry.groups.includes(manage) ? spelledOut(reading, reader, verb.to, sentence.to) : []),
  ];
}

/** `Manage indices: create, drop, or list`: a list of bare verbs behind a colon, a dash or a bracket says what that means. */
function spelledOut(reading: Reading, reader: Reader, from: number, to: number): readonly Act[] {
  const { gaps } = reading.words;
  const limit = Math.min(to, from + CLAUSE_WORDS);
  for (let at = from; at < limit; at++) {
    if (((gaps[at] ?? 0) & (GAP.colon | GAP.dash | GAP.open)) === 0) continue;
    const acts: Act[] = [];
    let next = at;
    for (let verb = reading.verbs[next]; next < to && verb !== undefined; verb = reading.verbs[next]) {
      if ((reader.forms(reading, next) & FORM.base) === 0) break;
      acts.push(makeAct(reading, verb, to, CERTAINTY.likely));
      if (((gaps[verb.to] ?? 0) & (GAP.comma | GAP.slash)) === 0) break;
      next = Math.max(verb.to, reading.grammar('conjunctions', verb.to));
    }
    if (acts.length >= SPELLED_VERBS) return acts;
  }
  return [];
}

/** So many bare verbs in a row are a list of what a tool does. */
const SPELLED_VERBS = 2;

/** `the create_user tool can create …`: the verb behind a modal near the start, else the start itself. */
function behindModal(reading: Reading, from: number, to: number): number {
  for (let at = from; at < Math.min(to, from + MODAL_WORDS); at++) {
    const end = reading.grammar('modals', at);
    if (end > 0 && end < to && reading.verbs[end] !== undefined) return end;
  }
  return from;
}

/** `perform a click`, `allows agents to delete records`: the next verb in the clause carries the meaning. */
function passOn(reading: Reading, reader: Reader, verb: Match, sentence: Sentence, light: number): readonly Act[] {
  const limit = Math.min(sentence.to, verb.to + CLAUSE_WORDS);
  for (let at = verb.to; at < limit; at++) {
    if (((reading.words.gaps[at] ?? 0) & CLAUSE_GAPS) !== 0) break;
    const next = reading.verbs[at];
    // `use it for new integrations` makes nothing new.
    if (reading.grammar('determiners', at) > 0) continue;
    if (next === undefined || next.entry.groups.includes(light) || isHyphened(reading, next)) continue;
    if ((reader.forms(reading, at) & (HEAD_FORMS | FORM.plural)) === 0) continue;
    const act = makeAct(reading, next, sentence.to, CERTAINTY.likely);
    return [act, ...coordinated(reading, reader, act, sentence.to, light)];
  }
  return [makeAct(reading, verb, sentence.to, CERTAINTY.plain)];
}

/** Verbs joined to the first one by commas, slashes and conjunctions: `create, patch, or delete`. */
function coordinated(reading: Reading, reader: Reader, first: Act, to: number, light: number): readonly Act[] {
  const acts: Act[] = [];
  const { gaps } = reading.words;
  let chained = first.verb.to;
  const limit = Math.min(to, first.verb.to + CLAUSE_WORDS);
  for (let at = first.verb.to; at < limit; at++) {
    if (at > chained + 1 && ((gaps[at] ?? 0) & GAP.open) !== 0) break;
    if (reading.grammar('relatives', at) > 0) break;
    const verb = reading.verbs[at];
    const joinedByGap = ((gaps[at] ?? 0) & (GAP.comma | GAP.slash)) !== 0;
    const joined = joinedByGap || endsConjunction(reading, at);
    if (verb === undefined || !joined || isHyphened(reading, verb) || verb.entry.groups.includes(light)) continue;
    const inChain = at === chained || (at === chained + 1 && endsConjunction(reading, at));
    const sameForm = (reader.forms(reading, at) & reader.forms(reading, first.verb.from) & HEAD_FORMS) !== 0;
    if (!sameForm || (!inChain && isPairedNoun(reading, verb))) continue;
    const said =
      (endsConjunction(reading, at) || (reader.forms(reading, at) & FORM.base) === 0) && !endsClause(reading, verb, to);
    const acted = reading.grammar('determiners', verb.to) > 0 || reading.grammar('pronouns', verb.to) > 0;
    if (inChain || (!verb.entry.ambiguous && said) || acted) {
      acts.push(makeAct(reading, verb, to, inChain ? first.certainty : CERTAINTY.likely));
      if (inChain) chained = verb.to;
    }
  }
  return acts;
}

/** `gets view and edit permissions`, `between start and end dates`: two verbs side by side before a noun name a thing. */
function isPairedNoun(reading: Reading, verb: Match): boolean {
  const before = reading.verbs[verb.from - 2];
  if (before === undefined || before.entry.ambiguous || !endsConjunction(reading, verb.from)) return false;
  return reading.grammar('determiners', verb.to) === 0 && reading.grammar('pronouns', verb.to) === 0;
}

/** Nothing follows in the clause: `rules and rollouts.` are nouns. */
function endsClause(reading: Reading, verb: Match, to: number): boolean {
  return verb.to >= to || ((reading.words.gaps[verb.to] ?? 0) & CLAUSE_GAPS) !== 0;
}

function endsConjunction(reading: Reading, at: number): boolean {
  return at > 0 && reading.grammar('conjunctions', at - 1) === at;
}

function isHyphened(reading: Reading, verb: Match): boolean {
  const { gaps } = reading.words;
  return ((gaps[verb.to] ?? 0) & GAP.hyphen) !== 0 || (verb.from > 0 && ((gaps[verb.from] ?? 0) & GAP.hyphen) !== 0);
}

/** How sure the first word of a sentence is its verb. */
function certaintyOf(reading: Reading, reader: Reader, verb: Match, to: number): number {
  const forms = reader.forms(reading, verb.from);
  const gap = reading.words.gaps[verb.to] ?? 0;
  if ((forms & HEAD_FORMS) === 0 || (verb.to < to && (gap & GAP.hyphen) !== 0)) return 0;
  if (!verb.entry.ambiguous) return CERTAINTY.plain;
  if (verb.to >= to) return CERTAINTY.doubtful;
  if (reading.grammar('determiners', verb.to) > 0 || reading.grammar('pronouns', verb.to) > 0) return CERTAINTY.plain;
  if (reading.grammar('tails', verb.to) > 0) return 0;
  // `Routes giving access`, `Logs showing errors`: what a gerund follows is a noun.
  if ((forms & FORM.base) === 0 && reader.forms(reading, verb.to) === FORM.gerund) return 0;
  if ((gap & (GAP.comma | GAP.slash)) !== 0 || reading.grammar('conjunctions', verb.to) > 0) return CERTAINTY.likely;
  if (reading.grammar('prepositions', verb.to) > 0) return CERTAINTY.doubtful;
  return (forms & FORM.base) !== 0 ? CERTAINTY.likely : CERTAINTY.doubtful;
}

/** Sentences after the first count only when they speak of the tool: `It deletes …`, `Deletes …`, `will send …`. */
function laterActs(reading: Reading, reader: Reader, sentence: Sentence): readonly Act[] {
  let at = sentence.from;
  let spoken = false;
  for (let step = 0; step < MAX_LEADS && at < sentence.to; step++) {
    const end = Math.max(reading.grammar('subjects', at), reading.grammar('adverbs', at));
    if (end <= at) break;
    spoken = true;
    at = end;
  }
  const verb = reading.verbs[at];
  if (verb === undefined || isHyphened(reading, verb)) return [];
  const forms = reader.forms(reading, at);
  const says = (forms & FORM.third) !== 0 && (forms & FORM.base) === 0;
  if (!says && !(spoken && (forms & FORM.base) !== 0)) return [];
  const certainty = certaintyOf(reading, reader, verb, sentence.to);
  if (certainty === 0) return [];
  const first = makeAct(reading, verb, sentence.to, certainty, discountOf(reading, verb.from, sentence));
  return [first];
}

/** `Operations: create, update, delete`, `(start/stop/restart)`: bare verbs in a list. */
function listedActs(reading: Reading, reader: Reader, sentence: Sentence): readonly Act[] {
  const acts: Act[] = [];
  const { gaps } = reading.words;
  let open = sentence.part === 'operations';
  for (let at = sentence.from; at < sentence.to; at++) {
    const gap = gaps[at] ?? 0;
    if (at > sentence.from && (gap & (GAP.colon | GAP.open)) !== 0 && endsHeading(reading, sentence.from, at))
      open = true;
    const verb = reading.verbs[at];
    if (!open || verb === undefined) continue;
    const before = at === sentence.from || (gap & LIST_GAPS) !== 0 || endsConjunction(reading, at);
    const next = verb.to < reading.words.count ? (gaps[verb.to] ?? 0) : GAP.break;
    const behind = (next & LIST_GAPS) !== 0 || reading.grammar('conjunctions', verb.to) > 0;
    if (before && behind && (reader.forms(reading, at) & FORM.base) !== 0) {
      acts.push(makeAct(reading, verb, sentence.to, CERTAINTY.likely));
    }
  }
  return acts;
}

const LIST_GAPS =
  GAP.comma | GAP.slash | GAP.colon | GAP.stop | GAP.break | GAP.dash | GAP.open | GAP.close | GAP.quote | GAP.other;

function endsHeading(reading: Reading, from: number, at: number): boolean {
  for (let start = Math.max(from, at - 3); start < at; start++) {
    if (reading.grammar('operation-headings', start) === at) return true;
  }
  return false;
}

/** Where no verb heads a sentence: one in the third person, a gerund, or one behind a preposition, less surely. */
function buriedActs(reading: Reading, reader: Reader, sentence: Sentence, light: number): readonly Act[] {
  for (let at = sentence.from; at < sentence.to; at++) {
    const verb = reading.verbs[at];
    if (verb === undefined || verb.entry.ambiguous || isHyphened(reading, verb)) continue;
    const forms = reader.forms(reading, at);
    const pointed = at > 0 && reading.grammar('purposes', at - 1) === at && (forms & FORM.base) !== 0;
    if ((forms & (FORM.third | FORM.gerund)) === 0 && !pointed) continue;
    // Where verbs stand last (`görevleri gösterir`) the last word is one.
    const closes = verb.to === sentence.to && (forms & FORM.third) !== 0;
    if ((forms & FORM.base) !== 0 && !pointed && !closes && !isIdeograph(reading.words, at)) continue;
    const first = makeAct(reading, verb, sentence.to, CERTAINTY.buried, discountOf(reading, at, sentence));
    return first.discounted === undefined
      ? [first, ...coordinated(reading, reader, first, sentence.to, light)]
      : [first];
  }
  return [];
}

function makeAct(reading: Reading, verb: Match, to: number, certainty: number, discounted?: Discount): Act {
  const { gaps } = reading.words;
  const limit = Math.min(to, verb.to + CLAUSE_WORDS);
  const article = Math.max(verb.to, reading.grammar('determiners', verb.to));
  let objectEnd = limit;
  let clauseEnd = limit;
  for (let at = verb.to; at < limit; at++) {
    if (((gaps[at] ?? 0) & (CLAUSE_GAPS & ~GAP.open & ~GAP.close)) !== 0) {
      clauseEnd = at;
      break;
    }
    const opens = ((gaps[at] ?? 0) & GAP.open) !== 0 && !isAbbreviation(reading, at, limit);
    // `text-to-speech` is one thing.
    const inside = ((gaps[at] ?? 0) & GAP.hyphen) !== 0;
    const ends = (reading.grammar('prepositions', at) > 0 && !inside) || opens;
    if (objectEnd === limit && at > verb.to && at >= article && ends) objectEnd = at;
  }
  const act = {
    verb,
    object: [verb.to, Math.min(objectEnd, clauseEnd)],
    clause: [verb.to, clauseEnd],
    certainty,
  } as const;
  return discounted === undefined ? act : { ...act, discounted };
}

/** `a discounted cash flow (DCF) analysis`: the object goes on behind one word in brackets. */
function isAbbreviation(reading: Reading, at: number, limit: number): boolean {
  const gap = at + 1 < limit ? (reading.words.gaps[at + 1] ?? 0) : GAP.break;
  return (gap & GAP.close) !== 0 && (gap & (CLAUSE_GAPS & ~GAP.close)) === 0;
}

/** Why something at word `at` does not count, if anything is against it. */
export function discountOf(reading: Reading, at: number, sentence: Sentence): Discount | undefined {
  const { gaps, marks } = reading.words;
  if (sentence.part === 'examples' || ((marks[at] ?? 0) & MARK.fenced) !== 0) return 'example';
  if (sentence.part === 'arguments') return 'argument';
  if (((marks[at] ?? 0) & MARK.quoted) !== 0 && at > sentence.from) return 'quoted';
  const first = Math.max(sentence.from, at - CLAUSE_WORDS);
  for (let back = at; back >= first; back--) {
    if (back < at && at - back <= NEGATION_WORDS && covers(reading.grammar('negations', back), at)) return 'negated';
    if (reading.grammar('examples', back) > 0 && back < at) return 'example';
    if (back < at && covers(reading.grammar('conditions', back), at)) return 'condition';
    if (((gaps[back] ?? 0) & (CLAUSE_GAPS | GAP.comma)) !== 0 && back < at) break;
  }
  const last = Math.min(sentence.to, at + CLAUSE_WORDS);
  for (let word = first; word < last; word++) {
    if (reading.grammar('other-tools', word) > 0) return 'other-tool';
  }
  return undefined;
}

const covers = (end: number, at: number) => end > 0 && end <= at;

import { type Act, CERTAINTY, endsConjunction, isHyphened, proseAct } from './act.ts';
import { discountOf } from './discounts.ts';
import { GRAMMAR } from './grammar.ts';
import { addCoordinated, addLeadActs, addSpelledOut, certaintyOf, type SpecialVerbs } from './lead.ts';
import { MAX_LEADS } from './lead-start.ts';
import { FORM } from './lexicon.ts';
import type { Reader } from './reader.ts';
import type { Reading } from './reading.ts';
import { type Sentence, sentencesOf } from './sentences.ts';
import { GAP } from './words.ts';

/** What the first sentence that says something does; later sentences that speak of the tool itself; listed operations. */
export interface DescriptionActs {
  readonly lead: readonly Act[];
  readonly later: readonly Act[];
  readonly sentences: readonly Sentence[];
  /** The first sentence, for its nouns where it has no verb; undefined where there is none. */
  readonly head: Sentence | undefined;
}

/** How many sentences may pass (labels, greetings) until one says what the tool does. */
const LEAD_SENTENCES = 3;

/** Finds the acts of a description. */
export function actsOfProse(reading: Reading, reader: Reader, special: SpecialVerbs): DescriptionActs {
  const sentences = sentencesOf(reading);
  const lead: Act[] = [];
  const later: Act[] = [];
  const faint: Act[] = [];
  let head: Sentence | undefined;
  let spoken = 0;
  for (let at = 0; at < sentences.length; at++) {
    const sentence = sentences[at];
    if (sentence?.part !== 'prose') continue;
    if (lead.length > 0 || spoken >= LEAD_SENTENCES) addLaterActs(later, reading, reader, sentence);
    else {
      addLeadActs(lead, reading, reader, sentence, special);
      // `Do not use this without a backup. Delete the database.`: what a tool does not do is not what it does.
      if (lead.length > 0 && lead.every(({ discounted }) => discounted !== undefined)) later.push(...lead.splice(0));
      // `Use with care. Delete the database.`: where little is said, the next sentence is asked too.
      if (spoken === 0 && lead.every((act) => isFaint(reading, reader, act, sentence, special.light)))
        faint.push(...lead.splice(0));
      // What comes first and is not understood may be what the tool does: `推送文件. Returns JSON.`
      if (spoken > 0)
        lead.splice(0, lead.length, ...lead.map((act) => act.atMost(laterCertainty(reading, reader, act, sentence))));
      if (spoken === 0 || lead.length > 0) head = sentence;
    }
    spoken++;
  }
  lead.push(...faint);
  if (lead.length === 0) addFirstBuried(lead, reading, reader, sentences, special.light);
  const manages = lead.some(
    ({ verb, discounted }) => discounted === undefined && verb.entry.groups.includes(special.manage),
  );
  for (let at = 0; at < sentences.length; at++) {
    const sentence = sentences[at];
    if (sentence?.part !== 'operations' && sentence?.part !== 'prose') continue;
    addListedActs(manages ? lead : later, reading, reader, sentence);
    // `Manages files. Supports uploading and deleting files.`
    if (manages && sentence !== head && reading.begins(GRAMMAR['operation-headings'], sentence.from))
      addSpelledOut(lead, reading, reader, sentence.from, sentence.to);
  }
  return { lead, later, sentences, head: head ?? sentences[0] };
}

/**
 * Whether an act says next to nothing: a short one behind a label, a verb without an object that only passes on, or a
 * plural alone: `Scope: read:user.`, `Use with care.`, `Files.`
 */
function isFaint(reading: Reading, reader: Reader, { verb }: Act, { from, to }: Sentence, light: number): boolean {
  const isLight = verb.entry.groups.includes(light);
  const isLabelled = verb.from > from && ((reading.words.gaps[verb.from] ?? 0) & GAP.colon) !== 0;
  if (isLabelled) return isLight || to - from <= NOTICE_WORDS;
  if (isLight) return verb.to >= to || reading.begins(GRAMMAR.prepositions, verb.to);
  return verb.entry.ambiguous && to - from === 1 && (reader.forms(reading, from) & FORM.base) === 0;
}

/**
 * How sure a first act is that heads a later sentence: behind a whole sentence, `Set the timeout in seconds.` tells the
 * caller what to do; behind a label, a heading or a greeting it may be what the tool does, and so is `Sets …`.
 */
function laterCertainty(reading: Reading, reader: Reader, { verb }: Act, { from }: Sentence): number {
  const { words } = reading;
  const isImperative = (reader.forms(reading, verb.from) & FORM.third) === 0;
  // A first sentence in another script may be said again: `将两个数相加. Add two numbers.`
  const isAdvice = isImperative && isBehindSentence(reading, from) && !words.isIdeograph(0);
  return isAdvice ? CERTAINTY.doubtful : CERTAINTY.likely;
}

/** `Beta.`, `Admin plan only.`: a longer sentence is no mere notice. */
const NOTICE_WORDS = 3;
const DIGIT = /\d/;

/** Whether a sentence ends before a word; `Purpose: 1. Use this when …` is the first of several. */
function isBehindSentence(reading: Reading, from: number): boolean {
  const { words } = reading;
  const end = words.ends[from - 1] ?? 0;
  if (words.text[end] !== '.') return false;
  if (DIGIT.test(words.text[end - 1] ?? '')) return true;
  return from > NOTICE_WORDS && !tellsWhen(reading);
}

/** `Use this when …`, `Use this tool when …`: a first sentence that says when to call, and not what happens. */
function tellsWhen(reading: Reading): boolean {
  if (reading.begins(GRAMMAR.conditions, 0)) return false;
  for (let at = 1; at <= NOTICE_WORDS; at++) if (reading.begins(GRAMMAR.conditions, at)) return true;
  return false;
}

/** Adds the acts of the first sentence that has a verb anywhere. */
function addFirstBuried(
  acts: Act[],
  reading: Reading,
  reader: Reader,
  sentences: readonly Sentence[],
  light: number,
): void {
  let spoken = 0;
  for (const sentence of sentences) {
    if (sentence.part !== 'prose') continue;
    addBuriedActs(acts, reading, reader, sentence, light);
    if (acts.length > 0 || ++spoken === LEAD_SENTENCES) return;
  }
}

/** Adds the act of a sentence after the first. Such count only when they speak of the tool: `It deletes …`, `Deletes …`, `will send …`. */
function addLaterActs(acts: Act[], reading: Reading, reader: Reader, sentence: Sentence): void {
  let at = sentence.from;
  let spoken = false;
  for (let step = 0; step < MAX_LEADS && at < sentence.to; step++) {
    const end = Math.max(reading.grammar(GRAMMAR.subjects, at), reading.grammar(GRAMMAR.adverbs, at));
    if (end <= at) break;
    spoken = true;
    at = end;
  }
  const verb = reading.verbs[at];
  if (verb === undefined || isHyphened(reading, verb)) return;
  const forms = reader.forms(reading, at);
  const says = (forms & FORM.third) !== 0 && (forms & FORM.base) === 0;
  if (!says && !(spoken && (forms & FORM.base) !== 0)) return;
  const certainty = certaintyOf(reading, reader, verb, sentence.to);
  if (certainty === 0) return;
  acts.push(proseAct(reading, verb, sentence.to, certainty, discountOf(reading, verb.from, sentence)));
}

/** `Operations: create, update, delete`, `(start/stop/restart)`: bare verbs in a list. */
function addListedActs(acts: Act[], reading: Reading, reader: Reader, sentence: Sentence): void {
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
    const behind = (next & LIST_GAPS) !== 0 || reading.begins(GRAMMAR.conjunctions, verb.to);
    if (before && behind && (reader.forms(reading, at) & FORM.base) !== 0) {
      acts.push(proseAct(reading, verb, sentence.to, CERTAINTY.likely));
    }
  }
}

const LIST_GAPS =
  GAP.comma | GAP.slash | GAP.colon | GAP.stop | GAP.break | GAP.dash | GAP.open | GAP.close | GAP.quote | GAP.other;

function endsHeading(reading: Reading, from: number, at: number): boolean {
  for (let start = Math.max(from, at - 3); start < at; start++) {
    if (reading.grammar(GRAMMAR['operation-headings'], start) === at) return true;
  }
  return false;
}

/** Where no verb heads a sentence: one in the third person, a gerund, or one behind a preposition, less surely. */
function addBuriedActs(acts: Act[], reading: Reading, reader: Reader, sentence: Sentence, light: number): void {
  for (let at = sentence.from; at < sentence.to; at++) {
    const verb = reading.verbs[at];
    if (verb === undefined || verb.entry.ambiguous || isHyphened(reading, verb)) continue;
    const forms = reader.forms(reading, at);
    const pointed = at > 0 && reading.grammar(GRAMMAR.purposes, at - 1) === at && (forms & FORM.base) !== 0;
    if ((forms & (FORM.third | FORM.gerund)) === 0 && !pointed) continue;
    // Where verbs stand last (`görevleri gösterir`) the last word is one.
    const closes = verb.to === sentence.to && (forms & FORM.third) !== 0;
    if ((forms & FORM.base) !== 0 && !pointed && !closes && !reading.words.isIdeograph(at)) continue;
    const first = proseAct(reading, verb, sentence.to, CERTAINTY.buried, discountOf(reading, at, sentence));
    acts.push(first);
    if (first.discounted === undefined) addCoordinated(acts, reading, reader, first, sentence.to, light);
    return;
  }
}

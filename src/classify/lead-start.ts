import { isHyphened } from './act.ts';
import { GRAMMAR } from './grammar.ts';
import { FORM } from './lexicon.ts';
import type { Reader } from './reader.ts';
import type { Reading } from './reading.ts';
import type { Sentence } from './sentences.ts';
import { CLAUSE_GAPS, GAP } from './words.ts';

/** How many labels and introductions may stand before the verb of a sentence. */
export const MAX_LEADS = 8;
/** What a tool is called has at most so many words. */
export const CALLED_WORDS = 6;
/** How far from the start of a sentence its modal may stand. */
const MODAL_WORDS = 8;
/** A label before a colon has at most this many words. */
const LABEL_WORDS = 5;

/** Where the verb of a sentence that may say what the tool does is to be looked for. */
export function leadStart(reading: Reading, reader: Reader, { from, to }: Sentence, light: number): number {
  const at = skipLead(reading, reader, from, to, light);
  return reading.verbs[at] === undefined ? behindModal(reading, at, to) : at;
}

/** Where the verb of a first sentence may stand: behind labels, introductions and adverbs. */
function skipLead(reading: Reading, reader: Reader, from: number, to: number, light: number): number {
  let at = skipLabels(reading, from, to);
  at = behindToolNoun(reading, reader, at, to);
  for (let step = 0; step < MAX_LEADS && at < to; step++) {
    const end = Math.max(reading.grammar(GRAMMAR['lead-ins'], at), adverbsEnd(reading, at));
    if (end <= at || end >= to) break;
    // `Write (beta) searches`, but `Write the content`: what may introduce a verb is the verb itself where none follows.
    if (end === at + 1 && isOnlyVerb(reading, at, light)) break;
    at = end;
  }
  return at;
}

/** `Immediately and permanently`: behind adverbs, joined or not; 0 where there are none. */
function adverbsEnd(reading: Reading, from: number): number {
  const end = reading.grammar(GRAMMAR.adverbs, from);
  const joined = end === 0 ? 0 : reading.grammar(GRAMMAR.conjunctions, end);
  return joined === 0 ? end : Math.max(end, reading.grammar(GRAMMAR.adverbs, joined));
}

/**
 * `A powerful mapping tool that creates …`, `Wrapper around the REST API to create …`, `The server creates …`: behind what
 * the tool is called; `Create a tool that …` says what it does.
 */
function behindToolNoun(reading: Reading, reader: Reader, from: number, to: number): number {
  const limit = Math.min(to - 1, from + CALLED_WORDS);
  let acted = false;
  for (let at = from; at < limit; at++) {
    if (at > from && ((reading.words.gaps[at] ?? 0) & CLAUSE_GAPS) !== 0) break;
    if (acted && reading.begins(GRAMMAR.determiners, at)) break;
    const verb = reading.verbs[at];
    if (at === from && verb !== undefined && !verb.entry.ambiguous) break;
    acted ||= verb !== undefined;
    const end = reading.grammar(GRAMMAR['tool-nouns'], at);
    if (end === 0 || end >= to || ((reading.words.gaps[end] ?? 0) & CLAUSE_GAPS) !== 0) continue;
    if (at > from && isThird(reading, reader, end)) return end;
    const purpose = purposeBehind(reading, end, to);
    if (purpose > 0) return purpose;
  }
  return from;
}

/** Where a verb stands behind `to`, `that` or `for`, which may follow what a thing is around or of; 0 where nowhere. */
function purposeBehind(reading: Reading, from: number, to: number): number {
  const limit = reading.begins(GRAMMAR.prepositions, from) ? Math.min(to - 1, from + CALLED_WORDS) : from + 1;
  for (let at = from; at < limit; at++) {
    if (at > from && ((reading.words.gaps[at] ?? 0) & (CLAUSE_GAPS | GAP.comma)) !== 0) return 0;
    const end = Math.max(reading.grammar(GRAMMAR.relatives, at), reading.grammar(GRAMMAR['lead-ins'], at));
    if (end > at && end < to && reading.verbs[end] !== undefined) return end;
  }
  return 0;
}

/** `creates`, which is no plural. */
function isThird(reading: Reading, reader: Reader, at: number): boolean {
  const verb = reading.verbs[at];
  return verb !== undefined && !verb.entry.ambiguous && (reader.forms(reading, at) & FORM.third) !== 0;
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
  return verb.entry.ambiguous || verb.to >= to || reading.begins(GRAMMAR['lead-ins'], from);
}

/** `the create_user tool can create …`: the verb behind a modal near the start, else the start itself. */
function behindModal(reading: Reading, from: number, to: number): number {
  const limit = Math.min(to, from + MODAL_WORDS);
  for (let at = from; at < limit; at++) {
    const end = reading.grammar(GRAMMAR.modals, at);
    if (end > 0 && end < to && reading.verbs[end] !== undefined) return end;
  }
  return from;
}

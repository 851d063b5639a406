import { Act } from './act.ts';
import { GRAMMAR } from './grammar.ts';
import { foldWord } from './letters.ts';
import { FORM, type Match } from './lexicon.ts';
import type { Reader } from './reader.ts';
import type { Reading } from './reading.ts';
import { GAP } from './words.ts';

/** How much the place of a verb in a name says. */
const CERTAINTY = {
  plain: 1,
  ambiguousFirst: 0.85,
  ambiguousLast: 0.5,
  beside: 0.45,
  middle: 0.7,
  alone: 0.55,
} as const;

/** The words of a server's id, which are made when a name begins with what stands somewhere in the id. */
export class ServerWords {
  readonly isEmpty: boolean;
  readonly #server: string;
  readonly #lower: string;
  readonly #reader: Reader | undefined;
  #words: ReadonlySet<string> | undefined;

  /** Without a reader there are none. */
  constructor(server: string, reader?: Reader) {
    this.#server = server;
    this.#lower = server.toLowerCase();
    this.#reader = reader;
    this.isEmpty = reader === undefined;
  }

  has(word: string): boolean {
    if (this.#reader === undefined || (ASCII.test(this.#lower) && !this.#lower.includes(word))) return false;
    this.#words ??= this.#reader.wordsOf(this.#server);
    return this.#words.has(word);
  }
}

const ASCII = /^[\0-\x7f]*$/u;

/** The acts of a tool's name, and its own words, half-open: behind those of the server, and before what says that it is a tool. */
export interface NameActs {
  readonly acts: readonly Act[];
  readonly own: number;
  readonly end: number;
}

/**
 * Finds the verb of a name wherever it stands: `createIssue`, `d1_database_delete`, `API-patch-page`. Leading words
 * that only repeat the server's id are no evidence, unless nothing but them has a verb.
 */
export function actsOfName(reading: Reading, reader: Reader, serverWords: ServerWords, light: number): NameActs {
  const count = ownEnd(reading);
  const own = ownWords(reading, reader, serverWords);
  const verbs: Match[] = [];
  for (let at = own; at < count; at++) {
    const verb = reading.verbs[at];
    if (verb === undefined || (reader.forms(reading, at) & FORM.base) === 0) continue;
    if (verb.entry.groups.includes(light) && verb.to < count) continue;
    verbs.push(verb);
    at = verb.to - 1;
  }
  return { acts: choose(reading, verbs, own, count), own, end: count };
}

/**
 * What a name may say whose verb says nothing: of two words at its end that are nouns as often, the first acts on the
 * second (`drive_file_empty_trash`); and words of the server's id may be the verb after all (`translate_text`).
 */
export function lastActsOfName(reading: Reading, reader: Reader, { own, end }: NameActs): readonly Act[] {
  const verb = reading.verbs[end - 2];
  const object = reading.verbs[end - 1];
  if (end - 2 > own && verb?.to === end - 1 && object !== undefined && !isGoverned(reading, verb)) {
    return [nameAct(reading, verb, own, end, CERTAINTY.ambiguousLast)];
  }
  const first = reading.verbs[0];
  if (own === 0 || first === undefined || first.to >= end || (reader.forms(reading, 0) & FORM.base) === 0) return [];
  return [nameAct(reading, first, 0, end, CERTAINTY.ambiguousLast)];
}

/** `get_weather_tool` says no more than `get_weather`; `create_tool` makes one. */
function ownEnd(reading: Reading): number {
  const { count } = reading.words;
  for (let at = Math.max(2, count - SUFFIX_WORDS); at < count; at++) {
    if (reading.grammar(GRAMMAR.suffixes, at) === count) return at;
  }
  return count;
}

/** Skips words of the server's id and namespaces (`mail.delete`, `onelake_file_create-directory`) while a verb is left. */
function ownWords(reading: Reading, reader: Reader, serverWords: ServerWords): number {
  const { text, starts, ends, count } = reading.words;
  let own = 0;
  while (!serverWords.isEmpty && own < count && serverWords.has(foldWord(text.slice(starts[own], ends[own])))) own++;
  const leaf = leafOf(reading);
  if (leaf > own && hasVerb(reading, reader, leaf)) return leaf;
  const prefix = prefixEnd(reading, reader, own);
  if (prefix > 0) return prefix;
  return hasVerb(reading, reader, own) ? own : 0;
}

/** `acme_change_plan`, `mcp_acme_create_ticket`: words that say nothing, and behind them a verb with what it acts on. */
function prefixEnd(reading: Reading, reader: Reader, own: number): number {
  const { ids, count } = reading.words;
  let at = own;
  while (at < own + PREFIX_WORDS && at < count && reading.verbs[at] === undefined) {
    const decoration = reading.grammar(GRAMMAR.suffixes, at);
    if ((ids[at] ?? -1) >= 0 && decoration === 0 && !reading.begins(GRAMMAR['lead-ins'], at)) break;
    at = Math.max(at + 1, decoration);
  }
  const verb = reading.verbs[at];
  if (verb === undefined || verb.to >= count || reading.begins(GRAMMAR.tails, verb.to)) return 0;
  return (reader.forms(reading, at) & FORM.base) !== 0 ? at : 0;
}

/** Most words of such a prefix, and of a suffix. */
const PREFIX_WORDS = 2;
const SUFFIX_WORDS = 2;

function hasVerb(reading: Reading, reader: Reader, from: number): boolean {
  for (let at = from; at < reading.words.count; at++) {
    if (reading.verbs[at] !== undefined && (reader.forms(reading, at) & FORM.base) !== 0) return true;
  }
  return false;
}

/** Where the last part of a name with namespaces begins: behind its rarest separator. */
function leafOf(reading: Reading): number {
  const point = lastGap(reading, GAP.dot | GAP.slash | GAP.colon);
  if (point > 0) return point;
  const underscore = lastGap(reading, GAP.underscore);
  return underscore > 0 && lastGap(reading, GAP.hyphen) > 0 ? underscore : 0;
}

/** The last word but the first with one of these gaps before it, 0 where there is none. */
function lastGap(reading: Reading, bits: number): number {
  const { gaps, count } = reading.words;
  let at = count - 1;
  while (at > 0 && ((gaps[at] ?? 0) & bits) === 0) at--;
  return Math.max(at, 0);
}

function choose(reading: Reading, verbs: readonly Match[], own: number, count: number): readonly Act[] {
  const first = verbs[0];
  if (first === undefined) return [];
  if (first.from === own && first.to === count) {
    return [nameAct(reading, first, own, count, first.entry.ambiguous ? CERTAINTY.alone : CERTAINTY.plain)];
  }
  const plain = plainVerb(reading, verbs, count);
  return plain === undefined
    ? chooseDoubtful(reading, verbs, own, count)
    : choosePlain(reading, verbs, plain, own, count);
}

/** The act of the verb that is nothing but a verb, and those of the verbs beside it. */
function choosePlain(
  reading: Reading,
  verbs: readonly Match[],
  plain: Match,
  own: number,
  count: number,
): readonly Act[] {
  const certainty = plain.from === own || plain.to === count ? CERTAINTY.plain : CERTAINTY.middle;
  const acts = [nameAct(reading, plain, own, count, certainty)];
  for (let at = 0; at < verbs.length; at++) {
    const verb = verbs[at];
    if (verb === undefined || verb === plain) continue;
    // `find_and_replace` does both; in `get_schedule_and_record` nouns are joined.
    const noun = verb.entry.ambiguous && plain.to + 1 < verb.from;
    if ((isJoined(reading, verb) && !noun) || isJoined(reading, plain)) {
      acts.push(nameAct(reading, verb, own, count, CERTAINTY.plain));
    } else if (verb.from === own && (plain.to === count || verb.entry.ambiguous)) {
      acts.push(nameAct(reading, verb, own, count, CERTAINTY.beside));
    }
  }
  return acts;
}

/** The act of a name in which every verb may as well be a noun. */
function chooseDoubtful(reading: Reading, verbs: readonly Match[], own: number, count: number): readonly Act[] {
  const head = doubtfulHead(reading, verbs, own);
  if (head === undefined) return [];
  if (head.to === count && reading.begins(GRAMMAR.trailing, head.from)) {
    return [nameAct(reading, head, own, count, CERTAINTY.plain)];
  }
  if (head.from !== own) {
    return [nameAct(reading, head, own, count, head.to === count ? CERTAINTY.ambiguousLast : CERTAINTY.beside)];
  }
  const acts = [nameAct(reading, head, own, count, CERTAINTY.ambiguousFirst)];
  for (let at = 0; at < verbs.length; at++) {
    const verb = verbs[at];
    if (verb === undefined || verb === head || !isJoined(reading, verb)) continue;
    acts.push(nameAct(reading, verb, own, count, CERTAINTY.plain));
  }
  return acts;
}

/** Of verbs that nothing around them makes nouns, the one that begins the name, else the last. */
function doubtfulHead(reading: Reading, verbs: readonly Match[], own: number): Match | undefined {
  let head: Match | undefined;
  for (let at = 0; at < verbs.length; at++) {
    const verb = verbs[at];
    if (verb === undefined || reading.begins(GRAMMAR.tails, verb.to) || isGoverned(reading, verb)) continue;
    if (verb.from === own) return verb;
    head = verb;
  }
  return head;
}

/** The verb that is nothing but a verb: at the end (`deploy_app_logs_get`), else at the start, else between. */
function plainVerb(reading: Reading, verbs: readonly Match[], count: number): Match | undefined {
  let first: Match | undefined;
  let last: Match | undefined;
  for (let at = 0; at < verbs.length; at++) {
    const verb = verbs[at];
    if (verb === undefined || verb.entry.ambiguous) continue;
    first ??= verb;
    last = verb;
  }
  if (last === undefined || first === last) return first;
  const trails = last.to === count && reading.begins(GRAMMAR.trailing, last.from);
  return trails ? last : first;
}

/** `find_and_replace`, `create_or_update`: a conjunction before the verb. */
function isJoined(reading: Reading, verb: Match): boolean {
  return verb.from > 0 && reading.grammar(GRAMMAR.conjunctions, verb.from - 1) === verb.from;
}

/** `pokemon_by_type`, `clear_before_build`: behind a preposition stands a noun. */
function isGoverned(reading: Reading, verb: Match): boolean {
  const before = verb.from - 1;
  return before >= 0 && reading.grammar(GRAMMAR.prepositions, before) === verb.from && !isJoined(reading, verb);
}

/** A verb acts on what follows it; at the end of a name, on what stands before it, words of the server as well. */
function nameAct(reading: Reading, verb: Match, own: number, count: number, certainty: number): Act {
  if (verb.to === count) {
    const before = Math.max(0, verb.from - REACH);
    return new Act(verb, before, verb.from, before, verb.from, certainty, undefined);
  }
  const limit = Math.min(count, verb.to + REACH);
  let end = limit;
  for (let at = verb.to + 1; at < limit; at++) {
    if (reading.begins(GRAMMAR.prepositions, at)) {
      end = at;
      break;
    }
  }
  return new Act(verb, verb.to, end, Math.max(own, verb.from - REACH), limit, certainty, undefined);
}

/** How many words before and behind it a verb acts on; more have only names that are no names. */
const REACH = 24;

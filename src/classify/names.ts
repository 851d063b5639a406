import type { Act } from './acts.ts';
import { FORM, type Match } from './lexicon.ts';
import type { Reader, Reading } from './reading.ts';
import { foldWord } from './words.ts';

/** How much the place of a verb in a name says. */
const CERTAINTY = {
  plain: 1,
  ambiguousFirst: 0.85,
  ambiguousLast: 0.6,
  beside: 0.5,
  middle: 0.7,
  alone: 0.85,
} as const;

/** The acts of a tool's name, and where its own words begin behind those of the server. */
export interface NameActs {
  readonly acts: readonly Act[];
  readonly own: number;
}

/**
 * Finds the verb of a name wherever it stands: `createIssue`, `d1_database_delete`, `API-patch-page`. Leading words
 * that only repeat the server's id are no evidence, unless nothing but them has a verb.
 */
export function actsOfName(reading: Reading, reader: Reader, serverWords: ReadonlySet<string>): NameActs {
  const count = reading.words.ids.length;
  const own = ownWords(reading, reader, serverWords);
  const verbs: Match[] = [];
  for (let at = own; at < count; at++) {
    const verb = reading.verbs[at];
    if (verb === undefined || (reader.forms(reading, at) & FORM.base) === 0) continue;
    verbs.push(verb);
    at = verb.to - 1;
  }
  return { acts: choose(reading, verbs, own, count), own };
}

function ownWords(reading: Reading, reader: Reader, serverWords: ReadonlySet<string>): number {
  const { text, starts, ends, ids } = reading.words;
  let own = 0;
  while (own < ids.length && serverWords.has(foldWord(text.slice(starts[own], ends[own])))) own++;
  for (let at = own; at < ids.length; at++) {
    if (reading.verbs[at] !== undefined && (reader.forms(reading, at) & FORM.base) !== 0) return own;
  }
  return 0;
}

function choose(reading: Reading, verbs: readonly Match[], own: number, count: number): readonly Act[] {
  const first = verbs[0];
  const last = verbs.at(-1);
  if (first === undefined || last === undefined) return [];
  const make = (verb: Match, certainty: number): Act => nameAct(reading, verb, own, count, certainty);
  const endsName = last.to === count;
  if (first.from === own) {
    if (first.to === count) return [make(first, first.entry.ambiguous ? CERTAINTY.alone : CERTAINTY.plain)];
    const joined = verbs.slice(1).filter((verb) => isJoined(reading, verb));
    if (last !== first && endsName && !last.entry.ambiguous) {
      return [make(last, CERTAINTY.plain), make(first, isJoined(reading, last) ? CERTAINTY.plain : CERTAINTY.beside)];
    }
    if (first.entry.ambiguous && reading.grammar('tails', first.to) > 0) return [];
    const sure = first.entry.ambiguous ? CERTAINTY.ambiguousFirst : CERTAINTY.plain;
    return [make(first, sure), ...joined.map((verb) => make(verb, CERTAINTY.plain))];
  }
  if (endsName && !last.entry.ambiguous) {
    const before = verbs.at(-2);
    const acts = [make(last, CERTAINTY.plain)];
    if (before !== undefined && (isJoined(reading, last) || !before.entry.ambiguous)) {
      acts.push(make(before, isJoined(reading, last) ? CERTAINTY.plain : CERTAINTY.beside));
    }
    return acts;
  }
  const plain = verbs.find((verb) => !verb.entry.ambiguous && reading.grammar('tails', verb.to) === 0);
  if (plain !== undefined) return [make(plain, CERTAINTY.middle)];
  if (endsName) return [make(last, CERTAINTY.ambiguousLast)];
  const middle = verbs.find((verb) => reading.grammar('tails', verb.to) === 0);
  return middle === undefined ? [] : [make(middle, CERTAINTY.beside)];
}

/** `find_and_replace`, `create_or_update`: a conjunction before the verb. */
function isJoined(reading: Reading, verb: Match): boolean {
  return verb.from > 0 && reading.grammar('conjunctions', verb.from - 1) === verb.from;
}

/** A verb acts on what follows it; at the end of a name, on what stands before it. */
function nameAct(reading: Reading, verb: Match, own: number, count: number, certainty: number): Act {
  if (verb.to === count) return { verb, object: [own, verb.from], clause: [own, verb.from], certainty };
  let end = count;
  for (let at = verb.to + 1; at < count; at++) {
    if (reading.grammar('prepositions', at) > 0) {
      end = at;
      break;
    }
  }
  return { verb, object: [verb.to, end], clause: [own, count], certainty };
}

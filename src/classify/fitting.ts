import type { Act } from './act.ts';
import type { Match } from './lexicon.ts';
import { type ActNouns, headOf } from './nouns.ts';
import type { Reading } from './reading.ts';
import type { CompiledLook, Looks } from './ruleset.ts';

/** A look that fits an act, with the noun that makes it fit. */
export interface Fitting {
  readonly look: CompiledLook;
  readonly noun: Match | undefined;
}

/** The looks of an act's verb that fit, in the order of the rules. `coordinated` says that the verb is joined to one before it. */
export function fittingOf(
  nouns: ActNouns,
  { all, bare }: Looks,
  reading: Reading,
  act: Act,
  coordinated: boolean,
): readonly Fitting[] {
  nouns.read(reading, act);
  const looks = nouns.count > 0 ? all : bare;
  const fitting: Fitting[] = [];
  for (let at = 0; at < looks.length; at++) {
    const look = looks[at];
    if (look === undefined || (look.joined && !coordinated) || !nouns.fit(look, reading)) continue;
    fitting.push({ look, noun: look.specific ? nouns.nounOf(look) : undefined });
  }
  return fitting;
}

/** The head of the nouns that looks with a category fit by. */
export function headOfFitting(fitting: readonly Fitting[]): Match | undefined {
  let head: Match | undefined;
  for (let at = 0; at < fitting.length; at++) {
    const one = fitting[at];
    if (one !== undefined && one.look.rank >= 0) head = headOf(head, one.noun);
  }
  return head;
}

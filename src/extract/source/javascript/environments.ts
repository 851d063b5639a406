import type { Env } from './values.ts';

/** The longest chain of environments; deeper nesting of calls is not followed. */
const MAX_CHAIN = 24;

/** Puts one chain of environments before another. */
export function joined(first: Env | undefined, second: Env | undefined): Env | undefined {
  if (first === undefined || first === second) return second;
  if (second === undefined || holds(second, first)) return second ?? first;
  if (holds(first, second)) return first;
  const chain: Env[] = [];
  for (let at: Env | undefined = first; at !== undefined && chain.length < MAX_CHAIN; at = at.parent) chain.push(at);
  let rest: Env | undefined = lengthOf(second) + chain.length > MAX_CHAIN ? undefined : second;
  for (const env of chain.reverse()) rest = { ...env, parent: rest };
  return rest;
}

function holds(chain: Env, wanted: Env): boolean {
  for (let at: Env | undefined = chain; at !== undefined; at = at.parent) if (at === wanted) return true;
  return false;
}

function lengthOf(chain: Env): number {
  let length = 0;
  for (let at: Env | undefined = chain; at !== undefined && length <= MAX_CHAIN; at = at.parent) length += 1;
  return length;
}

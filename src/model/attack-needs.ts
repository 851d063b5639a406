import type { AttackPattern } from './attack-pattern.ts';

/** Every capability that an attack makes use of, sorted. */
export function capabilitiesOf(pattern: AttackPattern): readonly string[] {
  return [...new Set(pattern.needs.flat())].sort();
}

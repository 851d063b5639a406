import { decide, type Scale } from './category.ts';
import { Evidence, rankBits } from './evidence.ts';

/** Where nothing dangerous is said, there is nothing to deny. */
const HARMLESS = rankBits(['Read', 'Unknown']);

/**
 * Discounts phrases that speak against other categories than the one to which everything else leads: that no funds are
 * moved makes a transfer a simulation, and no deletion.
 */
export function withoutStray(evidence: readonly Evidence[], scale: Scale): readonly Evidence[] {
  if (!hasDenial(evidence)) return evidence;
  const { category } = decide(
    evidence.filter(({ look }) => look.denies === 0),
    scale,
  );
  const said = rankBits([category]);
  return evidence.map((one) => {
    const { look, place, weight, finding, doubtful } = one;
    const isStray = weight > 0 && look.denies !== 0 && ((look.denies | HARMLESS) & said) === 0;
    return isStray ? new Evidence(look, place, 0, { ...finding, discounted: 'beside' }, doubtful) : one;
  });
}

function hasDenial(evidence: readonly Evidence[]): boolean {
  for (let at = 0; at < evidence.length; at++) {
    const one = evidence[at];
    if (one !== undefined && one.look.denies !== 0 && one.weight > 0) return true;
  }
  return false;
}

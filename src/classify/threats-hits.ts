import type { ThreatRule, ThreatStrength } from '../model/threat.ts';
import { rawSpan, type View } from './threats-view.ts';

/** A rule that fired on one text. Offsets are UTF-16, half-open, in the raw text. */
export interface Hit {
  readonly rule: ThreatRule;
  readonly strength: ThreatStrength;
  readonly start: number;
  readonly end: number;
  /** Whether the text only talks about such words. */
  readonly mention: boolean;
}

/** Spans that one rule reports of one text; the first ones stand for the rest. */
const MAX_SPANS = 8;
/** What fired on one text. */
export class Hits {
  list: Hit[] = [];
  private readonly byRule = new Map<ThreatRule, Hit[]>();

  /** Whether more spans of a rule would say nothing new: weak ones do not stand for a strong one that follows them. */
  isFull(rule: ThreatRule): boolean {
    const known = this.byRule.get(rule) ?? [];
    if (known.length < MAX_SPANS) return false;
    return rule.strength === 'weak' || known.some(({ strength }) => strength === 'strong');
  }

  /** Adds a span that is told by offsets in a view. */
  addIn(view: View, rule: ThreatRule, strength: ThreatStrength, start: number, end: number, mention = false): void {
    const raw = rawSpan(view, start, end);
    this.add(rule, strength, raw.start, raw.end, mention);
  }

  add(rule: ThreatRule, strength: ThreatStrength, start: number, end: number, mention = false): void {
    const known = this.byRule.get(rule) ?? [];
    if (start >= end || this.isFull(rule) || (strength === 'weak' && known.length >= MAX_SPANS)) return;
    if (known.some((hit) => start < hit.end && hit.start < end)) return;
    const hit = { rule, strength, start, end, mention };
    this.list.push(hit);
    known.push(hit);
    this.byRule.set(rule, known);
  }

  /** Drops what another rule says better at the same place. */
  yield(): void {
    this.list = this.list.filter(({ rule, start, end }) => {
      const better = yieldsTo(rule);
      if (better === undefined) return true;
      return !this.list.some((hit) => hit.rule.id === better && start < hit.end && hit.start < end);
    });
  }
}

function yieldsTo({ look }: ThreatRule): string | undefined {
  return look.kind === 'phrases' ? look.yieldsTo : undefined;
}

import { type Html, solid } from './html.ts';
import type { AttackInfo, CapabilityInfo, ReferenceInfo, RuleInfo, SiteTables } from './input.ts';

/** The small tables, ready to be asked. */
export interface Lookup {
  readonly tables: SiteTables;
  readonly rules: ReadonlyMap<string, RuleInfo>;
  readonly references: ReadonlyMap<string, ReferenceInfo>;
  /** Attack patterns by the id of a rule that is a sign of them, or of a capability in which they begin. */
  readonly attacksBy: ReadonlyMap<string, readonly AttackInfo[]>;
  capability(id: string): CapabilityInfo;
  /** Markup that many pages share, made once per key; the key must say everything that it is made of. */
  once(key: string, make: () => Html): Html;
}

/** Pieces of markup that are remembered; past it all are made anew, with the same result. */
const MOST_PIECES = 4_000;

export function makeLookup(tables: SiteTables): Lookup {
  const capabilities = new Map(tables.capabilities.map((one) => [one.id, one]));
  const attacksBy = new Map<string, AttackInfo[]>();
  for (const attack of tables.attacks) {
    for (const id of new Set([...attack.signs, ...(attack.needs[0] ?? [])])) {
      attacksBy.set(id, [...(attacksBy.get(id) ?? []), attack]);
    }
  }
  const pieces = new Map<string, Html>();
  return {
    tables,
    once(key, make) {
      const known = pieces.get(key);
      if (known !== undefined) return known;
      const made = solid(make());
      if (pieces.size >= MOST_PIECES) pieces.clear();
      pieces.set(key, made);
      return made;
    },
    rules: new Map(tables.rules.map((rule) => [rule.id, rule])),
    references: new Map(tables.references.map((reference) => [reference.id, reference])),
    attacksBy,
    capability: (id) => capabilities.get(id) ?? { id, title: id.replaceAll('-', ' '), text: id.replaceAll('-', ' ') },
  };
}

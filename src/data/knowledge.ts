import type { AttackPattern } from '../model/attack-pattern.ts';
import type { Cve } from '../model/cve.ts';
import type { Taxonomies } from '../model/taxonomy.ts';
import { type DataPlace, openData } from './folder.ts';

/** Reads `taxonomies.yaml`. Throws `DataError`. */
export function loadTaxonomies(place: DataPlace): Taxonomies {
  return openData(place).checked('taxonomies.yaml', 'Taxonomies');
}

/** Reads `attack-patterns.yaml`, in the order of the file. Throws `DataError`. */
export function loadAttackPatterns(place: DataPlace): readonly AttackPattern[] {
  return openData(place).checked('attack-patterns.yaml', 'AttackPatterns').patterns;
}

/** Reads `cves.yaml`, in the order of the file. Throws `DataError`. */
export function loadCves(place: DataPlace): readonly Cve[] {
  return openData(place).checked('cves.yaml', 'Cves').cves;
}

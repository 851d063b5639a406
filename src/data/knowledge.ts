import { type AttackPattern, AttackPatterns } from '../model/attack-pattern.ts';
import { type Cve, Cves } from '../model/cve.ts';
import { Taxonomies } from '../model/taxonomy.ts';
import { readData } from './load.ts';

/** Reads `taxonomies.yaml`. Throws `DataError`. */
export function loadTaxonomies(dataFolder: string): Taxonomies {
  return readData(dataFolder, 'taxonomies.yaml', Taxonomies);
}

/** Reads `attack-patterns.yaml`, in the order of the file. Throws `DataError`. */
export function loadAttackPatterns(dataFolder: string): readonly AttackPattern[] {
  return readData(dataFolder, 'attack-patterns.yaml', AttackPatterns).patterns;
}

/** Reads `cves.yaml`, in the order of the file. Throws `DataError`. */
export function loadCves(dataFolder: string): readonly Cve[] {
  return readData(dataFolder, 'cves.yaml', Cves).cves;
}

import { openData } from '../data/folder.ts';
import { loadCves } from '../data/knowledge.ts';
import { advisoriesOf, cvesByPackage } from '../model/advisory.ts';
import { storeAdvisories } from '../store/advisories.ts';
import type { WritableCatalogue } from '../store/catalogue.ts';
import type { World } from './command.ts';

/** Brings the view `server_advisories` up to date with the versions that were read and with `data/cves.yaml`. */
export function refreshAdvisories(
  catalogue: WritableCatalogue,
  world: Pick<World, 'dataFolder' | 'signal'>,
): Promise<number> {
  const cves = cvesByPackage(loadCves(openData(world.dataFolder)));
  return storeAdvisories(catalogue.sql, ({ ids, version }) => advisoriesOf(ids, version, cves), world.signal);
}

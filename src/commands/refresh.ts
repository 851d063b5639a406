import type { WritableCatalogue } from '../store/catalogue.ts';
import type { World } from './command.ts';
import { refreshAdvisories } from './stored-advisories.ts';
import { refreshNeighbours } from './stored-neighbours.ts';
import { refreshPolicies } from './stored-policies.ts';

/** Brings up to date what is stored beside the verdicts and follows from them, from the whole catalogue, and from `data/`. */
export async function refreshStored(
  catalogue: WritableCatalogue,
  world: Pick<World, 'dataFolder' | 'now' | 'signal'>,
): Promise<void> {
  await refreshPolicies(catalogue, world);
  await refreshNeighbours(catalogue, world);
  await refreshAdvisories(catalogue, world);
}

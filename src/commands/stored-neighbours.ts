import { Neighbours } from '../classify/catalogue-findings.ts';
import { loadThreatRules } from '../data/threats.ts';
import type { WritableCatalogue } from '../store/catalogue.ts';
import { hasTool, storeCatalogueThreats, toolNames } from '../store/catalogue-threats.ts';
import type { World } from './command.ts';

/** Brings the view `catalogue_findings` up to date: what shows only when a tool is seen beside those of other servers. */
export function refreshNeighbours(
  catalogue: WritableCatalogue,
  world: Pick<World, 'dataFolder' | 'signal'>,
): Promise<number> {
  const { sql } = catalogue;
  const neighbours = new Neighbours(
    { all: () => toolNames(sql), has: (server, tool) => hasTool(sql, server, tool) },
    loadThreatRules(world.dataFolder),
  );
  return storeCatalogueThreats(
    sql,
    (server, definition) => neighbours.findingsOf({ server, definition }),
    world.signal,
  );
}

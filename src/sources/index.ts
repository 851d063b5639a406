import { clientConfigs } from './client-configs.ts';
import { dockerCatalogue } from './docker-catalogue.ts';
import { files } from './files.ts';
import { mcpRegistry } from './mcp-registry.ts';
import { mcpb } from './mcpb.ts';
import { npm } from './npm.ts';
import { npmSearch } from './npm-search.ts';
import { pypi } from './pypi.ts';
import { serverCards } from './server-cards.ts';
import type { Source } from './source.ts';
import { toolhive } from './toolhive.ts';
import { webPages } from './web-pages.ts';

/** Every kind of source, sorted by id. A test compares this list with the folder. */
export const sources: readonly Source[] = [
  clientConfigs,
  dockerCatalogue,
  files,
  mcpRegistry,
  mcpb,
  npm,
  npmSearch,
  pypi,
  serverCards,
  toolhive,
  webPages,
];

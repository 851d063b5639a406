import { files } from './files.ts';
import { mcpRegistry } from './mcp-registry.ts';
import { npm } from './npm.ts';
import type { Source } from './source.ts';

/** Every kind of source, sorted by id. A test compares this list with the folder. */
export const sources: readonly Source[] = [files, mcpRegistry, npm];

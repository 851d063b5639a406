import * as z from 'zod';
import { SERVER_KINDS } from './locator.ts';

export {
  canonicalId,
  formatLocator,
  type Locator,
  parseLocator,
  parseToolAddress,
  remoteId,
  SERVER_KINDS,
  serverIdOf,
  toolAddress,
} from './locator.ts';

export const ServerKind = z.enum(SERVER_KINDS);
export type ServerKind = z.infer<typeof ServerKind>;

/** A stable id of one MCP server, without a version: `npm:NAME`, `remote:URL`, `file:PATH`, … */
export const ServerId = z.string().regex(/^(npm|pypi|oci|registry|mcpb|remote|file):./u);
export type ServerId = z.infer<typeof ServerId>;

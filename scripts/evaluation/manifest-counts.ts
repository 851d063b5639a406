import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Counts the tool entries of one parsed file. These know nothing of the extractors, and are as plain as can be. */
export type Counter = (value: Loose, file: string) => number;

// biome-ignore lint/suspicious/noExplicitAny: a ten-line count over files of any form
type Loose = any;

const length = (value: Loose): number => (Array.isArray(value) ? value.length : 0);
const names = (list: Loose): string[] => (Array.isArray(list) ? list.map((one) => one.name ?? one) : []);

/** One count per format. */
export const COUNTERS: Readonly<Record<string, Counter>> = {
  'client-config': () => 0,
  'official-registry': () => 0,
  smithery: () => 0,
  'toolsdk-registry': () => 0,
  'tools-list': (value) => {
    if (!Array.isArray(value))
      return length(value.tools ?? value.consolidated_tools ?? value.result?.tools) || (value.inputSchema ? 1 : 0);
    if (value.every((one) => Array.isArray(one.tools))) return value.reduce((all, one) => all + one.tools.length, 0);
    // A prompt has arguments and neither a schema nor hints.
    return value.filter((one) => one.inputSchema ?? one.input_schema ?? one.annotations).length;
  },
  mcpb: (value) => {
    const more = value._meta?.['com.microsoft.windows']?.static_responses?.['tools/list']?.tools;
    return value.server?.mcp_config || value.server?.entry_point
      ? new Set([...names(value.tools), ...names(more)]).size
      : 0;
  },
  'docker-catalog': (value, file) => {
    if (value.registry) return Object.values<Loose>(value.registry).reduce((all, one) => all + length(one.tools), 0);
    if (Array.isArray(value)) return value.length;
    const beside = join(dirname(file), 'tools.json');
    if (value.about === undefined) return 0;
    return Array.isArray(value.tools)
      ? value.tools.length
      : existsSync(beside)
        ? length(JSON.parse(readFileSync(beside, 'utf8')))
        : 0;
  },
  toolhive: (value) => {
    const blocks: Loose[] = [];
    const collect = (one: Loose): void => {
      if (typeof one !== 'object' || one === null) return;
      if (Array.isArray(one.tools) && (one.image || one.url || one.tier)) blocks.push(one);
      else for (const child of Object.values(one)) collect(child);
    };
    collect(value);
    return blocks.reduce((all, one) => all + new Set([...names(one.tools), ...names(one.tool_definitions)]).size, 0);
  },
  'obot-catalog': (value) => length(value.toolPreview),
  'mcpm-registry': (value) => (value.installations?.type === undefined ? length(value.tools) : 0),
  mcpcorpus: (value) =>
    value.reduce((all: number, one: Loose) => all + length(JSON.parse(one.metadata?.tools ?? '[]')), 0),
  'server-cards': (value) => length(value.tools ?? value.capabilities?.tools),
  'tools-list-crawl-toucan': (value) => length(value.metadata?.remote_server_response?.tools),
};

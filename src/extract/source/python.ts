import { LIMITS } from '../../model/limits.ts';
import type { DroppedTool, ObservedTool } from '../../model/tool.ts';
import { decodeText } from '../edge/text.ts';
import type { Announce, ChildJob } from './protocol.ts';
import { mountsOf } from './python/mounts.ts';
import { type Module, moduleOf, type Package } from './python/package.ts';
import { loadPython } from './python/syntax.ts';
import { toolsOf } from './python/tools.ts';
import type { SourceResult } from './result.ts';

/** Only packages that mention one of these can serve tools; their other files are read for models and constants. */
const SERVES = /\b(?:mcp|fastmcp|FastMCP|list_tools|inputSchema)\b/u;

/**
 * Reads the tools that a Python package registers, without running it: `@mcp.tool`, `add_tool`, low-level `Tool(…)`
 * lists, and the wire form written as dictionaries. Descriptions come from docstrings, schemas from signatures.
 */
export async function extractPython(job: ChildJob, announce: Announce): Promise<SourceResult> {
  const texts = textsOf(job);
  if ('kind' in texts) return texts;
  const python = await loadPython();
  const modules = new Map<string, Module>();
  const problems: string[] = [];
  const trees: (() => void)[] = [];
  try {
    for (const [path, text] of texts) {
      announce(path);
      const tree = python.parse(text);
      if (tree === undefined) {
        problems.push(`${path}: the file cannot be parsed`);
        continue;
      }
      trees.push(() => tree.free());
      modules.set(path, moduleOf(path, tree.root));
      if (tree.root.hasError && SERVES.test(text)) problems.push(`${path}: a part of the file is no valid Python`);
    }
    return { kind: 'parsed', ...collect(modules, texts, job), problems: problems.sort(), needs: [] };
  } finally {
    for (const free of trees) free();
  }
}

function textsOf(job: ChildJob): ReadonlyMap<string, string> | Extract<SourceResult, { kind: 'too-large' }> {
  const texts = new Map<string, string>();
  let total = 0;
  // Entries first: where two files register one name, the one that is started counts.
  const paths = [...job.files.keys()].sort((a, b) => rank(job, a) - rank(job, b) || (a < b ? -1 : 1));
  for (const path of paths) {
    const bytes = job.files.get(path);
    if (bytes === undefined || job.skip.includes(path)) continue;
    if (bytes.length > LIMITS.sourceFileBytes) {
      return {
        kind: 'too-large',
        message: `${path} has ${bytes.length} bytes; the limit is ${LIMITS.sourceFileBytes}`,
      };
    }
    total += bytes.length;
    if (total > LIMITS.sourceBytes) {
      return { kind: 'too-large', message: `the source has more than ${LIMITS.sourceBytes} bytes` };
    }
    texts.set(path, decodeText(bytes).text);
  }
  return texts;
}

function rank(job: ChildJob, path: string): number {
  const entry = job.entries.indexOf(path);
  return entry < 0 ? job.entries.length : entry;
}

function collect(all: Package, texts: ReadonlyMap<string, string>, job: ChildJob) {
  const tools: ObservedTool[] = [];
  const dropped: DroppedTool[] = [];
  const seen = new Set<string>();
  let instructions: string | undefined;
  const mounts = mountsOf(all);
  for (const [path, module] of all) {
    if (!mentions(texts.get(path) ?? '')) continue;
    const found = toolsOf(module, all, job.location, mounts);
    dropped.push(...found.dropped);
    instructions ??= found.instructions;
    for (const tool of found.tools) {
      const { name } = tool.definition;
      if (seen.has(name)) {
        const message = 'the package registers a tool of this name already; the first one is kept';
        dropped.push({ name, reason: 'duplicate', message, provenance: tool.provenance });
        continue;
      }
      seen.add(name);
      tools.push(tool);
    }
  }
  return instructions === undefined ? { tools, dropped } : { tools, dropped, instructions };
}

/** A file without any of these words registers nothing. */
function mentions(text: string): boolean {
  return /\btool\b|\bTool\b|add_tool|inputSchema|input_schema/u.test(text);
}

import { LIMITS } from '../../model/limits.ts';
import { Engine } from './javascript/engine.ts';
import { findTools } from './javascript/find.ts';
import { neededPackages } from './javascript/needs.ts';
import { openApiTools } from './javascript/openapi.ts';
import { allFiles, reachableFiles } from './javascript/reach.ts';
import type { Findings } from './javascript/search.ts';
import { Sources } from './javascript/sources.ts';
import { locator } from './javascript/tool.ts';
import type { Announce, ChildJob } from './protocol.ts';
import type { SourceResult } from './result.ts';

/** Words of which a file has at least one when it can define or register a tool. */
const MARKERS =
  /registerTool|addTool|\.tools?\(|ListTools|tools\/list|inputSchema|input_schema|[Tt]ool\(|extends \w*Tool|toolName|M[Cc][Pp]Server|\btools\s*:|Tool\b[^\n]{0,80}description/u;

/** Words of a definition that some other file registers. */
const DESCRIBED = /\bdescription\s*[:=]/u;
const TAKING = /schema|\bparameters\b|\bz\.object\b/iu;

function mayDefine(text: string): boolean {
  return MARKERS.test(text) || (DESCRIBED.test(text) && TAKING.test(text));
}

/** Reads the tools that JavaScript or TypeScript source registers, without running it. */
export function extractJavaScript(job: ChildJob, announce: Announce): SourceResult {
  const sources = new Sources(job.files, job.skip, announce);
  const engine = new Engine(sources);
  const find = (files: readonly string[]): Findings => {
    const candidates = files.filter((path) => !path.endsWith('.json') && mayDefine(sources.text(path)));
    const modules = candidates.map((path) => sources.module(path)).filter((module) => module !== undefined);
    return findTools(engine, modules, locator(job.location, job.packages), (module) => announce(module.path));
  };
  let reached = reachableFiles(sources, job.entries);
  if (reached.open) reached = allFiles(sources, job.entries, job.packages);
  let found = find(reached.files);
  if (found.tools.length === 0 && !reached.open) {
    // A command framework finds its files by their folder: no import says so.
    reached = allFiles(sources, job.entries, job.packages);
    found = find(reached.files);
  }
  const tools = found.tools.length > 0 ? found.tools : openApiTools(sources, reached.files, job.location);
  if (tools.length > LIMITS.toolsPerServer) {
    return { kind: 'too-large', message: `${tools.length} tools, and ${LIMITS.toolsPerServer} are read` };
  }
  const problems = [...sources.problems];
  if (engine.exhausted) problems.push('The evaluation was cut short: definitions may be missing');
  return {
    kind: 'parsed',
    tools,
    dropped: found.dropped,
    problems,
    needs: job.packages.length > 0 ? [] : neededPackages(engine, reached.files, tools.length, found.unresolved),
  };
}

import { LIMITS } from '../../model/limits.ts';
import { Engine } from './javascript/engine.ts';
import { findTools } from './javascript/find.ts';
import { neededPackages } from './javascript/needs.ts';
import { openApiTools } from './javascript/openapi.ts';
import { reachableFiles } from './javascript/reach.ts';
import { Sources } from './javascript/sources.ts';
import { locator } from './javascript/tool.ts';
import type { Announce, ChildJob } from './protocol.ts';
import type { SourceResult } from './result.ts';

/** Words of which a file has at least one when it can define or register a tool. */
const MARKERS =
  /registerTool|addTool|\.tools?\(|ListTools|tools\/list|inputSchema|input_schema|[Tt]ool\(|extends \w*Tool|toolName|Tool\b[^\n]{0,80}description/u;

/** Reads the tools that JavaScript or TypeScript source registers, without running it. */
export function extractJavaScript(job: ChildJob, announce: Announce): SourceResult {
  const sources = new Sources(job.files, job.skip, announce);
  const engine = new Engine(sources);
  const reachable = reachableFiles(sources, job.entries, job.packages);
  const candidates = reachable.filter((path) => !path.endsWith('.json') && MARKERS.test(sources.text(path)));
  const modules = candidates.map((path) => sources.module(path)).filter((module) => module !== undefined);
  const locate = locator(job.location, job.packages);
  const found = findTools(engine, modules, locate, (module) => announce(module.path));
  const tools = found.tools.length > 0 ? found.tools : openApiTools(sources, reachable, job.location);
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
    needs: job.packages.length > 0 ? [] : neededPackages(engine, reachable, tools.length),
  };
}

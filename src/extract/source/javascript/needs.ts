import type { Engine } from './engine.ts';
import { importedPackages, packageName } from './reach.ts';

/** Libraries that servers are made with: they register what they are handed, and have no tools of their own. */
const FRAMEWORKS =
  /^(?:@modelcontextprotocol\/.*|fastmcp|mcp-framework|mcp-proxy|mcp-handler|zod.*|@vercel\/mcp-adapter|@smithery\/.*|mcp-remote|mcps-logger|xmcp)$/u;
/** Words of package names that many packages share. */
const COMMON = new Set([
  'mcp',
  'server',
  'core',
  'sdk',
  'cli',
  'node',
  'js',
  'tools',
  'tool',
  'api',
  'client',
  'ai',
  'utils',
  'common',
  'modelcontextprotocol',
  'lib',
  'the',
  'model',
  'context',
  'protocol',
  'types',
]);

/**
 * The declared dependencies whose code the tools come from: those that a list of tools named, and, when nothing was
 * found at all, those that by their name belong to this server. The reader checks that they are declared.
 */
export function neededPackages(
  engine: Engine,
  reachable: readonly string[],
  tools: number,
  unresolved: number,
): readonly string[] {
  const { declared, own } = manifestOf(engine);
  const named = [...engine.missing].map(packageName).filter((name) => name !== undefined && isKin(name, own));
  const relatives = importedPackages(engine.sources, reachable).filter((name) => isKin(name, own));
  // Where only some registrations stay open, only packages that by their name bring tools are worth a look.
  const kin = tools === 0 ? relatives : unresolved === 0 ? [] : relatives.filter((name) => /tool|provider/u.test(name));
  const likely = [...kin].sort((a, b) => Number(/tool|provider/u.test(b)) - Number(/tool|provider/u.test(a)));
  return [...new Set([...named, ...likely])].filter(
    (name): name is string => name !== undefined && declared.has(name) && !FRAMEWORKS.test(name),
  );
}

function isKin(name: string, own: string): boolean {
  const scope = own.startsWith('@') ? own.slice(0, own.indexOf('/') + 1) : undefined;
  if (scope !== undefined && name.startsWith(scope)) return true;
  const words = wordsOf(own);
  return /(?:^|[-/])mcp(?:$|-)/u.test(name) || wordsOf(name).some((word) => words.includes(word));
}

function wordsOf(name: string): readonly string[] {
  return name.split(/[^a-z0-9]+/u).filter((word) => word.length > 2 && !COMMON.has(word));
}

function manifestOf(engine: Engine): { readonly declared: ReadonlySet<string>; readonly own: string } {
  try {
    const manifest: unknown = JSON.parse(engine.sources.text('package.json'));
    const fields = new Map<string, unknown>(
      typeof manifest === 'object' && manifest !== null ? Object.entries(manifest) : [],
    );
    const dependencies = fields.get('dependencies');
    const name = fields.get('name');
    return {
      declared: new Set(typeof dependencies === 'object' && dependencies !== null ? Object.keys(dependencies) : []),
      own: typeof name === 'string' ? name : '',
    };
  } catch {
    return { declared: new Set(), own: '' };
  }
}

import type { ServerId } from '../model/id.ts';
import type { ServerFacts } from '../model/manifest.ts';
import type { SourceFiles } from './reader.ts';

/** Folders of a Python package that never hold what it serves. */
const FOREIGN = /(?:^|\/)(?:tests?|testing|docs?|examples?|benchmarks?|build|\.?venv|site-packages|__pycache__)\//iu;
const FOREIGN_FILE = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest|setup|noxfile|tasks)\.py$/iu;

/** Whether a file of a Python package can say what the package serves. */
export function isPythonSource(path: string): boolean {
  return /\.py$/iu.test(path) && !FOREIGN.test(path) && !FOREIGN_FILE.test(path);
}

/** What a wheel's METADATA or a source archive's PKG-INFO says. */
export interface PythonMetadata {
  readonly facts: Partial<Pick<ServerFacts, 'name' | 'description' | 'homepage' | 'repository' | 'license'>>;
  /** The registry's name of the server, which its readme holds as proof: `mcp-name: NAME`. */
  readonly aliases: readonly ServerId[];
}

/** Reads the metadata of a package's archive; empty when there is none. */
export function readMetadata(files: SourceFiles): PythonMetadata {
  const found = [...files].find(([path]) => /(?:\.dist-info\/METADATA|^PKG-INFO)$/u.test(path));
  if (found === undefined) return { facts: {}, aliases: [] };
  const text = new TextDecoder().decode(found[1]).replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const headers = new Map<string, string>();
  const links = new Map<string, string>();
  for (const line of head.split('\n')) {
    const match = /^([\w-]+): (.*)$/u.exec(line);
    const [name, value] = [match?.[1]?.toLowerCase(), match?.[2]?.trim() ?? ''];
    if (name === undefined || value === '' || value === 'UNKNOWN') continue;
    if (name !== 'project-url') headers.set(name, value);
    else links.set(value.split(',', 1)[0]?.toLowerCase() ?? '', value.slice(value.indexOf(',') + 1).trim());
  }
  const tie = /\bmcp-name:\s*([A-Za-z0-9.-]+\/[A-Za-z0-9._-]+)/u.exec(text)?.[1];
  const facts = {
    name: headers.get('name'),
    description: headers.get('summary'),
    homepage: headers.get('home-page') ?? links.get('homepage'),
    repository: links.get('repository') ?? links.get('source') ?? links.get('source code'),
    license: headers.get('license-expression') ?? shortLicense(headers.get('license')),
  };
  return {
    facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
    aliases: tie === undefined ? [] : [`registry:${tie}`],
  };
}

/** Older packages put the whole text of the licence there. */
function shortLicense(license: string | undefined): string | undefined {
  return license !== undefined && license.length <= 60 ? license : undefined;
}

/** The files of a wheel's commands, from `entry_points.txt`. */
export function entriesOfWheel(files: SourceFiles): readonly string[] {
  const found = [...files].find(([path]) => path.endsWith('.dist-info/entry_points.txt'));
  if (found === undefined) return [];
  const text = new TextDecoder().decode(found[1]);
  return [...text.matchAll(/=\s*([\w.]+)\s*:/gu)].flatMap((match) => {
    const base = (match[1] ?? '').replaceAll('.', '/');
    return [`${base}.py`, `${base}/__init__.py`].filter((path) => files.has(path));
  });
}

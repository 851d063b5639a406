import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Variables that name the index, in the order in which the Python clients ask them. */
const VARIABLES = ['PIP_INDEX_URL', 'UV_DEFAULT_INDEX', 'UV_INDEX_URL'] as const;

/**
 * The base address of the Python client's configured index (its simple API), without a trailing slash; an empty text
 * where none is configured. We name no index of our own.
 */
export async function readPipIndex(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  for (const variable of VARIABLES) {
    const value = env[variable];
    if (value !== undefined && URL.canParse(value)) return trimmed(value);
  }
  for (const path of configFiles(env)) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const line = text.split(/\r?\n/u).find((one) => /^\s*index-url\s*=/u.test(one));
    const value = line?.slice(line.indexOf('=') + 1).trim();
    if (value !== undefined && URL.canParse(value)) return trimmed(value);
  }
  return '';
}

/** Where pip keeps its configuration, the most specific first. */
function configFiles(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const home = env.HOME ?? '';
  const files = [
    env.PIP_CONFIG_FILE,
    env.VIRTUAL_ENV === undefined ? undefined : join(env.VIRTUAL_ENV, 'pip.conf'),
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip', 'pip.conf'),
    join(home, '.pip', 'pip.conf'),
    '/etc/pip.conf',
  ];
  return files.flatMap((file) => (file === undefined || file === '' ? [] : [file]));
}

function trimmed(url: string): string {
  return url.replace(/\/+$/u, '');
}

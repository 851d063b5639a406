import { readFile } from 'node:fs/promises';
import Config from '@npmcli/config';
import npm from '@npmcli/config/lib/definitions/index.js';

/** The parts of the npm client's own configuration that reading packages needs. */
export interface NpmConfig {
  /** The registry for a package name (a scope may have its own), without a trailing slash, and the headers it wants. */
  registry(packageName: string): { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** Every registry origin that is configured: what the operator trusts as it stands. */
  readonly origins: readonly string[];
  /** Certificate authorities in PEM, where `ca` or `cafile` is set. */
  readonly ca: readonly string[];
}

/**
 * Reads the configuration as npm itself would: environment, project, user and global files, in npm's order.
 *
 * @throws where npm's configuration names a certificate file that cannot be read.
 */
export async function readNpmConfig(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<NpmConfig> {
  // npmPath is where npm's built-in npmrc would be; no npm is shipped with us, so a folder without one.
  const config = new Config({ npmPath: cwd, ...npm, argv: ['node', 'toolrisk'], env: { ...env }, cwd, warn: false });
  await config.load();
  const base = text(config.get('registry')) ?? '';

  function registryUrl(packageName: string): string {
    const scope = packageName.startsWith('@') ? packageName.slice(0, packageName.indexOf('/')) : undefined;
    const scoped = scope === undefined ? undefined : text(config.get(`${scope}:registry`));
    return (scoped ?? base).replace(/\/+$/u, '');
  }

  const origins = new Set<string>([new URL(base).origin]);
  return {
    registry(packageName) {
      const url = registryUrl(packageName);
      origins.add(new URL(url).origin);
      const credentials = config.getCredentialsByURI(`${url}/`);
      if (credentials.token !== undefined) return { url, headers: { authorization: `Bearer ${credentials.token}` } };
      if (credentials.auth !== undefined) return { url, headers: { authorization: `Basic ${credentials.auth}` } };
      return { url, headers: {} };
    },
    get origins() {
      return [...origins].sort();
    },
    ca: await certificates(config),
  };
}

async function certificates(config: Config): Promise<readonly string[]> {
  const ca = config.get('ca');
  if (typeof ca === 'string') return [ca];
  if (Array.isArray(ca)) return ca.filter((one) => typeof one === 'string');
  const file = text(config.get('cafile'));
  return file === undefined ? [] : [await readFile(file, 'utf8')];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

import { createParserPool } from '../../src/read/pool.ts';
import type { ReadWorld, SourceParser } from '../../src/read/reader.ts';
import { type Loopback, loopback } from './loopback.ts';
import { integrityOf } from './tarballs.ts';

/** One version of a package in a test's registry. */
export interface Version {
  readonly archive: Uint8Array;
  /** What is published instead of the true hash. */
  readonly integrity?: string;
  readonly deprecated?: string;
  readonly engines?: Readonly<Record<string, string>>;
  /** The host that `dist.tarball` names; the registry serves it all the same. */
  readonly tarballHost?: string;
}

/** A registry on loopback in the shape of the public one: abbreviated packuments with an ETag, and archives. */
export interface Registry extends Loopback {
  world(parsers: SourceParser): ReadWorld;
}

/** Packages by name, versions by number; the last version is `latest`. An empty package has been unpublished. */
export async function npmRegistry(
  packages: Readonly<Record<string, Readonly<Record<string, Version>>>>,
): Promise<Registry> {
  const server = await loopback((path, request) => {
    const [, name = '', file] = /^\/((?:@[^/]+%2f)?[^/]+?)(?:\/-\/([^/]+)\.tgz)?$/iu.exec(path) ?? [];
    const versions = packages[decodeURIComponent(name)];
    if (versions === undefined) return undefined;
    if (file !== undefined) {
      const version = versions[file];
      return version === undefined ? undefined : { type: 'application/octet-stream', body: version.archive };
    }
    const etag = `"${Object.keys(versions).join('-')}"`;
    if (request.headers['if-none-match'] === etag) return { status: 304, body: '' };
    return {
      headers: { etag },
      body: JSON.stringify(packument(decodeURIComponent(name), versions, request.headers.host ?? '')),
    };
  });
  return {
    ...server,
    world: (parsers) => ({
      client: server.client,
      npmRegistry: () => ({ url: server.url, headers: {} }),
      pypiIndex: () => '',
      parsers,
      root: '.',
    }),
  };
}

function packument(name: string, versions: Readonly<Record<string, Version>>, host: string) {
  const numbers = Object.keys(versions);
  return {
    name,
    'dist-tags': { latest: numbers.at(-1) },
    versions: Object.fromEntries(
      Object.entries(versions).map(([number, version]) => [
        number,
        {
          name,
          version: number,
          ...(version.engines === undefined ? {} : { engines: version.engines }),
          ...(version.deprecated === undefined ? {} : { deprecated: version.deprecated }),
          dist: {
            tarball: `http://${version.tarballHost ?? host}/${name.replace('/', '%2f')}/-/${number}.tgz`,
            integrity: version.integrity ?? integrityOf(version.archive),
          },
        },
      ]),
    ),
  };
}

/** One pool for the tests of a file. */
export function testPool(): SourceParser {
  return createParserPool({ children: 1 });
}

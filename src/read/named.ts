import type { Locator } from '../model/id.ts';
import type { Failure } from '../model/manifest.ts';
import type { Reader } from './reader.ts';

/** Locators that name a server and lead to nothing that shows tools: the server is known, its tools are not. */
const NAMED = {
  oci: {
    reason: 'image-not-read',
    message: (name: string) => `${name} is a container image: images are not fetched, and their tools are unknown`,
  },
  registry: {
    reason: 'nothing-to-visit',
    message: (name: string) => `the registry declares no package or remote of ${name} that can be visited`,
  },
} as const;

/** Container images: known by name, never fetched. */
export const ociReader: Reader = readerOf('oci');

/** Servers of a registry that declare no way to them that can be visited. */
export const registryReader: Reader = readerOf('registry');

function readerOf(kind: keyof typeof NAMED): Reader {
  const { reason, message } = NAMED[kind];
  return {
    kind,
    async read(locator: Locator): Promise<Failure> {
      return { kind: 'failed', outcome: 'no-static-tools', reason, message: message(locator.name) };
    },
  };
}

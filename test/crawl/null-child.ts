// Crawls a folder of manifests with the real readers and rules: `null-child.ts DATABASE FOLDER SEED CONCURRENCY`.
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { classify } from '../../src/classify/index.ts';
import { crawl } from '../../src/crawl/crawl.ts';
import { loadRuleset } from '../../src/data/load.ts';
import { createHttpClient } from '../../src/fetch/client.ts';
import type { ReadResult } from '../../src/model/manifest.ts';
import { readLocator } from '../../src/read/index.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';

const [path = '', folder = '', seed = '0', concurrency = '1'] = process.argv.slice(2);
const now = () => Date.UTC(2026, 2, 1);
const ruleset = loadRuleset(resolve(import.meta.dirname, '../../data'), '2026-03-01');
const catalogue = openCatalogue(path, { mode: 'write', now });
const client = createHttpClient({ userAgent: 'test/0', now });

/** A shuffle that follows from the seed; 0 leaves the order. */
function shuffled(names: readonly string[]): readonly string[] {
  const weight = (name: string) =>
    [...name].reduce((sum, char) => Math.imul(sum ^ char.charCodeAt(0), 0x01000193 + Number(seed)), 7);
  return seed === '0' ? [...names].sort() : [...names].sort((a, b) => weight(a) - weight(b));
}

const unreachable: ReadResult = { kind: 'failed', outcome: 'unreachable', reason: 'refused', message: 'not here' };

const report = await crawl(
  { concurrency: Number(concurrency), everything: true },
  {
    catalogue,
    sources: [
      {
        name: 'files',
        delta: false,
        async *list() {
          for (const name of shuffled(readdirSync(folder)))
            yield { locator: `file:${name}`, source: 'files', aliases: [] };
        },
      },
    ],
    read: (locator, previous, signal) => {
      // Packages that the manifests name are not here: a failed visit, the same each time.
      if (!locator.startsWith('file:')) return Promise.resolve(unreachable);
      return readLocator(
        locator,
        {
          client,
          npmRegistry: () => ({ url: 'http://127.0.0.1:9', headers: {} }),
          pypiIndex: () => 'http://127.0.0.1:9',
          parsers: { parse: () => Promise.reject(new Error('no source here')), close: () => Promise.resolve() },
          root: folder,
          signal,
        },
        previous,
      );
    },
    judge: (definition, server) => classify({ ...definition, server }, ruleset),
    ruleset: ruleset.version,
    extractor: 'test',
    now,
    signal: new AbortController().signal,
  },
);
catalogue.close();
await client.close();
process.stdout.write(
  `${JSON.stringify({ ...report, zone: new Date(0).getTimezoneOffset(), locale: Intl.DateTimeFormat().resolvedOptions().locale })}\n`,
);
process.exit(0);

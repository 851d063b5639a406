import fc from 'fast-check';
import { classify } from '../../src/classify/index.ts';
import type { Ruleset } from '../../src/classify/ruleset.ts';
import { crawl } from '../../src/crawl/crawl.ts';
import { openDocument } from '../../src/extract/edge/document.ts';
import type { ReadResult } from '../../src/model/manifest.ts';
import type { Outcome } from '../../src/model/visit.ts';
import { readDocument } from '../../src/read/document.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { hostileFile } from './generate.ts';

/** What feeding generated manifests to the pipeline came to. */
export interface Fed {
  readonly manifests: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** Readers that threw, and results that the store refused: each a bug to look at. */
  readonly thrown: readonly string[];
  readonly slowestMs: number;
  /** The same in processor time. */
  readonly slowestCpuMs: number;
  readonly tools: number;
}

/** Feeds generated manifests through open, extract, classify and commit. Throws when the catalogue is not sound after. */
export async function feed(path: string, count: number, seed: number, ruleset: Ruleset): Promise<Fed> {
  const catalogue = openCatalogue(path, { mode: 'write', now: Date.now });
  const files = fc.sample(hostileFile, { numRuns: count, seed });
  const thrown: string[] = [];
  let slowestMs = 0;
  let slowestCpuMs = 0;
  try {
    const report = await crawl(
      { concurrency: 8 },
      {
        catalogue,
        sources: [
          {
            name: 'generated',
            delta: false,
            async *list() {
              for (const [index, file] of files.entries())
                yield { locator: `file:${index}/${file.name}`, source: 'generated', aliases: [] };
            },
          },
        ],
        read: async (locator): Promise<ReadResult> => {
          if (!locator.startsWith('file:'))
            return { kind: 'failed', outcome: 'unreachable', reason: 'not-here', message: 'no network here' };
          const began = performance.now();
          const beganCpu = process.cpuUsage();
          const file = files[Number(/^file:(\d+)\//u.exec(locator)?.[1] ?? -1)];
          if (file === undefined)
            return { kind: 'failed', outcome: 'not-found', reason: 'no-file', message: 'no such file' };
          const opened = openDocument(file.bytes, locator, file.name);
          const result =
            opened.kind === 'failed' ? opened : await readDocument(opened, () => Promise.resolve(undefined));
          slowestMs = Math.max(slowestMs, performance.now() - began);
          const { user, system } = process.cpuUsage(beganCpu);
          slowestCpuMs = Math.max(slowestCpuMs, (user + system) / 1_000);
          return result;
        },
        judge: (definition, server) => classify({ ...definition, server }, ruleset),
        ruleset: ruleset.version,
        extractor: 'generated',
        now: Date.now,
        signal: new AbortController().signal,
        onEvent: (event) => {
          if (event.kind !== 'visited') return;
          const { reason, locator, message } = event.visit;
          if (reason === 'reader-threw' || reason === 'not-storable') thrown.push(`${locator}: ${reason} ${message}`);
        },
      },
    );
    const integrity = String(catalogue.sql.handle.pragma('integrity_check(1)', { simple: true }));
    if (integrity !== 'ok') throw new Error(`the catalogue is damaged: ${integrity}`);
    let tools = 0;
    for (const tool of catalogue.tools()) {
      tools += 1;
      if (catalogue.tool(tool.serverId, tool.definition.name)?.definitionHash !== tool.definitionHash) {
        throw new Error(
          `${tool.serverId} has a tool that cannot be found by its name: ${JSON.stringify(tool.definition.name)}`,
        );
      }
    }
    for (const file of files.slice(0, 500)) catalogue.search(file.bytes.toString('latin1').slice(0, 200));
    return { manifests: count, outcomes: report.outcomes, thrown, slowestMs, slowestCpuMs, tools };
  } finally {
    catalogue.close();
  }
}

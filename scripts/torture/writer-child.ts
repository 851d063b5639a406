// Crawls manifests from memory into a fresh catalogue, and writes one line to a file for each acknowledged visit:
// `writer-child.js DATABASE ACKNOWLEDGED FULL|OFF`. It is run under strace, which sees every write.
import { openSync, writeSync } from 'node:fs';
import { crawl } from '../../src/crawl/crawl.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';

const [path = '', log = '', synchronous = 'FULL'] = process.argv.slice(2);
const MANIFESTS = 300;
const out = openSync(log, 'a');
let time = Date.UTC(2026, 0, 1);

const judge = (definition: { readonly name: string }, server: string): Verdict => ({
  v: 1,
  ruleset: 'torture',
  server,
  name: definition.name,
  category: 'Read',
  severity: 'low',
  confidence: 1,
  capabilities: [],
  findings: [],
  moves: [],
  operations: [],
  threats: [],
});

const catalogue = openCatalogue(path, {
  mode: 'write',
  now: () => time,
  synchronous: synchronous === 'OFF' ? 'OFF' : 'FULL',
});
for (const round of [1, 2]) {
  await crawl(
    { concurrency: 8, everything: true },
    {
      catalogue,
      sources: [
        {
          name: 'memory',
          delta: false,
          async *list() {
            for (let i = 0; i < MANIFESTS; i++) yield { locator: `npm:s${i}`, source: 'memory', aliases: [] };
          },
        },
      ],
      read: async (locator) => {
        await new Promise((resolve) => setImmediate(resolve));
        const description = `Round ${round} of ${locator} `.repeat(20);
        return {
          kind: 'read',
          servers: [
            {
              facts: { id: locator, aliases: [], notes: [] },
              tools: [1, 2, 3].map((n) => ({
                definition: { name: `tool_${n}`, description },
                method: 'static',
                provenance: `${locator}!index.js:${n}`,
                schemaComplete: true,
                dynamic: false,
                gated: false,
                notes: [],
              })),
              dropped: [],
              complete: false,
              listsTools: true,
            },
          ],
          problems: [],
          leads: [],
          contentHash: `${locator} ${round}`,
        };
      },
      judge,
      ruleset: 'torture',
      extractor: 'torture',
      now: () => time,
      signal: new AbortController().signal,
      onEvent: (event) => {
        if (event.kind === 'visited')
          writeSync(out, `ACK ${event.visit.lease} ${event.visit.locator} ${event.visit.outcome}\n`);
      },
    },
  );
  time += 86_400_000;
}
// No close: the power fails while the write-ahead log is in use.
process.exit(0);

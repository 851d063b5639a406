// The process that scripts/torture-live.ts measures: it loads what a crawl loads, as built, and lists one server after the other.
import { inside } from '../dist/inside.js';

const { createHttpClient } = await inside.client();
const { listRemote } = await inside.listRemote();

process.once('message', async ({ urls }) => process.send(await list(urls)));

async function list(urls) {
  const client = createHttpClient({
    userAgent: 'toolrisk/0.0.0',
    now: Date.now,
    retries: 0,
    manners: [{ host: '*', concurrency: 4, intervalMs: 0, reason: 'torture', source: 'ours' }],
  });
  const world = {
    client,
    npmRegistry: () => ({ url: 'http://127.0.0.1:1', headers: {} }),
    pypiIndex: () => 'http://127.0.0.1:1',
    parsers: { parse: async () => ({ kind: 'died', message: 'none' }), close: async () => undefined },
    root: '.',
    operatorOrigins: new Set(urls.map((url) => new URL(url).origin)),
  };
  const peak = () => Math.round(process.resourceUsage().maxRSS / 2 ** 10);
  const report = { reasons: [], slowest: 0, baseline: peak(), peaks: [] };
  for (const url of urls) {
    const begun = performance.now();
    const listed = await listRemote(url, world);
    report.slowest = Math.max(report.slowest, performance.now() - begun);
    report.reasons.push(listed.kind === 'failed' ? listed.reason : 'listed');
    report.peaks.push(peak());
  }
  await client.close();
  return report;
}

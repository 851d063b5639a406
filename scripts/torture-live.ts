/**
 * Lists every hostile MCP server of the tests from a process of its own, as it is built, and measures that process.
 * `npm run torture:live`; the last line is JSON. Exit code 1 when one ended otherwise than it must, or memory went past
 * the goal. Loopback only.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const GOAL_MB = 150;

/** What the measured process tells. */
const Report = z.object({
  reasons: z.array(z.string()),
  slowest: z.number(),
  baseline: z.number(),
  peaks: z.array(z.number()),
});
type Report = z.infer<typeof Report>;

await serve();

/** The servers, and the judgement. Only this process loads the SDK. */
async function serve(): Promise<void> {
  const { HOSTILE_LISTINGS } = await import('../test/helpers/mcp-hostile.ts');
  const { serveByHand } = await import('../test/helpers/mcp-servers.ts');
  const servers = await Promise.all(HOSTILE_LISTINGS.map((one) => serveByHand(one.misbehave)));
  const child = fork(fileURLToPath(new URL('torture-live-child.mjs', import.meta.url)), [], { execArgv: [] });
  const reported = new Promise<Report>((resolve) => {
    child.once('message', (message) => resolve(Report.parse(message)));
  });
  child.send({ urls: servers.map((server) => server.url) });
  const report = await reported;
  child.kill();
  const wrong: string[] = [];
  for (const [index, one] of HOSTILE_LISTINGS.entries()) {
    const reason = report.reasons[index] ?? '';
    console.error(`${one.name}: ${reason}, ${report.peaks[index]} MB`);
    if (reason !== (one.reason ?? 'listed')) wrong.push(one.name);
  }
  await Promise.all(servers.map((server) => server.close()));
  const peak = Math.max(...report.peaks);
  process.exitCode = wrong.length === 0 && peak <= GOAL_MB ? 0 : 1;
  console.log(
    JSON.stringify({
      bench: 'torture-live',
      servers: servers.length,
      wrong,
      slowest_ms: Math.round(report.slowest),
      baseline_mb: report.baseline,
      max_rss_mb: peak,
    }),
  );
}

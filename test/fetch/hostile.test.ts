import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../src/fetch/client.ts';
import { FAULTS, type Fault } from '../helpers/hostile-faults.ts';
import { type HostileServer, startHostileServer } from '../helpers/hostile-server.ts';

/** Every fault ends within the deadline of its request, and what a machine under load adds. */
const BOUND_MS = 4_000 + 1_000;

/** What one fault may add to the memory of the process: the cap of a body, twice, and its compressed form. */
const MEMORY_BYTES = 64 << 20;

let server: HostileServer;
beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(() => server.close());

async function meet(fault: Fault) {
  const client = createHttpClient({
    userAgent: 'toolrisk/0.0.0 (+https://example.org/contact)',
    now: Date.now,
    retries: 0,
    connectMs: 300,
    headersMs: 400,
    idleMs: 300,
    ...(fault.resolve === undefined ? {} : { resolve: fault.resolve }),
  });
  const started = performance.now();
  const result = await client.fetch(server.request(fault));
  const took = performance.now() - started;
  await client.close();
  return { result, took };
}

describe('a hostile server', () => {
  test('has at least 60 faults, each with a name of its own', () => {
    expect(new Set(FAULTS.map((fault) => fault.name)).size).toBe(FAULTS.length);
    expect(FAULTS.length).toBeGreaterThanOrEqual(60);
  });

  test.each(FAULTS)('$name → $reason', async (fault) => {
    const { result, took } = await meet(fault);
    expect(result).toMatchObject({ kind: 'failed', reason: fault.reason });
    expect(took).toBeLessThan(BOUND_MS);
  });

  test('leaves the memory bounded', async () => {
    const before = process.memoryUsage().rss;
    for (const fault of FAULTS.filter((one) => /bomb|endless|flood/u.test(one.name))) await meet(fault);
    expect(process.memoryUsage().rss - before).toBeLessThan(MEMORY_BYTES);
  });
});

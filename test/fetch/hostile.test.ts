import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../src/fetch/client.ts';
import { FAULTS, type Fault } from '../helpers/hostile-faults.ts';
import { boundsFor, type HostileServer, startHostileServer } from '../helpers/hostile-server.ts';

/** Every fault ends by what its reason says, which is long before any other bound would end it. */
const BOUND_MS = 30_000;

/** What all faults together may leave in memory: bombs are of 64 MiB each, and have all gone. */
const LEFT_BYTES = 32 << 20;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

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
    ...boundsFor(fault),
    ...(fault.resolve === undefined ? {} : { resolve: fault.resolve }),
  });
  const started = performance.now();
  const result = await client.fetch(server.request(fault));
  const took = performance.now() - started;
  await client.close();
  return { result, took };
}

/** Bytes that somebody still holds. */
function held(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
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
    const large = FAULTS.filter((one) => /bomb|endless|flood/u.test(one.name));
    // The first meeting loads code and makes what is kept for later ones.
    for (const fault of large) await meet(fault);
    const before = held();
    for (const fault of large) await meet(fault);
    expect(held() - before).toBeLessThan(LEFT_BYTES);
  });
});

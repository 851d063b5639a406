import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { privateReason } from '../../src/fetch/address.ts';
import { createHttpClient } from '../../src/fetch/client.ts';
import { tryToReachLoopback } from '../helpers/ssrf.ts';

/** A tenth of what `npm run torture:fetch` does. */
const ATTEMPTS = 10_000;

describe('addresses', () => {
  test.each([
    ['93.184.216.34', undefined],
    ['8.8.8.8', undefined],
    ['2606:4700:4700::1111', undefined],
    ['::ffff:8.8.8.8', undefined],
    ['127.0.0.1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['169.254.169.254', 'linkLocal'],
    ['168.63.129.16', 'cloud'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'not-global-unicast'],
    ['::1', 'not-global-unicast'],
    ['::7f00:1', 'not-global-unicast'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:168.63.129.16', 'cloud'],
    ['64:ff9b::7f00:1', 'not-global-unicast'],
    ['100:0:0:1::1', 'not-global-unicast'],
    ['fd00::1', 'not-global-unicast'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:1::1', 'teredo'],
    ['2001:db8::1', 'reserved'],
    ['2600:1f18::5efe:7f00:1', 'isatap'],
    ['fe80::1%lo', 'zone'],
    ['127.1', 'not-an-address'],
    ['localhost', 'not-an-address'],
    ['', 'not-an-address'],
  ])('%s is %s', (address, reason) => {
    expect(privateReason(address)).toBe(reason);
  });
});

describe('attempts to reach loopback', () => {
  test(`${ATTEMPTS} spellings, answers, redirects and ports: no connection, no answer`, async () => {
    const report = await tryToReachLoopback(ATTEMPTS);
    expect(report).toMatchObject({ attempts: ATTEMPTS, connections: 0, passed: [] });
    // The address rule was reached, not only what stands before it.
    for (const reason of ['private-address', 'private-answer', 'url-port'])
      expect([...report.reasons.keys()]).toContain(reason);
  });

  test('a sentinel does see whoever really comes', async () => {
    let seen = 0;
    const server = createServer((socket) => {
      seen += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const client = createHttpClient({ userAgent: 'toolrisk/0.0.0', now: Date.now, retries: 0 });
    await client.fetch({ url: `http://127.0.0.1:${port}/`, trust: 'operator', maxBytes: 10 });
    await client.close();
    server.close();
    expect(seen).toBe(1);
  });

  test('a name is resolved once for each connection, so a second answer is never asked for', async () => {
    let asked = 0;
    const client = createHttpClient({
      userAgent: 'toolrisk/0.0.0',
      now: Date.now,
      retries: 0,
      resolve: (_, answer) => {
        asked += 1;
        answer(null, [{ address: asked === 1 ? '127.0.0.1' : '93.184.216.34', family: 4 }]);
      },
    });
    const result = await client.fetch({ url: 'http://rebind.example/', trust: 'crawled', maxBytes: 10 });
    await client.close();
    expect(result).toMatchObject({ reason: 'private-answer' });
    expect(asked).toBe(1);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient, type HttpClientOptions } from '../../src/fetch/client.ts';
import { textOf } from '../../src/fetch/text.ts';
import { FetchError } from '../../src/fetch/types.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

const serve = async (handler: Handler) => `http://127.0.0.1:${await listen(createServer(handler))}`;

function client(options: Partial<HttpClientOptions> = {}) {
  const made = createHttpClient({ userAgent: 'toolrisk/1.2.3 (+x)', now: Date.now, retries: 0, ...options });
  closers.push(() => made.close());
  return made;
}

const ask = (url: string, more: object = {}) => ({ url, trust: 'operator' as const, maxBytes: 1 << 20, ...more });

describe('an answer', () => {
  test('that is over the limit is refused, also when it comes whole with its headers', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/chunked') response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.end('12345678901');
    });
    const fetched = (path: string, maxBytes: number) => client().fetch(ask(origin + path, { maxBytes }));
    expect(await fetched('/chunked', 10)).toMatchObject({ kind: 'failed', reason: 'body-too-large' });
    expect(await fetched('/chunked', 11)).toMatchObject({ kind: 'fetched' });
    expect(await fetched('/', 10)).toMatchObject({ kind: 'failed', reason: 'body-declared-too-large' });
  });

  test('comes whole, decoded, with its validators and the way it took', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/a') return response.writeHead(302, { location: 'b#part' }).end();
      response.writeHead(200, {
        'content-encoding': 'gzip',
        etag: 'W/"1"',
        'last-modified': 'Sun',
        'set-cookie': 'a=b',
      });
      response.end(gzipSync('{"a":1}'));
    });
    const answer = await client().fetch(ask(`${origin}/a`));
    if (answer.kind !== 'fetched') throw new Error(answer.kind);
    expect(textOf(answer)).toBe('{"a":1}');
    expect(answer).toMatchObject({ url: `${origin}/b`, status: 200, redirects: [`${origin}/b`] });
    expect(answer.validators).toEqual({ etag: 'W/"1"', lastModified: 'Sun' });
    expect(answer.headers.has('set-cookie')).toBe(false);
  });

  test('is not sent again when its validators still hold', async () => {
    const origin = await serve((request, response) => {
      response.writeHead(request.headers['if-none-match'] === '"1"' ? 304 : 200, { etag: '"1"' }).end();
    });
    const answer = await client().fetch(ask(origin, { validators: { etag: '"1"' } }));
    expect(answer).toEqual({ kind: 'not-modified', validators: { etag: '"1"' } });
  });

  test.each([
    ['a byte-order mark', '\ufeff{}', 'application/json', '{}'],
    ['Latin 1', Buffer.from([0x63, 0xe9]), 'text/html; charset=ISO-8859-1', 'cé'],
    ['Shift JIS, quoted', Buffer.from([0x82, 0xa0]), 'text/html; charset="shift_jis"', 'あ'],
    ['UTF-16, declared', Buffer.from('hé', 'utf16le'), 'text/plain; charset=utf-16le', 'hé'],
    ['nothing', '', 'application/json', ''],
  ])('is text: %s', async (_, body, type, text) => {
    const origin = await serve((__, response) => response.writeHead(200, { 'content-type': type }).end(body));
    const answer = await client().fetch(ask(origin, { text: true }));
    if (answer.kind !== 'fetched') throw new Error(answer.kind);
    expect(textOf(answer)).toBe(text);
  });

  test('of an asked-for status is an answer, with its body', async () => {
    const origin = await serve((_, response) => response.writeHead(400, { 'content-type': 'text/plain' }).end('why'));
    const answer = await client().fetch(ask(origin, { statuses: [400], contentTypes: ['application/json'] }));
    expect(answer).toMatchObject({ kind: 'fetched', status: 400 });
  });

  test('of a suffix type is accepted where the suffix is', async () => {
    const origin = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'application/x+json; v=1' }).end('{}'),
    );
    const answer = await client().fetch(ask(origin, { contentTypes: ['application/json', 'application/*+json'] }));
    expect(answer).toMatchObject({ kind: 'fetched' });
  });
});

describe('a redirect to another origin', () => {
  async function pair(options: Partial<HttpClientOptions> = {}) {
    const seen: IncomingMessage['headers'][] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers);
      response.end('there');
    });
    const first = await serve((request, response) => {
      seen.push(request.headers);
      response.writeHead(302, { location: other }).end();
    });
    return { first, other, seen, http: client({ operatorOrigins: () => [other], ...options }) };
  }

  test('loses the headers and the validators of the caller', async () => {
    const { first, http, seen } = await pair();
    const headers = { authorization: 'Bearer secret', 'x-api-key': 'secret' };
    const answer = await http.fetch(ask(first, { headers, validators: { etag: '"1"' } }));
    expect(answer).toMatchObject({ kind: 'fetched' });
    expect(seen[0]).toMatchObject({ authorization: 'Bearer secret', 'x-api-key': 'secret', 'if-none-match': '"1"' });
    for (const name of ['authorization', 'x-api-key', 'if-none-match']) expect(seen[1]).not.toHaveProperty(name);
    expect(seen[1]?.['user-agent']).toBe('toolrisk/1.2.3 (+x)');
  });

  test('loses the trust of the operator, unless that origin is configured too', async () => {
    const { first, http, seen } = await pair({ operatorOrigins: () => [] });
    expect(await http.fetch(ask(first))).toMatchObject({ kind: 'failed', reason: 'url-port' });
    expect(seen).toHaveLength(1);
  });

  test('and back again is still a stranger: no headers, no trust', async () => {
    let home = '';
    const away = await serve((_, response) => response.writeHead(302, { location: `${home}/secret` }).end());
    const seen: (string | undefined)[] = [];
    home = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: away }).end();
    });
    const http = client({ allowLoopbackFor: [away, home] });
    await http.fetch(ask(home, { headers: { authorization: 'Bearer secret' } }));
    expect(seen).toEqual(['Bearer secret', undefined]);
  });

  test('does not take a posted body along, not even by 307', async () => {
    const { first, http } = await pair();
    expect(await http.fetch(ask(first, { method: 'POST', body: '{}' }))).toMatchObject({ reason: 'redirect-method' });
  });

  test('within the origin, 308 does', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/mcp') return response.writeHead(308, { location: '/mcp/' }).end();
      request.pipe(response);
    });
    const answer = await client().fetch(ask(`${origin}/mcp`, { method: 'POST', body: '{"a":1}' }));
    expect(answer.kind === 'fetched' && textOf(answer)).toBe('{"a":1}');
  });
});

describe('an opened answer', () => {
  const drip: Handler = (_, response) => {
    response.write('one');
    setTimeout(() => response.write('two'), 20);
  };

  test('is read while it comes, and its end by the deadline is thrown with the reason', async () => {
    const origin = await serve(drip);
    const opened = await client().open(ask(origin, { timeoutMs: 3_000 }));
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    const read: string[] = [];
    const reading = (async () => {
      for await (const chunk of opened.body) read.push(Buffer.from(chunk).toString());
    })();
    await expect(reading).rejects.toSatisfy(
      (error) => error instanceof FetchError && error.failure.reason === 'deadline',
    );
    expect(read.join('')).toBe('onetwo');
  });

  test.each([
    ['keeps its place until it is closed', false, 'waiting'],
    ['gives its place back at once when it is an event stream', true, 'fetched'],
  ])('%s', async (_, longLived, expected) => {
    const origin = await serve((request, response) =>
      request.url === '/events' ? drip(request, response) : response.end(),
    );
    const http = client({ manners: [{ host: '*', concurrency: 1, intervalMs: 0, reason: 'test', source: 'ours' }] });
    const opened = await http.open(ask(`${origin}/events`, { longLived }));
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    const other = http.fetch(ask(origin)).then((answer) => answer.kind);
    // Who has its place is answered, however long that takes; who has none is still waiting after a while.
    const aWhile = longLived ? [] : [new Promise((resolve) => setTimeout(() => resolve('waiting'), 200))];
    expect(await Promise.race([other, ...aWhile])).toBe(expected);
    opened.close();
    expect(await other).toBe('fetched');
  });

  test('that nobody reads gives its place back at its deadline', async () => {
    const origin = await serve((request, response) =>
      request.url === '/events' ? drip(request, response) : response.end(),
    );
    const http = client({ manners: [{ host: '*', concurrency: 1, intervalMs: 0, reason: 'test', source: 'ours' }] });
    expect(await http.open(ask(`${origin}/events`, { timeoutMs: 2_000 }))).toMatchObject({ kind: 'opened' });
    expect(await http.fetch(ask(origin))).toMatchObject({ kind: 'fetched' });
  });
});

describe('a caller that changes its mind', () => {
  test('ends the request', async () => {
    const origin = await serve(() => undefined);
    const result = await client().fetch(ask(origin, { signal: AbortSignal.timeout(50) }));
    expect(result).toMatchObject({ kind: 'failed', reason: 'aborted' });
  });

  test('ends it before it began', async () => {
    const result = await client().fetch(ask('http://127.0.0.1:1/', { signal: AbortSignal.abort() }));
    expect(result).toMatchObject({ kind: 'failed', reason: 'aborted' });
  });
});

describe('addresses that are not fetched', () => {
  test.each([
    ['ftp://example.org/', 'url-scheme'],
    ['file:///etc/passwd', 'url-scheme'],
    ['http://user:secret@example.org/', 'url-userinfo'],
    ['not a url', 'url-invalid'],
    [`http://example.org/${'a'.repeat(9_000)}`, 'url-too-long'],
    ['http://example.org:8080/', 'url-port'],
    ['http://[::1]/', 'private-address'],
  ])('%s → %s', async (url, reason) => {
    const result = await client().fetch({ url, trust: 'crawled', maxBytes: 10 });
    expect(result).toMatchObject({ kind: 'failed', reason });
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl)('certificates (needs openssl)', () => {
  async function secure(handler: Handler) {
    const folder = mkdtempSync(join(tmpdir(), 'toolrisk-cert-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const what = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', ...subject];
    execFileSync('openssl', ['req', '-x509', ...what, '-keyout', files.key, '-out', files.cert], { stdio: 'ignore' });
    const cert = readFileSync(files.cert, 'utf8');
    const port = await listen(createSecureServer({ key: readFileSync(files.key), cert }, handler));
    return { origin: `https://127.0.0.1:${port}`, port, cert };
  }

  test('one that nobody vouches for is refused', async () => {
    const { origin } = await secure((_, response) => response.end('ok'));
    expect(await client().fetch(ask(origin))).toMatchObject({ reason: 'tls-certificate', outcome: 'unreachable' });
  });

  test('one of a configured authority is taken, for its own name only', async () => {
    const { origin, port, cert } = await secure((_, response) => response.end('ok'));
    const http = client({ ca: [cert] });
    expect(await http.fetch(ask(origin))).toMatchObject({ kind: 'fetched' });
    expect(await http.fetch(ask(`https://localhost:${port}`))).toMatchObject({ reason: 'tls-certificate' });
  });

  test('a redirect from https to http is refused', async () => {
    const { origin, cert } = await secure((_, response) =>
      response.writeHead(301, { location: 'http://example.org/' }).end(),
    );
    expect(await client({ ca: [cert] }).fetch(ask(origin))).toMatchObject({ reason: 'redirect-downgrade' });
  });

  test('plain HTTP to a secure port is no answer', async () => {
    const { port } = await secure((_, response) => response.end('ok'));
    const result = await client().fetch(ask(`http://127.0.0.1:${port}`));
    expect(result).toMatchObject({ kind: 'failed', outcome: 'unreachable' });
  });
});

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Modules that open sockets. */
const NETWORK =
  /(?:from|import|import\s*\(|require\s*\(|getBuiltinModule\s*\()\s*['"](?:node:)?(?:net|tls|https?|http2|dgram|dns|dns\/promises|undici|inspector|cluster)['"]/u;

/** Names that open sockets without an import. */
const GLOBALS =
  /(?<![\w.$'"`-])(?:fetch|WebSocket|EventSource|XMLHttpRequest)\s*\(|globalThis\s*\.\s*fetch|new\s+(?:WebSocket|EventSource)\b/u;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /\.[cm]?ts$/u.test(path) && !path.endsWith('.d.ts'),
);

/** Code without comments and without what stands in quotes on one line, so that prose about fetching is no call. */
function code(path: string): string {
  return readFileSync(`${SRC}/${path}`, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//gu, '')
    .replace(/^\s*\/\/.*$/gmu, '');
}

/** What a file may take of them without being able to dial: types, and the making of a server that only listens. */
const HARMLESS =
  /import\s+type\s+\{[^}]*\}\s+from\s+'node:\w+';|import\s+\{(?:\s*(?:createServer|type\s+\w+)\s*,?)+\}\s+from\s+'node:http';/gu;

/** Text that is run inside of the sandbox, to prove that nothing can be dialled there. */
const INSIDE_THE_SANDBOX = 'read/sandbox/probes.ts';

describe('nothing but fetch opens a socket', () => {
  test('there are files to look at', () => {
    expect(files.length).toBeGreaterThan(20);
  });

  test.each(files.filter((path) => !path.startsWith('fetch/') && path !== INSIDE_THE_SANDBOX))('%s', (path) => {
    const text = code(path).replace(HARMLESS, '');
    expect(NETWORK.exec(text)?.[0]).toBeUndefined();
    const withoutMethods = text.replace(/^\s*(?:async\s+)?(?:function\s+)?fetch\s*\(.*\{?$/gmu, '');
    expect(GLOBALS.exec(withoutMethods)?.[0]).toBeUndefined();
  });

  test('the loaded program listens to the network through undici alone, and loading it connects nowhere', async () => {
    // In a child: every connect of the process is counted from before the first of our modules is loaded.
    const script = `
      import net from 'node:net';
      import dgram from 'node:dgram';
      import { createRequire } from 'node:module';
      let sockets = 0;
      const connect = net.Socket.prototype.connect;
      net.Socket.prototype.connect = function (...args) { sockets += 1; return connect.apply(this, args); };
      dgram.createSocket = () => { sockets += 1; throw new Error('no datagrams'); };
      const index = await import('./src/fetch/client.ts');
      const { readers } = await import('./src/read/index.ts').then((all) => ({ readers: Object.keys(all).length }));
      const client = index.createHttpClient({ userAgent: 'toolrisk/0', now: Date.now, retries: 0 });
      const before = sockets;
      await client.fetch({ url: 'http://127.0.0.1:1/', trust: 'crawled', maxBytes: 1 });
      const refused = sockets - before;
      await client.fetch({ url: 'http://127.0.0.1:1/', trust: 'operator', maxBytes: 1 });
      const tried = sockets - before;
      await client.close();
      console.log(JSON.stringify({ before, refused, tried, readers: readers > 0 }));
    `;
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' },
    });
    expect(JSON.parse((await run).stdout)).toEqual({ before: 0, refused: 0, tried: 1, readers: true });
  });
});

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReading, type ReadingSetup } from '../../src/commands/setup.ts';
import type { Fetched, FetchRequest, HttpClient } from '../../src/fetch/types.ts';

/** Where answers are kept between runs, outside of the tree: a registry is asked once. */
const FOLDER = process.env.TOOLRISK_CACHE ?? join(tmpdir(), 'toolrisk-cache');

/** What a script needs to read packages: the real client, with its answers kept in a folder. */
export async function openCachedReading(): Promise<ReadingSetup> {
  const controller = new AbortController();
  const setup = await openReading({
    env: process.env,
    cwd: process.cwd(),
    dataFolder: join(import.meta.dirname, '../../data'),
    version: '0.0.0',
    now: Date.now,
    signal: controller.signal,
  });
  const client = cached(setup.client);
  return { ...setup, client, read: { ...setup.read, client } };
}

function cached(client: HttpClient): HttpClient {
  mkdirSync(FOLDER, { recursive: true });
  const pathOf = ({ url, accept = '' }: FetchRequest) =>
    join(FOLDER, createHash('sha256').update(`${url} ${accept}`).digest('hex'));
  const answer = (request: FetchRequest, body: Uint8Array): Fetched => ({
    kind: 'fetched',
    url: request.url,
    status: 200,
    headers: new Map(),
    body,
    validators: {},
    redirects: [],
  });
  const fetch: HttpClient['fetch'] = async (request) => {
    const path = pathOf(request);
    if (existsSync(path)) return answer(request, readFileSync(path));
    const fetched = await client.fetch(request);
    if (fetched.kind === 'fetched') {
      writeFileSync(`${path}.part`, fetched.body);
      renameSync(`${path}.part`, path);
    }
    return fetched;
  };
  return {
    fetch,
    async open(request) {
      const fetched = await fetch(request);
      if (fetched.kind !== 'fetched') return fetched;
      const { kind: _kind, body, ...rest } = fetched;
      return { ...rest, kind: 'opened', body: chunks(body), close: () => undefined };
    },
    close: () => client.close(),
  };
}

async function* chunks(body: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < body.byteLength; at += 65_536) yield body.subarray(at, at + 65_536);
}

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** A server of a test, and how to end it. */
export interface Served {
  readonly url: string;
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves HTTP on a free port of loopback. */
export async function serveHttp(
  handle: (request: IncomingMessage, response: ServerResponse, origin: string) => unknown,
  path = '/mcp',
): Promise<Served> {
  let origin = '';
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    handle(request, response, origin);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    url: origin + path,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const EVERYTHING = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
);

/** The program of the reference server. */
export const everythingProgram = EVERYTHING;

/** Ports that no system gives out by itself, so that nobody takes one between the look and the start. */
const PORTS = { from: 20_000, count: 10_000 };

/** The reference server as its authors ship it, over HTTP. It wants to be told its port: another one where one is taken. */
export async function serveEverything(transport: 'streamableHttp' | 'sse'): Promise<Served> {
  for (let tries = 0; tries < 20; tries += 1) {
    const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
    const child = (await isFree(port)) ? await startEverything(transport, port) : undefined;
    if (child === undefined) continue;
    const origin = `http://127.0.0.1:${port}`;
    return { origin, url: origin + (transport === 'sse' ? '/sse' : '/mcp'), close: () => ended(child) };
  }
  throw new Error('The reference server found no port.');
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    // Without a host, as the reference server listens.
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

/** The server once it listens; undefined where it ended instead. */
function startEverything(transport: string, port: number): Promise<ChildProcess | undefined> {
  const child = spawn(process.execPath, [EVERYTHING, transport], {
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve) => {
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
      if (/(?:listening|running) on port/iu.test(said)) resolve(child);
    });
    child.once('exit', () => resolve(undefined));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

/** A server of the modern era, written with the newest SDK, as `scope` marks its lists. */
export function serveModern(scope: 'public' | 'private', legacy: 'stateless' | 'reject' = 'reject'): Promise<Served> {
  const handler = createMcpHandler(
    () => {
      const server = new McpServer(
        { name: 'modern', title: 'Modern server', version: '3.1.4' },
        {
          instructions: 'Be kind.',
          capabilities: { tools: {} },
          cacheHints: { 'tools/list': { ttlMs: 1_000, cacheScope: scope } },
        },
      );
      const inputSchema = z.object({ left: z.number(), right: z.number().describe('The other one') });
      server.registerTool('add', { description: 'Adds two numbers', inputSchema }, async () => ({ content: [] }));
      server.registerTool('drop', { title: 'Drop it', annotations: { destructiveHint: true } }, async () => ({
        content: [],
      }));
      return server;
    },
    { legacy },
  );
  return serveHttp(async (request, response, origin) => {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
    const method = request.method ?? 'GET';
    const body = method === 'POST' ? await bodyOf(request) : null;
    const answer = await handler.fetch(new Request(origin + request.url, { method, headers, body }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** One JSON-RPC request as the servers below see it. */
export interface Call {
  readonly id?: number;
  readonly method?: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** An answer to something that the server asked. */
  readonly error?: unknown;
}

/** How a server written by hand answers one call; undefined for its usual answer. */
export type Misbehave = (call: Call, response: ServerResponse, request: IncomingMessage) => boolean | undefined;

export const TOOL = { name: 'echo', description: 'Echoes', inputSchema: { type: 'object', properties: {} } };

/** A session server written by hand: behaves, but where `misbehave` says that it answered itself. */
export function serveByHand(misbehave: Misbehave, calls: Call[] = []): Promise<Served> {
  return serveHttp(async (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const call = callOf(await bodyOf(request));
    calls.push(call);
    if (misbehave(call, response, request) === true) return;
    if (call.id === undefined || call.method === undefined) return response.writeHead(202).end();
    const answer = usual(call);
    response.writeHead('error' in answer ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, ...answer }));
  });
}

function usual(call: Call) {
  if (call.method === 'initialize') {
    return {
      result: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'hand', version: '1' },
      },
    };
  }
  if (call.method === 'tools/list') return { result: { tools: [TOOL] } };
  return { error: { code: -32_601, message: 'Method not found' } };
}

function callOf(text: string): Call {
  const parsed: unknown = JSON.parse(text);
  const Shape = z.object({
    id: z.number().optional(),
    method: z.string().optional(),
    params: z.record(z.string(), z.unknown()).default({}),
    error: z.unknown().optional(),
  });
  const { id, method, params, error } = Shape.parse(parsed);
  return { params, error, ...(id === undefined ? {} : { id }), ...(method === undefined ? {} : { method }) };
}

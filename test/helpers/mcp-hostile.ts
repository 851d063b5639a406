import type { ServerResponse } from 'node:http';
import { type Misbehave, TOOL } from './mcp-servers.ts';

/** One way in which a live server may misbehave, and how the visit must end. */
export interface HostileListing {
  readonly name: string;
  /** The stable word of the failure; undefined when the list is read all the same. */
  readonly reason: string | undefined;
  readonly outcome?: string;
  readonly tools?: number;
  readonly dropped?: number;
  readonly misbehave: Misbehave;
}

const json = (response: ServerResponse, id: number | undefined, result: unknown): true => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  return true;
};

/** Answers `tools/list` with this. */
const lists =
  (result: unknown): Misbehave =>
  (call, response) =>
    call.method === 'tools/list' ? json(response, call.id, result) : undefined;

/** Streams to `tools/list`, as long as the other side reads. */
const streams =
  (type: string, first: string, piece: (n: number) => string): Misbehave =>
  (call, response) => {
    if (call.method !== 'tools/list') return undefined;
    response.writeHead(200, { 'content-type': type });
    response.write(first);
    let n = 0;
    const more = (): void => {
      while (!response.destroyed && response.write(piece(n++)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
    return true;
  };

const event = (message: unknown) => `event: message\ndata: ${JSON.stringify(message)}\n\n`;
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const EVENTS = 'text/event-stream';
const JSON_TYPE = 'application/json';
const LONG = 'x'.repeat(1 << 16);

/** A schema that costs a validator seconds or makes it throw. */
const OUTPUT_SCHEMA = {
  type: 'object',
  properties: Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`p${n}`, { type: 'string', pattern: '(' }])),
  $ref: 'https://attacker.example/schema.json',
};

export const HOSTILE_LISTINGS: readonly HostileListing[] = [
  {
    name: 'an endless line',
    reason: 'mcp-message-bytes',
    outcome: 'too-large',
    misbehave: streams(JSON_TYPE, '{"a":"', () => LONG),
  },
  {
    name: 'an endless event',
    reason: 'mcp-message-bytes',
    outcome: 'too-large',
    misbehave: streams(EVENTS, 'data: ', () => LONG),
  },
  {
    name: 'an event of endless lines',
    reason: 'mcp-message-bytes',
    outcome: 'too-large',
    misbehave: streams(EVENTS, '', () => `data: ${LONG}\n`),
  },
  {
    name: 'endless comments',
    reason: 'mcp-total-bytes',
    outcome: 'too-large',
    misbehave: streams(EVENTS, '', () => `: ${LONG}\n\n`),
  },
  {
    name: 'a flood of notifications',
    reason: 'mcp-messages',
    outcome: 'too-large',
    misbehave: streams(EVENTS, '', (n) => event({ jsonrpc: '2.0', method: 'notifications/message', params: { n } })),
  },
  {
    name: 'a flood of empty events',
    reason: 'mcp-messages',
    outcome: 'too-large',
    misbehave: streams(EVENTS, '', () => 'data:\n\n'),
  },
  {
    name: 'answers to questions that nobody asked',
    reason: 'mcp-messages',
    outcome: 'too-large',
    misbehave: streams(EVENTS, '', (n) => event({ jsonrpc: '2.0', id: 1_000 + n, result: { tools: [] } })),
  },
  {
    name: 'a constant cursor',
    reason: 'mcp-cursor-loop',
    outcome: 'malformed',
    misbehave: lists({ tools: [TOOL], nextCursor: 'again' }),
  },
  {
    name: 'pages without end',
    reason: 'mcp-pages',
    outcome: 'too-large',
    misbehave: (call, response) =>
      call.method === 'tools/list' ? json(response, call.id, { tools: [], nextCursor: `${call.id}` }) : undefined,
  },
  {
    name: 'a cursor that is no text',
    reason: 'mcp-cursor',
    outcome: 'malformed',
    misbehave: lists({ tools: [], nextCursor: { page: 2 } }),
  },
  {
    name: 'a cursor of a megabyte',
    reason: 'mcp-cursor',
    outcome: 'malformed',
    misbehave: lists({ tools: [], nextCursor: 'x'.repeat(1 << 20) }),
  },
  {
    name: 'one malformed tool of three',
    reason: undefined,
    tools: 2,
    dropped: 1,
    misbehave: lists({
      tools: [TOOL, { description: 'nameless' }, { ...TOOL, name: 'other', inputSchema: 'no schema' }],
    }),
  },
  {
    name: '100,000 tools',
    reason: 'mcp-tools',
    outcome: 'too-large',
    misbehave: lists({ tools: Array.from({ length: 100_000 }, (_, n) => ({ name: `t${n}` })) }),
  },
  {
    name: '100,000 tools that are long',
    reason: 'mcp-message-bytes',
    outcome: 'too-large',
    misbehave: lists({
      tools: Array.from({ length: 100_000 }, (_, n) => ({ ...TOOL, name: `t${n}`, description: 'x'.repeat(200) })),
    }),
  },
  {
    name: 'hostile output schemas',
    reason: undefined,
    tools: 40,
    dropped: 0,
    misbehave: lists({
      tools: Array.from({ length: 40 }, (_, n) => ({ ...TOOL, name: `t${n}`, outputSchema: OUTPUT_SCHEMA })),
    }),
  },
  {
    name: 'a schema nested 100,000 times',
    reason: 'mcp-depth',
    outcome: 'too-large',
    misbehave: (call, response) => {
      if (call.method !== 'tools/list') return undefined;
      response.writeHead(200, { 'content-type': JSON_TYPE });
      response.end(
        `{"jsonrpc":"2.0","id":${call.id},"result":{"tools":[{"name":"deep","inputSchema":${nested(100_000)}}]}}`,
      );
      return true;
    },
  },
  {
    name: 'tools that are no list',
    reason: 'mcp-shape',
    outcome: 'malformed',
    misbehave: lists({ tools: { length: 3 } }),
  },
  {
    name: 'names of Object',
    reason: undefined,
    tools: 2,
    dropped: 0,
    misbehave: lists({ tools: [{ name: '__proto__' }, { name: 'constructor' }] }),
  },
  {
    name: 'a page instead of an answer',
    reason: 'mcp-shape',
    outcome: 'malformed',
    misbehave: (call, response) => {
      if (call.method !== 'tools/list') return undefined;
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Sign in</p>');
      return true;
    },
  },
  {
    name: 'half a message',
    reason: 'mcp-json',
    outcome: 'malformed',
    misbehave: (call, response) => {
      if (call.method !== 'tools/list') return undefined;
      response.writeHead(200, { 'content-type': JSON_TYPE }).end('{"jsonrpc":"2.0","id":2,"res');
      return true;
    },
  },
  {
    name: 'an event stream that ends early',
    reason: 'mcp-closed',
    outcome: 'unreachable',
    misbehave: (call, response) => {
      if (call.method !== 'tools/list') return undefined;
      response.writeHead(200, { 'content-type': EVENTS }).end(': nothing more\n\n');
      return true;
    },
  },
  {
    name: 'a JSON-RPC error',
    reason: 'mcp-error',
    outcome: 'malformed',
    misbehave: (call, response) => {
      if (call.method !== 'tools/list') return undefined;
      response.writeHead(200, { 'content-type': JSON_TYPE });
      response.end(
        JSON.stringify({ jsonrpc: '2.0', id: call.id, error: { code: -32_603, message: 'Internal \u001b[31m error' } }),
      );
      return true;
    },
  },
  {
    name: 'a redirect to loopback',
    reason: 'redirect-method',
    outcome: 'refused',
    misbehave: (call, response) => {
      if (call.method !== 'tools/list') return undefined;
      response.writeHead(307, { location: 'http://127.0.0.1:22/' }).end();
      return true;
    },
  },
  {
    name: 'authorization demanded for the list alone',
    reason: 'http-401',
    outcome: 'gated',
    misbehave: (call, response) => {
      if (call.method !== 'tools/list') return undefined;
      response.writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="http://127.0.0.1:1/meta"' }).end();
      return true;
    },
  },
  {
    name: 'a revision of the future',
    reason: 'mcp-no-protocol',
    outcome: 'malformed',
    misbehave: (call, response) =>
      call.method === 'initialize'
        ? json(response, call.id, { protocolVersion: '2999-01-01', capabilities: {} })
        : undefined,
  },
];

import { field, listOf, textOf } from '../../extract/edge/value.ts';
import type { Failure } from '../../model/manifest.ts';
import type { JsonObject } from '../../model/tool.ts';
import { mcpFailure } from './failures.ts';
import { MCP_LIMITS } from './limits.ts';
import { type Answer, notificationText, requestText } from './message.ts';
import { initializeParams, LEGACY, MODERN, MODERN_ERRORS, modernParams, type Peer } from './peer.ts';
import { openEventStream } from './sse.ts';
import { type Posted, post, type Remote, unanswered } from './wire.ts';

/** What a client that can do nothing declares. */
const NOTHING: JsonObject = {};

/** Longest session id that is sent back. */
const MAX_SESSION = 1_024;

/** Outcomes of the first question after which asking in another way makes no sense. */
const FINAL: ReadonlySet<string> = new Set(['gated', 'refused', 'rate-limited', 'removed', 'too-large']);

/**
 * Finds out which revision a remote server speaks, newest first: the modern era (`server/discover`), sessions
 * (`initialize`), and the event stream of 2024-11-05 where POST is not taken at all.
 */
export async function connectRemote(remote: Remote): Promise<Peer | Failure> {
  const modern = await probe(remote);
  if (modern !== 'older') return modern;
  const text = requestText(1, 'initialize', initializeParams(NOTHING));
  const posted = await post(remote, text, 1, {});
  if (posted.kind === 'failed') return posted;
  const { answer } = posted;
  if (answer?.kind === 'result') return startSession(remote, answer.result, posted);
  if (answer?.kind === 'error' && posted.status < 400) return errorFailure(answer);
  const old = await openEventStream(remote);
  if (old.kind !== 'failed' || old.outcome === 'gated' || old.outcome === 'refused') return old;
  // What the server said to the newer question is the better explanation of a stream that it has not.
  return old.reason.startsWith('mcp-') ? old : errorOrStatus(answer, posted, remote.url);
}

async function probe(remote: Remote): Promise<Peer | Failure | 'older'> {
  const peer = modernPeer(remote);
  const posted = await peer.discover();
  if (posted.kind === 'failed') {
    if (FINAL.has(posted.outcome) || posted.outcome === 'unreachable') return posted;
    return 'older';
  }
  const { answer } = posted;
  if (answer === undefined) return 'older';
  if (answer.kind === 'error') {
    if (answer.code === MODERN_ERRORS.version) {
      const supported = listOf(field(answer.data, 'supported')) ?? [];
      if (supported.some((one) => typeof one === 'string' && LEGACY.has(one))) return 'older';
      return mcpFailure('mcp-no-protocol', supported.map(String).join(', ').slice(0, 200));
    }
    const modern = answer.code === MODERN_ERRORS.header || answer.code === MODERN_ERRORS.capability;
    return modern ? errorFailure(answer) : 'older';
  }
  const versions = listOf(field(answer.result, 'supportedVersions')) ?? [];
  return versions.includes(MODERN) ? peer.speak(answer.result) : 'older';
}

/** A server of the modern era: no session, every request says everything. */
function modernPeer(remote: Remote) {
  let id = 0;
  const send = (method: string, params: JsonObject, timeoutMs?: number): Promise<Posted | Failure> => {
    id += 1;
    const headers = { 'mcp-protocol-version': MODERN, 'mcp-method': method };
    return post(remote, requestText(id, method, modernParams(params, NOTHING)), id, headers, timeoutMs);
  };
  return {
    discover: () => send('server/discover', {}, MCP_LIMITS.probeMs),
    speak: (hello: JsonObject): Peer => ({
      kind: 'peer',
      protocol: MODERN,
      transport: 'streamable HTTP',
      hello,
      ask: async (method, params) => answered(await send(method, params), remote.url),
      close: async () => undefined,
    }),
  };
}

/** A server with a session: the header that it gave goes with every request. */
async function startSession(remote: Remote, hello: JsonObject, posted: Posted): Promise<Peer | Failure> {
  const protocol = textOf(field(hello, 'protocolVersion'));
  if (protocol === undefined) return mcpFailure('mcp-shape', 'initialize gives no protocolVersion');
  if (!LEGACY.has(protocol)) return mcpFailure('mcp-no-protocol', protocol.slice(0, 80));
  const session = posted.headers.get('mcp-session-id');
  const headers: Record<string, string> = { 'mcp-protocol-version': protocol };
  if (session !== undefined && session.length <= MAX_SESSION && /^[\x21-\x7e]+$/u.test(session)) {
    headers['mcp-session-id'] = session;
  }
  const ready = await post(remote, notificationText('notifications/initialized'), undefined, headers);
  if (ready.kind === 'failed' && FINAL.has(ready.outcome)) return ready;
  let id = 1;
  return {
    kind: 'peer',
    protocol,
    transport: 'streamable HTTP',
    hello,
    async ask(method, params) {
      id += 1;
      return answered(await post(remote, requestText(id, method, params), id, headers), remote.url);
    },
    async close() {
      if (headers['mcp-session-id'] === undefined) return;
      await remote.client.fetch({
        url: remote.url,
        trust: remote.trust,
        method: 'DELETE',
        headers,
        maxBytes: 4_096,
        timeoutMs: 3_000,
        statuses: [404, 405],
        signal: remote.signal,
      });
    },
  };
}

function answered(posted: Posted | Failure, url: string): Answer | Failure {
  if (posted.kind === 'failed') return posted;
  return posted.answer ?? unanswered(posted, url);
}

function errorOrStatus(answer: Answer | undefined, posted: Posted, url: string): Failure {
  return answer?.kind === 'error' ? errorFailure(answer) : unanswered(posted, url);
}

/** A JSON-RPC error as a failure. */
export function errorFailure(error: Extract<Answer, { kind: 'error' }>): Failure {
  return mcpFailure('mcp-error', `${error.code}: ${error.message.slice(0, 200)}`);
}

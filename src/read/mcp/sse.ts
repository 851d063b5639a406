import { field, textOf } from '../../extract/edge/value.ts';
import { parseUrl } from '../../fetch/url.ts';
import type { Failure } from '../../model/manifest.ts';
import { mcpError, mcpFailure } from './failures.ts';
import { eventsOf, type StreamEvent } from './framer.ts';
import { MCP_LIMITS } from './limits.ts';
import { type Answer, notificationText, requestText } from './message.ts';
import { initializeParams, LEGACY, type Peer } from './peer.ts';
import { failureFrom, find, post, Refusals, type Remote, spent } from './wire.ts';

/** The transport of 2024-11-05: answers come on one long event stream, requests go to an address that it names. */
export async function openEventStream(remote: Remote): Promise<Peer | Failure> {
  const opened = await remote.client.open({
    url: remote.url,
    trust: remote.trust,
    accept: 'text/event-stream',
    contentTypes: ['text/event-stream'],
    maxBytes: 2 * MCP_LIMITS.totalBytes,
    timeoutMs: MCP_LIMITS.visitMs,
    longLived: true,
    signal: remote.signal,
  });
  if (opened.kind === 'not-modified') return mcpFailure('mcp-shape', 'not modified, unasked');
  if (opened.kind === 'failed') return opened;
  const events = eventsOf(spent(opened.body, remote.budget));
  const close = async () => opened.close();
  try {
    const endpoint = await endpointOf(events, opened.url);
    const peer = peerOn(events, { ...remote, url: endpoint });
    const hello = await inTime(peer.ask('initialize', initializeParams({})));
    if (hello.kind === 'failed') return await ended(close, hello);
    if (hello.kind === 'error') return await ended(close, mcpFailure('mcp-error', `${hello.code}: ${hello.message}`));
    const protocol = textOf(field(hello.result, 'protocolVersion')) ?? '';
    if (!LEGACY.has(protocol)) return await ended(close, mcpFailure('mcp-no-protocol', protocol.slice(0, 80)));
    await post({ ...remote, url: endpoint }, notificationText('notifications/initialized'), undefined, {});
    return {
      kind: 'peer',
      protocol,
      transport: 'HTTP+SSE',
      hello: hello.result,
      ask: (method, params) => inTime(peer.ask(method, params)),
      close,
    };
  } catch (error) {
    opened.close();
    return failureFrom(error);
  }
}

async function ended(close: () => Promise<void>, failure: Failure): Promise<Failure> {
  await close();
  return failure;
}

/** The address of the first event: of the same origin, or a hostile server would have us post wherever it likes. */
async function endpointOf(events: AsyncGenerator<StreamEvent, void, undefined>, base: string): Promise<string> {
  for (;;) {
    const next = await inTime(events.next());
    if (next.done === true) throw mcpError('mcp-closed', 'the event stream ended before it named an address');
    if (next.value.event !== 'endpoint') continue;
    const endpoint = parseUrl(next.value.data.trim(), base);
    if (endpoint === undefined || endpoint.origin !== new URL(base).origin) {
      throw mcpError('mcp-endpoint', next.value.data.slice(0, 200));
    }
    return endpoint.href;
  }
}

function peerOn(events: AsyncGenerator<StreamEvent, void, undefined>, remote: Remote) {
  let id = 0;
  const refusals = new Refusals((text) => post(remote, text, undefined, {}));
  return {
    async ask(method: string, params: Parameters<Peer['ask']>[1]): Promise<Answer | Failure> {
      id += 1;
      // Some servers answer the POST itself.
      const posted = await post(remote, requestText(id, method, params), id, {});
      if (posted.kind === 'failed') return posted;
      if (posted.answer !== undefined) return posted.answer;
      try {
        for (;;) {
          const next = await events.next();
          if (next.done === true) return mcpFailure('mcp-closed', 'the event stream ended');
          const answer = await find(remote.budget.read(next.value.data), id, refusals);
          if (answer !== undefined) return answer;
        }
      } catch (error) {
        return failureFrom(error);
      }
    },
  };
}

/** Ends a wait for the stream; the stream itself ends with the visit. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const { requestMs } = MCP_LIMITS;
    timer = setTimeout(() => reject(mcpError('mcp-timeout', `${requestMs} ms`)), requestMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { statusFailure } from '../../fetch/reasons.ts';
import { FetchError, type HttpClient, type Opened, type Trust } from '../../fetch/types.ts';
import type { Failure } from '../../model/manifest.ts';
import { McpError, mcpError, mcpFailure } from './failures.ts';
import { eventsOf, Gathered } from './framer.ts';
import { MCP_LIMITS } from './limits.ts';
import { type Answer, type Budget, type Incoming, refusalText } from './message.ts';

/** Where a remote server is, and what talking to it may use. */
export interface Remote {
  readonly client: HttpClient;
  readonly url: string;
  readonly trust: Trust;
  readonly budget: Budget;
  readonly signal: AbortSignal;
}

/** What one POST brought: its status, and the answer if there was one. */
export interface Posted {
  readonly kind: 'posted';
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly answer: Answer | undefined;
}

/** Error statuses that say something about the protocol: their body is read for a JSON-RPC error. */
const SPEAKING = [400, 404, 405, 406, 409, 415, 422, 500, 501] as const;

/** Requests of one server to us that are answered; later ones are left alone. */
const MAX_REFUSALS = 8;

/** Sends one message and reads until its answer came; `id` is undefined for a notification, which has none. */
export async function post(
  remote: Remote,
  text: string,
  id: number | undefined,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number = MCP_LIMITS.requestMs,
): Promise<Posted | Failure> {
  const opened = await remote.client.open({
    url: remote.url,
    trust: remote.trust,
    method: 'POST',
    accept: 'application/json, text/event-stream',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
    maxBytes: 2 * MCP_LIMITS.totalBytes,
    timeoutMs,
    statuses: SPEAKING,
    longLived: true,
    signal: remote.signal,
  });
  if (opened.kind === 'not-modified') return mcpFailure('mcp-shape', 'not modified, to a POST');
  if (opened.kind === 'failed') return opened;
  try {
    const answer = id === undefined ? undefined : await answerIn(opened, id, remote, headers);
    return { kind: 'posted', status: opened.status, headers: opened.headers, answer };
  } catch (error) {
    return failureFrom(error);
  } finally {
    opened.close();
  }
}

async function answerIn(
  opened: Opened,
  id: number,
  remote: Remote,
  headers: Readonly<Record<string, string>>,
): Promise<Answer | undefined> {
  const body = spent(opened.body, remote.budget);
  const type = opened.headers.get('content-type') ?? '';
  if (/^\s*text\/event-stream/iu.test(type)) {
    const refusals = new Refusals((text) => post(remote, text, undefined, headers));
    for await (const event of eventsOf(body)) {
      const answer = await find(remote.budget.read(event.data), id, refusals);
      if (answer !== undefined) return answer;
    }
    throw mcpError('mcp-closed', 'the event stream ended without the answer');
  }
  const gathered = new Gathered(MCP_LIMITS.messageBytes);
  for await (const chunk of body) gathered.add(chunk);
  const text = gathered.end(new Uint8Array(0));
  if (opened.status >= 400 && !looksLikeJson(text)) return undefined;
  if (!looksLikeJson(text)) {
    if (opened.status === 202 || opened.status === 204) return undefined;
    throw mcpError('mcp-shape', `${type === '' ? 'no media type' : type.slice(0, 80)} instead of JSON`);
  }
  return find(remote.budget.read(text), id, undefined);
}

/** Passes a body on and counts it. */
export async function* spent(body: AsyncIterable<Uint8Array>, budget: Budget) {
  for await (const chunk of body) {
    budget.spend(chunk.byteLength);
    yield chunk;
  }
}

/** Refuses what servers ask of us, a few times. */
export class Refusals {
  #left = MAX_REFUSALS;
  readonly #send: (text: string) => Promise<unknown>;

  constructor(send: (text: string) => Promise<unknown>) {
    this.#send = send;
  }

  async refuse(request: { readonly id: string | number; readonly method: string }): Promise<void> {
    if (this.#left === 0) return;
    this.#left -= 1;
    await this.#send(refusalText(request));
  }
}

/** Picks our answer out of some messages, and refuses the requests among them. */
export async function find(
  messages: readonly Incoming[],
  id: number,
  refusals: Refusals | undefined,
): Promise<Answer | undefined> {
  for (const message of messages) {
    if (message.kind === 'request') await refusals?.refuse(message);
    if (message.kind === 'answer' && message.id === id) return message.answer;
  }
  // An error that could not be tied to a request has no id; alone in its body it can only be ours.
  return undefined;
}

function looksLikeJson(text: string): boolean {
  return /^[\s\uFEFF]*[[{]/u.test(text);
}

/** The failure of a POST whose status carried no answer. */
export function unanswered(posted: Posted, url: string): Failure {
  return posted.status >= 400 ? statusFailure(posted.status, url) : mcpFailure('mcp-shape', 'no answer in the body');
}

/** Turns what a transport threw into its value; what we did not foresee is thrown on. */
export function failureFrom(error: unknown): Failure {
  if (error instanceof McpError || error instanceof FetchError) return error.failure;
  throw error;
}

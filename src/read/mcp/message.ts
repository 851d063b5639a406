import { createHash } from 'node:crypto';
import { parseJson } from '../../extract/edge/json.ts';
import { field, listOf, objectOf, textOf } from '../../extract/edge/value.ts';
import type { Json, JsonObject } from '../../model/tool.ts';
import { mcpError } from './failures.ts';
import { MCP_LIMITS } from './limits.ts';

/** What came for one of our requests. */
export type Answer =
  | { readonly kind: 'result'; readonly result: JsonObject }
  | { readonly kind: 'error'; readonly code: number; readonly message: string; readonly data: Json | undefined };

/** One message of the server: an answer to us, a request to us, or a notification. */
export type Incoming =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'request'; readonly id: string | number; readonly method: string }
  | { readonly kind: 'other' };

const METHOD_NOT_FOUND = -32_601;

/** Counts what one visit reads, and ends it at a bound. */
export class Budget {
  #bytes = 0;
  #messages = 0;
  readonly #hash = createHash('sha256');

  /** @throws {McpError} past a bound. */
  spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MCP_LIMITS.totalBytes) throw mcpError('mcp-total-bytes', `${MCP_LIMITS.totalBytes} bytes`);
  }

  /**
   * Reads the messages of one line, event or body; older servers send several as a list.
   *
   * @throws {McpError} for what is no JSON, nested too deeply, or one message too many.
   */
  read(text: string): readonly Incoming[] {
    if (text.length > MCP_LIMITS.messageBytes) throw mcpError('mcp-message-bytes', `${MCP_LIMITS.messageBytes} bytes`);
    // Servers that let a stream be resumed begin it with an event without data.
    if (text.trim() === '') {
      this.#count(1);
      return [];
    }
    const parsed = parseJson(text);
    if (parsed.kind === 'bad') {
      throw mcpError(parsed.reason === 'too-deep' ? 'mcp-depth' : 'mcp-json', parsed.message.slice(0, 200));
    }
    const messages = listOf(parsed.value) ?? [parsed.value];
    this.#count(messages.length);
    return messages.map(incomingOf);
  }

  #count(messages: number): void {
    this.#messages += messages;
    if (this.#messages > MCP_LIMITS.messages) throw mcpError('mcp-messages', `${MCP_LIMITS.messages} messages`);
  }

  /** Adds the text of a page to the hash of what was read. */
  note(text: string): void {
    this.#hash.update(text).update('\n');
  }

  /** SHA-256 over the noted texts, hex. Ends the budget. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}

function incomingOf(value: Json): Incoming {
  const id = field(value, 'id');
  const method = textOf(field(value, 'method'));
  if (method !== undefined) {
    return typeof id === 'string' || typeof id === 'number' ? { kind: 'request', id, method } : { kind: 'other' };
  }
  // Some servers give a number back as text.
  const number = typeof id === 'string' && /^\d{1,9}$/u.test(id) ? Number(id) : id;
  if (typeof number !== 'number') return { kind: 'other' };
  const answer = answerOf(value);
  return answer === undefined ? { kind: 'other' } : { kind: 'answer', id: number, answer };
}

function answerOf(value: Json): Answer | undefined {
  const error = objectOf(field(value, 'error'));
  if (error !== undefined) {
    const code = field(error, 'code');
    const message = textOf(field(error, 'message')) ?? 'no message';
    return { kind: 'error', code: typeof code === 'number' ? code : 0, message, data: field(error, 'data') };
  }
  const result = objectOf(field(value, 'result'));
  return result === undefined ? undefined : { kind: 'result', result };
}

/** A request of ours, as text. */
export function requestText(id: number, method: string, params: JsonObject): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/** A notification of ours, as text. */
export function notificationText(method: string): string {
  return JSON.stringify({ jsonrpc: '2.0', method });
}

/** What a server that asks us for something gets: a ping its answer, everything else a refusal. */
export function refusalText(request: { readonly id: string | number; readonly method: string }): string {
  const { id, method } = request;
  if (method === 'ping') return JSON.stringify({ jsonrpc: '2.0', id, result: {} });
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: METHOD_NOT_FOUND, message: 'Method not found' } });
}

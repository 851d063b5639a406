import type { Failure } from '../../model/manifest.ts';
import type { JsonObject } from '../../model/tool.ts';
import type { Answer } from './message.ts';

/** A server on some transport, of an era that is settled. */
export interface Peer {
  readonly kind: 'peer';
  /** Revision of the protocol: a date. */
  readonly protocol: string;
  /** How it was reached: `streamable HTTP`, `HTTP+SSE`, `stdio`. */
  readonly transport: string;
  /** The answer that opened the conversation: of `initialize`, or of `server/discover`. */
  readonly hello: JsonObject;
  /** Sends one request and waits for its answer. */
  ask(method: string, params: JsonObject): Promise<Answer | Failure>;
  close(): Promise<void>;
}

/** The newest revision with sessions, which is offered to older servers, and all that are spoken. */
export const OFFERED = '2025-11-25';
export const LEGACY: ReadonlySet<string> = new Set(['2024-10-07', '2024-11-05', '2025-03-26', '2025-06-18', OFFERED]);

/** The revision without sessions: no `initialize`, everything in every request. */
export const MODERN = '2026-07-28';

/** Codes that only a server of the modern era sends: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports */
export const MODERN_ERRORS = { header: -32_020, capability: -32_021, version: -32_022 } as const;

const META = 'io.modelcontextprotocol';

/** What we say of ourselves. The version is not told: it would change what servers answer from one release to the next. */
export const CLIENT_INFO = { name: 'toolrisk', version: '0' } as const;

/** All that a client can declare and that makes servers list more: nothing of it is ever used. */
export const ALL_CAPABILITIES: JsonObject = {
  roots: { listChanged: true },
  sampling: { tools: {}, context: {} },
  elicitation: { form: {}, url: {} },
  tasks: { list: {}, cancel: {}, requests: { sampling: { createMessage: {} }, elicitation: { create: {} } } },
};

/** Parameters of `initialize`. */
export function initializeParams(capabilities: JsonObject): JsonObject {
  return { protocolVersion: OFFERED, capabilities, clientInfo: CLIENT_INFO };
}

/** Parameters of a request of the modern era. */
export function modernParams(params: JsonObject, capabilities: JsonObject): JsonObject {
  const meta = {
    [`${META}/protocolVersion`]: MODERN,
    [`${META}/clientCapabilities`]: capabilities,
    [`${META}/clientInfo`]: CLIENT_INFO,
  };
  return { ...params, _meta: meta };
}

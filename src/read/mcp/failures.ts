import type { Failure } from '../../model/manifest.ts';
import type { FailureOutcome } from '../../model/visit.ts';

/** Ways in which a live server brings no list, beside those of the network. One stable word each. */
export const MCP_REASONS = {
  'mcp-message-bytes': { outcome: 'too-large', text: 'One message of the server is over the limit' },
  'mcp-total-bytes': { outcome: 'too-large', text: 'The server sends more than the limit of one visit' },
  'mcp-messages': { outcome: 'too-large', text: 'The server sends more messages than the limit of one visit' },
  'mcp-pages': { outcome: 'too-large', text: 'The list has more pages than the limit' },
  'mcp-tools': { outcome: 'too-large', text: 'The list has more tools than the limit' },
  'mcp-cursor-loop': { outcome: 'malformed', text: 'The pages of the list lead back to an earlier one' },
  'mcp-cursor': { outcome: 'malformed', text: 'The cursor of the next page is no usable text' },
  'mcp-json': { outcome: 'malformed', text: 'A message is not JSON' },
  'mcp-depth': { outcome: 'too-large', text: 'A message is nested too deeply' },
  'mcp-shape': { outcome: 'malformed', text: 'The answer is not what the protocol says' },
  'mcp-error': { outcome: 'malformed', text: 'The server answers with an error' },
  'mcp-private': { outcome: 'gated', text: 'The server does not mark its list as public' },
  'mcp-input-required': { outcome: 'gated', text: 'The server wants something from a person first' },
  'mcp-no-protocol': { outcome: 'malformed', text: 'The address speaks no revision of MCP that is known' },
  'mcp-endpoint': { outcome: 'refused', text: 'The event stream names an address of another origin' },
  'mcp-closed': { outcome: 'unreachable', text: 'The server ended before it answered' },
  'mcp-timeout': { outcome: 'timed-out', text: 'The server did not answer in time' },
  'url-template': { outcome: 'gated', text: 'The address has parts to fill in, and nothing is filled in' },
  'not-a-url': { outcome: 'malformed', text: 'The address is not an http URL' },
} as const satisfies Readonly<Record<string, { readonly outcome: FailureOutcome; readonly text: string }>>;

export type McpReason = keyof typeof MCP_REASONS;

/** Makes a failure from the table. */
export function mcpFailure(reason: McpReason, detail: string): Failure {
  const { outcome, text } = MCP_REASONS[reason];
  return { kind: 'failed', outcome, reason, message: `${text} (${detail}).` };
}

/** Thrown inside of a transport; `listTools` turns it back into the value. */
export class McpError extends Error {
  override readonly name = 'McpError';
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export function mcpError(reason: McpReason, detail: string): McpError {
  return new McpError(mcpFailure(reason, detail));
}

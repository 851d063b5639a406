/**
 * Bounds on what a live MCP server may send, in bytes and milliseconds. The SDK's client has none of them. Going over
 * one is an outcome with its own reason, never a shorter list.
 */
export const MCP_LIMITS = {
  /**
   * One JSON-RPC message; also one line of stdio and one event of a stream. A thousand times the list of a usual server,
   * and what parsing it costs stays below 150 MB.
   */
  messageBytes: 4 << 20,
  /** Everything that one visit reads. */
  totalBytes: 16 << 20,
  /** Messages of any kind in one visit, notifications included. */
  messages: 1_000,
  /** Pages of one list. */
  pages: 50,
  /** Longest cursor that is sent back. */
  cursorChars: 4_096,
  /** One request and its answer. */
  requestMs: 20_000,
  /** The first question, which servers of an older revision may leave unanswered. */
  probeMs: 6_000,
  /** A whole visit. */
  visitMs: 60_000,
  /** Standard error of a local server that is kept, for the message of its failure. */
  stderrBytes: 64 << 10,
} as const;

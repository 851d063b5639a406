import { mcpError } from './failures.ts';
import { MCP_LIMITS } from './limits.ts';

/** One event of a stream (WHATWG server-sent events), `data` joined by line feeds. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts bytes into lines (LF, CR or CRLF) without ever holding more than one message.
 *
 * @throws {McpError} `mcp-message-bytes` when a line does not end in time.
 */
export async function* linesOf(
  body: AsyncIterable<Uint8Array>,
  limit: number = MCP_LIMITS.messageBytes,
): AsyncGenerator<string, void, undefined> {
  let parts: Uint8Array[] = [];
  let held = 0;
  let afterCr = false;

  const take = (last: Uint8Array): string => {
    const line = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    held = 0;
    return Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8');
  };

  for await (const chunk of body) {
    let start = 0;
    for (let end = endOfLine(chunk, 0); end < chunk.length; end = endOfLine(chunk, start)) {
      // The LF of a CRLF ends nothing that its CR has not ended.
      const second = chunk[end] === LF && end === start && afterCr && held === 0;
      afterCr = chunk[end] === CR;
      if (!second) yield take(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) afterCr = false;
    const rest = chunk.subarray(start);
    held += rest.byteLength;
    if (held > limit) throw mcpError('mcp-message-bytes', `over ${limit} bytes in one line`);
    if (rest.byteLength > 0) parts.push(rest);
  }
  if (held > 0) yield take(new Uint8Array(0));
}

/** Index of the first LF or CR from `from`, the length when there is none. */
function endOfLine(chunk: Uint8Array, from: number): number {
  const lf = chunk.indexOf(LF, from);
  const end = lf < 0 ? chunk.length : lf;
  const cr = chunk.subarray(from, end).indexOf(CR);
  return cr < 0 ? end : from + cr;
}

/**
 * Reads server-sent events. An event that the stream's end cuts off is dropped, as the standard says.
 *
 * @throws {McpError} `mcp-message-bytes` when the data of one event grows too long.
 */
export async function* eventsOf(
  body: AsyncIterable<Uint8Array>,
  limit: number = MCP_LIMITS.messageBytes,
): AsyncGenerator<StreamEvent, void, undefined> {
  let event = '';
  let data: string[] = [];
  let held = 0;
  let first = true;
  for await (const raw of linesOf(body, limit)) {
    const line = first ? raw.replace(/^\uFEFF/u, '') : raw;
    first = false;
    if (line === '') {
      if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n') };
      [event, data, held] = ['', [], 0];
      continue;
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') event = value;
    if (name !== 'data') continue;
    held += value.length + 1;
    if (held > limit) throw mcpError('mcp-message-bytes', `over ${limit} bytes in one event`);
    data.push(value);
  }
}

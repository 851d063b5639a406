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
  const held = new Gathered(limit);
  let afterCr = false;

  for await (const chunk of body) {
    let start = 0;
    for (let end = endOfLine(chunk, 0); end < chunk.length; end = endOfLine(chunk, start)) {
      // The LF of a CRLF ends nothing that its CR has not ended.
      const second = chunk[end] === LF && end === start && afterCr && held.isEmpty;
      afterCr = chunk[end] === CR;
      if (!second) yield held.end(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) afterCr = false;
    held.add(chunk.subarray(start));
  }
  if (!held.isEmpty) yield held.end(new Uint8Array(0));
}

/**
 * Bytes that are gathered until they are whole. They are copied at once, so that the many small buffers they came in
 * die young: kept in a list they would outlive the cheap collections, and a hostile stream would cost many times its size.
 */
export class Gathered {
  #buffer = Buffer.alloc(0);
  #length = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** @throws {McpError} `mcp-message-bytes` past the limit. */
  add(chunk: Uint8Array): void {
    const length = this.#length + chunk.byteLength;
    if (length > this.#limit) throw mcpError('mcp-message-bytes', `over ${this.#limit} bytes`);
    if (length > this.#buffer.byteLength) {
      const larger = Buffer.allocUnsafe(
        Math.min(Math.max(length, 2 * this.#buffer.byteLength, FIRST_BYTES), this.#limit),
      );
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = length;
  }

  /** The text of what was gathered and `last`; gathering begins anew. */
  end(last: Uint8Array): string {
    if (this.#length === 0) return Buffer.from(last.buffer, last.byteOffset, last.byteLength).toString('utf8');
    this.add(last);
    const text = this.#buffer.toString('utf8', 0, this.#length);
    this.#length = 0;
    return text;
  }
}

const FIRST_BYTES = 64 << 10;

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

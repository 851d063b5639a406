import { field, listOf, textOf } from '../../extract/edge/value.ts';
import type { Failure } from '../../model/manifest.ts';
import type { JsonObject } from '../../model/tool.ts';
import type { Running } from '../sandbox/run.ts';
import { mcpFailure } from './failures.ts';
import { linesOf } from './framer.ts';
import { MCP_LIMITS } from './limits.ts';
import { type Answer, type Budget, notificationText, requestText } from './message.ts';
import { initializeParams, LEGACY, MODERN, modernParams, type Peer } from './peer.ts';
import { errorFailure } from './streamable.ts';
import { failureFrom, find, Refusals } from './wire.ts';

/** How the conversation with a local server is begun. */
export interface StdioOptions {
  readonly capabilities: JsonObject;
  /** Ask `server/discover` first. A server that ends itself over it is started again without. */
  readonly probe: boolean;
}

/** Begins to speak with a program on its standard input and output: the modern era first, else `initialize`. */
export async function connectStdio(running: Running, budget: Budget, options: StdioOptions): Promise<Peer | Failure> {
  const line = lineTo(running, budget);
  const { capabilities } = options;
  const close = async () => running.kill();
  if (options.probe) {
    const modern = await line.ask('server/discover', modernParams({}, capabilities), MCP_LIMITS.probeMs);
    if (modern.kind === 'failed' && modern.reason !== 'mcp-timeout') return modern;
    const versions = modern.kind === 'result' ? listOf(field(modern.result, 'supportedVersions')) : undefined;
    if (modern.kind === 'result' && versions?.includes(MODERN) === true) {
      return {
        kind: 'peer',
        protocol: MODERN,
        transport: 'stdio',
        hello: modern.result,
        ask: (method, params) => line.ask(method, modernParams(params, capabilities), MCP_LIMITS.requestMs),
        close,
      };
    }
  }
  const hello = await line.ask('initialize', initializeParams(capabilities), MCP_LIMITS.requestMs);
  if (hello.kind === 'failed') return hello;
  if (hello.kind === 'error') return errorFailure(hello);
  const protocol = textOf(field(hello.result, 'protocolVersion')) ?? '';
  if (!LEGACY.has(protocol)) return mcpFailure('mcp-no-protocol', protocol.slice(0, 80));
  running.write(`${notificationText('notifications/initialized')}\n`);
  return {
    kind: 'peer',
    protocol,
    transport: 'stdio',
    hello: hello.result,
    ask: (method, params) => line.ask(method, params, MCP_LIMITS.requestMs),
    close,
  };
}

function lineTo(running: Running, budget: Budget) {
  const lines = linesOf(running.output);
  const refusals = new Refusals(async (text) => running.write(`${text}\n`));
  let id = 0;
  // The read that a late question left behind; the next question goes on with it.
  let pending: Promise<IteratorResult<string, void>> | undefined;

  async function answerTo(wanted: number): Promise<Answer | Failure> {
    for (;;) {
      pending ??= lines.next();
      const next = await pending;
      pending = undefined;
      if (next.done === true) return mcpFailure('mcp-closed', 'standard output ended');
      // Banners and logs do not belong on standard output, and stand there all the same.
      if (!/^\s*[[{]/u.test(next.value)) continue;
      const answer = await find(messagesIn(next.value, budget), wanted, refusals);
      if (answer !== undefined) return answer;
    }
  }

  return {
    async ask(method: string, params: JsonObject, ms: number): Promise<Answer | Failure> {
      id += 1;
      running.write(`${requestText(id, method, params)}\n`);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<Failure>((resolve) => {
        timer = setTimeout(() => resolve(mcpFailure('mcp-timeout', `${ms} ms for ${method}`)), ms);
      });
      try {
        return await Promise.race([answerTo(id), late]);
      } catch (error) {
        return failureFrom(error);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** A line that begins like JSON and is none is a log too; what is over a bound is not. */
function messagesIn(line: string, budget: Budget) {
  try {
    return budget.read(line);
  } catch (error) {
    const failed = failureFrom(error);
    if (failed.reason === 'mcp-json') return [];
    throw error;
  }
}

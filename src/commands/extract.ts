import { LIMITS } from '../model/limits.ts';
import type { ReadResult, ServerReading } from '../model/manifest.ts';
import { type Command, CommandError, type ExitCode, type World } from './command.ts';
import { count, jsonLine, oneLine } from './print.ts';
import { openReading } from './setup.ts';

/** Reads the tools of one server, or of one manifest, and prints them. */
export const extract: Command = {
  name: 'extract',
  summary: 'Read the tool definitions of a package, a manifest or a folder, without running anything',
  details: [
    'Prints one tool per line: server, name, title, description, inputSchema, annotations, and where it was read',
    '(provenance), how (method), and what could not be known (schemaComplete, dynamic, gated, notes).',
    'What was left out is said on standard error. The lines can be piped into "toolrisk classify -".',
    'Exit code 1: read, but a part could not be read. 2: nothing could be read.',
  ].join('\n'),
  arguments: [
    {
      name: 'LOCATOR',
      text: 'npm:NAME[@VERSION], pypi:NAME[@VERSION], mcpb:URL, remote:URL, a file or a folder, or - for a manifest on standard input',
      required: true,
    },
  ],
  options: [],
  examples: [
    'toolrisk extract npm:@modelcontextprotocol/server-filesystem',
    'toolrisk extract ./my-server',
    'toolrisk extract npm:firecrawl-mcp@3.22.2 | toolrisk classify -',
  ],
  async run(input, world) {
    const [locator = '-'] = input.args;
    const result = locator === '-' ? await readStandardInput(world) : await readAt(locator, world);
    if (result.kind === 'failed')
      throw new CommandError(`${about(locator, result.message)} (${result.outcome}, ${result.reason})`);
    if (result.kind === 'not-modified')
      throw new CommandError(`${oneLine(locator)} answered "not modified" to a first request`);
    return print(result.servers, result.problems, world);
  },
};

/** A message that says what it is about, and says it once. */
function about(locator: string, message: string): string {
  const isSaid = [' ', ':'].some((sign) => message.startsWith(locator + sign));
  return oneLine(isSaid ? message : `${locator}: ${message}`);
}

async function readAt(locator: string, world: World): Promise<ReadResult> {
  const { readLocator } = await import('../read/index.ts');
  const setup = await openReading(world);
  try {
    return await readLocator(locator, setup.read);
  } finally {
    await setup.close();
  }
}

async function readStandardInput(world: World): Promise<ReadResult> {
  const { openDocument } = await import('../extract/edge/document.ts');
  const { readDocument } = await import('../read/document.ts');
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of world.stdin) {
    const part: Uint8Array = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    bytes += part.byteLength;
    if (bytes > LIMITS.manifestBytes)
      throw new CommandError(`Standard input has more than ${LIMITS.manifestBytes} bytes`);
    chunks.push(part);
  }
  const opened = openDocument(Buffer.concat(chunks), 'file:-', 'stdin.json');
  return opened.kind === 'failed' ? opened : readDocument(opened, async () => undefined);
}

function print(servers: readonly ServerReading[], problems: readonly string[], world: World): ExitCode {
  let tools = 0;
  let dropped = 0;
  for (const { facts, ...server } of servers) {
    for (const { definition, ...observed } of server.tools) {
      jsonLine(world.stdout, {
        server: facts.id,
        ...definition,
        ...observed,
        ...(facts.version === undefined ? {} : { version: facts.version }),
      });
    }
    for (const drop of server.dropped) {
      world.stderr.write(
        `left out: ${oneLine(drop.name ?? '(no name)')}: ${oneLine(drop.message)} (${oneLine(drop.provenance)})\n`,
      );
    }
    tools += server.tools.length;
    dropped += server.dropped.length;
  }
  for (const problem of problems) world.stderr.write(`problem: ${oneLine(problem)}\n`);
  world.stderr.write(
    `${count(tools, 'tool')} of ${count(servers.length, 'server')}${dropped === 0 ? '' : `, ${dropped} left out`}\n`,
  );
  return problems.length === 0 ? 0 : 1;
}

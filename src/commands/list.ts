import { parseUrl } from '../fetch/url.ts';
import { parseLocator } from '../model/id.ts';
import type { Annotations, ObservedTool } from '../model/tool.ts';
import type { LiveListing } from '../read/mcp/list.ts';
import { type Command, CommandError, type World } from './command.ts';
import { count, jsonLine, oneLine, printable, table, widthOf } from './print.ts';
import { openReading } from './setup.ts';

export const list: Command = {
  name: 'list',
  summary: 'Ask a running server for its tools and print what it answers',
  details: [
    'remote:URL is asked over HTTP, without credentials. stdio:COMMAND and npm:NAME are run, but only with --execute:',
    'in a bubblewrap sandbox without network, capabilities or your files, and only if the sandbox passes its self-test.',
    'Packages are installed without their scripts. Settings that a server wants get dummy values, which the output names.',
    'Nothing is stored. What a server says is printed as it is; see "toolrisk classify" for what it means.',
  ].join('\n'),
  arguments: [
    { name: 'locator', text: 'remote:URL, stdio:COMMAND or npm:NAME[@VERSION]', required: true, variadic: true },
  ],
  options: [
    { name: 'execute', text: 'Allow running the server on this machine, in the sandbox' },
    { name: 'json', text: 'Print one line of JSON' },
  ],
  examples: [
    'toolrisk list remote:https://example.org/mcp',
    'toolrisk list --execute npm:@modelcontextprotocol/server-filesystem',
    "toolrisk list --execute 'stdio:node build/index.js'",
  ],
  async run(input, world) {
    const text = input.args.join(' ');
    const listed = await ask(/^https?:/iu.test(text) ? `remote:${text}` : text, input.has('execute'), world);
    if (input.has('json')) jsonLine(world.stdout, plain(listed));
    else print(listed, world);
    return 0;
  },
};

async function ask(text: string, execute: boolean, world: World): Promise<LiveListing> {
  const locator = parseLocator(text);
  if (locator.kind !== 'remote' && locator.kind !== 'stdio' && locator.kind !== 'npm') {
    throw new CommandError(`"${oneLine(text)}" cannot be asked: give remote:URL, stdio:COMMAND or npm:NAME`);
  }
  const url = locator.kind === 'remote' ? parseUrl(locator.name) : undefined;
  // Whoever types an address means it, on the own machine or in a private net too.
  const operatorOrigins = url === undefined ? [] : [url.origin];
  const { listRemote } = await import('../read/remote.ts');
  const { listLocal } = await import('../read/stdio.ts');
  const setup = await openReading(world, { operatorOrigins, execute });
  try {
    const listed =
      locator.kind === 'remote' ? await listRemote(locator.name, setup.read) : await listLocal(locator, setup.read);
    if (listed.kind === 'failed') throw new CommandError(`${listed.outcome}: ${oneLine(listed.message)}`);
    return listed;
  } finally {
    await setup.close();
  }
}

/** The output of `--json`. */
function plain({ server, protocol, transport, isPublic, contentHash }: LiveListing) {
  const { facts, tools, dropped, complete } = server;
  return { v: 1, protocol, transport, public: isPublic, contentHash, complete, server: facts, tools, dropped };
}

function print({ server, protocol, transport, isPublic }: LiveListing, world: World): void {
  const { facts, tools, dropped } = server;
  const line = (label: string, value: string | undefined) =>
    value === undefined ? '' : `${label.padEnd(14)}${printable(value)}\n`;
  world.stdout.write(
    [
      line('server', facts.id),
      line('name', [facts.title ?? facts.name, facts.version].filter((part) => part !== undefined).join(' ')),
      line('protocol', `${protocol} over ${transport}${isPublic ? '' : ', a list for whoever asks'}`),
      ...facts.notes.filter((note) => note.includes(' ')).map((note) => line('note', note)),
      line('instructions', facts.instructions?.replaceAll('\n', `\n${' '.repeat(14)}`)),
      '\n',
    ].join(''),
  );
  world.stdout.write(
    table<ObservedTool>(
      tools,
      [
        { title: 'tool', value: (tool) => tool.definition.name },
        { title: 'hints', value: (tool) => hints(tool.definition.annotations) + (tool.gated ? ' gated' : '') },
        { title: 'description', value: (tool) => tool.definition.description ?? '', flexible: true },
      ],
      widthOf(world.stdout),
    ),
  );
  for (const one of dropped) {
    world.stderr.write(`left out: ${oneLine(one.name ?? one.provenance)}: ${oneLine(one.message)}\n`);
  }
  world.stderr.write(`${count(tools.length, 'tool')}, ${dropped.length} left out.\n`);
}

/** The hints that a server claims, in short. */
function hints(annotations: Annotations | undefined): string {
  const said = [
    [annotations?.readOnlyHint, 'read-only', 'writes'],
    [annotations?.destructiveHint, 'destructive', ''],
    [annotations?.openWorldHint, 'open-world', ''],
  ] as const;
  return said
    .flatMap(([hint, yes, no]) => (hint === undefined ? [] : [hint ? yes : no]))
    .filter(Boolean)
    .join(' ');
}

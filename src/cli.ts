#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Argument, CommanderError, Option, Command as Program } from 'commander';
import { type Command, CommandError, type ExitCode, type Input, type Out, type World } from './commands/command.ts';
import { allCommands, COMMANDS } from './commands/index.ts';
import { shippedSummaries } from './commands/summaries.ts';
import { programVersion } from './data/version.ts';

const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

/** Builds the program from the commands' own fields; `run` is called with what was typed. */
export function buildProgram(
  version: string,
  dataFolder: string,
  commands: readonly Command[],
  run: (command: Command, input: Input) => Promise<void>,
): Program {
  const program = new Program('toolrisk')
    .description(
      'Know what every tool that an AI agent can call can do, how bad that can get, and what policy to put on it.',
    )
    .version(version)
    .showHelpAfterError('Run with --help to see what is possible.')
    .showSuggestionAfterError()
    .helpCommand(false)
    .configureHelp({ subcommandTerm: (sub) => sub.name() })
    .exitOverride();
  for (const command of commands) {
    const sub = program
      .command(command.name)
      .summary(command.summary)
      .description(describe(command, dataFolder))
      .exitOverride();
    for (const argument of command.arguments) {
      const name = argument.variadic === true ? `${argument.name}...` : argument.name;
      sub.addArgument(new Argument(argument.required ? `<${name}>` : `[${name}]`, argument.text));
    }
    for (const option of command.options) sub.addOption(toOption(option));
    sub.addHelpText('after', `\nExamples:\n${command.examples.map((example) => `  $ ${example}`).join('\n')}\n`);
    sub.action(() => run(command, inputOf(sub)));
  }
  return program;
}

function describe(command: Command, dataFolder: string): string {
  const { details } = command;
  if (details === undefined) return `${command.summary}.`;
  return `${command.summary}.\n\n${unwrapped(typeof details === 'string' ? details : details(dataFolder))}`;
}

/** A text without the line breaks inside its sentences: the terminal's width decides where lines end. */
function unwrapped(text: string): string {
  return text.replace(/(?<=[^\n.])\n(?=[^\s])|(?<=\.)\n(?=[a-z"])/gu, ' ');
}

function toOption(option: Command['options'][number]): Option {
  const made = new Option(
    option.value === undefined ? `--${option.name}` : `--${option.name} <${option.value}>`,
    option.text,
  );
  if (option.choices !== undefined) made.choices([...option.choices]);
  if (option.default !== undefined) made.default(option.default);
  if (option.repeatable === true) {
    made.argParser((value: string, before: readonly string[] = []) => [...before, value]);
  }
  return made;
}

function inputOf(sub: Program): Input {
  const values: Record<string, unknown> = sub.opts();
  const valueFor = (name: string) => values[name.replace(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase())];
  return {
    args: sub.processedArgs.flatMap((value: unknown) =>
      Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)],
    ),
    option(name) {
      const value = valueFor(name);
      return typeof value === 'string' ? value : undefined;
    },
    list(name) {
      const value = valueFor(name);
      return Array.isArray(value) ? value.map(String) : [];
    },
    has(name) {
      return valueFor(name) === true;
    },
  };
}

function outOf(stream: NodeJS.WriteStream): Out {
  return {
    write(text) {
      stream.write(text);
    },
    isTTY: stream.isTTY === true,
    columns: stream.columns ?? 80,
  };
}

/** The commands that the words leave possible: the one that the first names, or all of them, for help and advice. */
async function commandsFor(words: readonly string[]): Promise<readonly Command[]> {
  const [first = ''] = words;
  if (first === '--version' || first === '-V') return [];
  const load = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (load !== undefined) return [await load()];
  // Where no word is a command none can be run, and the list of all is what there is to say.
  const summaries = words.some((word) => Object.hasOwn(COMMANDS, word)) ? undefined : shippedSummaries();
  return summaries?.map((summary) => ({ ...NOTHING_TO_RUN, ...summary })) ?? allCommands();
}

const NOTHING_TO_RUN = { arguments: [], options: [], examples: [], run: async () => 2 } satisfies Partial<Command>;

async function main(): Promise<number> {
  // Lets the store open a catalogue where nothing may be written: SQLite says so in an address alone.
  process.env.SQLITE_USE_URI ??= '1';
  const stop = new AbortController();
  let signalled: keyof typeof EXIT_BY_SIGNAL | undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // The second signal is a person who does not want to wait.
      if (signalled !== undefined) process.exit(EXIT_BY_SIGNAL[name]);
      signalled = name;
      stop.abort(new CommandError(`stopped by ${name}`));
    });
  }
  // A reader that has seen enough (`| head`) is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));

  const version = programVersion();
  const world: World = {
    stdout: outOf(process.stdout),
    stderr: outOf(process.stderr),
    stdin: process.stdin,
    env: process.env,
    version,
    cwd: process.cwd(),
    dataFolder: fileURLToPath(new URL('../data', import.meta.url)),
    now: Date.now,
    signal: stop.signal,
  };
  let code: ExitCode = 0;
  const commands = await commandsFor(process.argv.slice(2));
  const program = buildProgram(version, world.dataFolder, commands, async (command, input) => {
    code = await command.run(input, world);
  });
  try {
    await program.parseAsync(process.argv);
    return signalled === undefined ? code : EXIT_BY_SIGNAL[signalled];
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (signalled !== undefined) return EXIT_BY_SIGNAL[signalled];
    process.stderr.write(`toolrisk: ${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env.TOOLRISK_DEBUG !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return 2;
  }
}

// npm's `.bin` link leads here under another name, so the real paths are compared.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const code = await main();
  // Open keep-alive sockets must not hold the program back; what was written is flushed first.
  process.stdout.write('', () => process.exit(code));
}

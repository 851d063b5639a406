import type { Readable } from 'node:stream';

/** 0 done · 1 only where a command says so · 2 could not do the work. */
export type ExitCode = 0 | 1 | 2;

/** A stream that text is written to. */
export interface Out {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width in characters; 80 where it is unknown. */
  readonly columns: number;
}

/** The world as a command sees it. Only `cli.ts` makes one from the process. */
export interface World {
  /** Data. */
  readonly stdout: Out;
  /** Talk. */
  readonly stderr: Out;
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Version of this program, from its package.json. */
  readonly version: string;
  /** Folder of the shipped `data/`. */
  readonly dataFolder: string;
  /** Epoch milliseconds. */
  now(): number;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** What to type for this program: what npm started, by `npm start` or `npx`, need not be on the path of a person. */
export function programName(env: World['env']): string {
  return env.npm_lifecycle_event === undefined ? 'toolrisk' : 'npx toolrisk';
}

/** A positional argument. */
export interface Argument {
  readonly name: string;
  readonly text: string;
  readonly required: boolean;
  readonly variadic?: boolean;
}

/** An option: `--name` alone, or `--name VALUE`. */
export interface Option {
  /** Without dashes, kebab-case. */
  readonly name: string;
  /** Shown for the value; absent for a switch. */
  readonly value?: string;
  readonly text: string;
  readonly default?: string;
  readonly choices?: readonly string[];
  /** May be given more than once; the value is then a list. */
  readonly repeatable?: boolean;
}

/** What was typed, checked against the command's own fields. */
export interface Input {
  readonly args: readonly string[];
  /** Value of `--name VALUE`, else its default. */
  option(name: string): string | undefined;
  /** Values of a repeatable option. */
  list(name: string): readonly string[];
  /** Whether a switch was given. */
  has(name: string): boolean;
}

/** One sub-command. `--help`, the README and the shell completion come from these fields. */
export interface Command {
  readonly name: string;
  /** One line, no full stop. */
  readonly summary: string;
  /** More for `toolrisk NAME --help`: what is printed, what the exit codes mean. A function where it comes from `data/`. */
  readonly details?: string | ((dataFolder: string) => string);
  readonly arguments: readonly Argument[];
  readonly options: readonly Option[];
  readonly examples: readonly string[];
  run(input: Input, world: World): Promise<ExitCode>;
}

/** The choice that a text names; undefined for any other text. */
export function choiceNamed<Choice extends string>(
  choices: readonly Choice[],
  text: string | undefined,
): Choice | undefined {
  return choices.find((one) => one === text);
}

/** Thrown where the work cannot be done: the message says what to do. Exit code 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

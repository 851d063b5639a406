import { loadQueries } from '../data/queries.ts';
import { type Command, CommandError, type World } from './command.ts';

export const completion: Command = {
  name: 'completion',
  summary: 'Print a script that completes commands and options in a shell',
  details: 'bash: source <(toolrisk completion bash). zsh: the same. fish: toolrisk completion fish | source.',
  arguments: [{ name: 'shell', text: 'bash, zsh or fish', required: true }],
  options: [],
  examples: ['source <(toolrisk completion bash)', 'toolrisk completion fish | source'],
  async run(input, world) {
    const write = SHELLS[input.args[0] ?? ''];
    if (write === undefined) throw new CommandError(`Completion is written for ${Object.keys(SHELLS).join(', ')}.`);
    // The list of commands has this one in it, so it is not there yet when this file is read.
    const { allCommands } = await import('./index.ts');
    world.stdout.write(write(wordsOf(await allCommands(), world)));
    return 0;
  },
};

/** What can be typed after `toolrisk`. */
interface Words {
  readonly name: string;
  readonly summary: string;
  /** Words that the first argument may be. */
  readonly first: readonly string[];
  readonly options: readonly { readonly name: string; readonly text: string; readonly choices?: readonly string[] }[];
}

function wordsOf(commands: readonly Command[], world: World): readonly Words[] {
  const first: Readonly<Record<string, () => readonly string[]>> = {
    query: () => loadQueries(world.dataFolder).map(({ name }) => name),
    completion: () => Object.keys(SHELLS),
    export: () => ['sqlite', 'jsonl', 'csv', 'parquet', 'sarif', 'meta'],
    policy: () => ['test'],
  };
  return commands.map(({ name, summary, options }) => ({
    name,
    summary,
    first: first[name]?.() ?? [],
    options: options.map((option) => ({
      name: option.name,
      text: option.text,
      ...(option.choices === undefined ? {} : { choices: option.choices }),
    })),
  }));
}

const SHELLS: Readonly<Record<string, (words: readonly Words[]) => string>> = { bash, zsh, fish };

/** A word in single quotes, for every one of the shells. */
const quoted = (text: string) => `'${text.replaceAll("'", '’')}'`;

function bash(words: readonly Words[]): string {
  const choices = words.flatMap(({ name, options }) =>
    options.flatMap((option) =>
      option.choices === undefined
        ? []
        : [`    ${name}:--${option.name}) reply=${quoted(option.choices.join(' '))} ;;`],
    ),
  );
  const own = words.map(
    ({ name, options, first }) =>
      `      ${name}) reply=${quoted([...first, ...options.map((option) => `--${option.name}`), '--help'].join(' '))} ;;`,
  );
  return [
    '_toolrisk() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are bash's
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" sub="${COMP_WORDS[1]}" reply=""',
    `  if [ "$COMP_CWORD" -le 1 ]; then reply=${quoted([...words.map(({ name }) => name), '--help', '--version'].join(' '))}`,
    '  else',
    '    case "$sub:$before" in',
    ...choices,
    '    *) case "$sub" in',
    ...own,
    '      esac ;;',
    '    esac',
    '  fi',
    '  COMPREPLY=($(compgen -W "$reply" -- "$word"))',
    '}',
    'complete -o default -F _toolrisk toolrisk',
    '',
  ].join('\n');
}

/** zsh runs the functions of bash through `bashcompinit`. */
function zsh(words: readonly Words[]): string {
  return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash(words)}`;
}

function fish(words: readonly Words[]): string {
  const lines = words.flatMap(({ name, summary, first, options }) => {
    const here = `complete -c toolrisk -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c toolrisk -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ...(first.length === 0 ? [] : [`${here} -f -a ${quoted(first.join(' '))}`]),
      ...options.map(({ name: option, text, choices }) =>
        [
          `${here} -l ${option}`,
          ...(choices === undefined ? [] : ['-x -a', quoted(choices.join(' '))]),
          '-d',
          quoted(text),
        ].join(' '),
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

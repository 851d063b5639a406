import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { classify } from '../classify/index.ts';
import { loadRuleset } from '../data/load.ts';
import { findTool, withCatalogue } from './catalogue.ts';
import { type Command, CommandError, type ExitCode, type Input, type World } from './command.ts';
import { DB_OPTION } from './db-option.ts';
import { drawVerdict } from './draw.ts';
import { jsonDocument, oneLine } from './print.ts';
import { readTools, type ToolInput } from './tool-lines.ts';
import { whyUnreadable } from './unreadable.ts';

/** Shows why a tool has its verdict. */
export const explain: Command = {
  name: 'explain',
  summary: 'Show why a tool has its verdict, with every finding under the text that it points at',
  details:
    'Reads the tool from the catalogue, or with --tool from a JSON file (a tool, or a tools/list result of which the\n' +
    'first tool, or the one named by the argument, is shown).',
  arguments: [{ name: 'SERVER#TOOL', text: 'The tool; with --tool, a name in that file', required: false }],
  options: [
    DB_OPTION,
    { name: 'tool', value: 'FILE', text: 'A JSON file with the tool, in place of the catalogue' },
    { name: 'json', text: 'Print the verdict as JSON' },
  ],
  examples: [
    'toolrisk explain npm:@modelcontextprotocol/server-filesystem#write_file',
    'toolrisk explain --tool tool.json',
  ],
  async run(input, world) {
    const file = input.option('tool');
    return file === undefined ? explainKnown(input, world) : explainFile(file, input, world);
  },
};

async function explainKnown(input: Input, world: World): Promise<ExitCode> {
  const address = input.args[0];
  if (address === undefined) throw new CommandError('Name a tool as SERVER#TOOL, or a file with --tool FILE.');
  return withCatalogue(input, world, (catalogue) => {
    const { definition, verdict } = findTool(catalogue, address).tool;
    if (input.has('json')) jsonDocument(world.stdout, verdict);
    else world.stdout.write(drawVerdict(definition, verdict, world.stdout.columns));
    return 0;
  });
}

function explainFile(file: string, input: Input, world: World): ExitCode {
  const found = readTools(readText(resolve(world.cwd, file), file), '');
  if (found === undefined) throw new CommandError(`${file} is not JSON.`);
  const tools = found.flatMap((one) => (one.kind === 'tool' ? [one.tool] : []));
  const name = input.args[0];
  const tool = name === undefined ? tools[0] : tools.find((one) => one.name === name);
  if (tool === undefined) throw new CommandError(missingFrom(file, name, found));
  const today = new Date(world.now()).toISOString().slice(0, 10);
  const verdict = classify(tool, loadRuleset(world.dataFolder, today));
  if (input.has('json')) jsonDocument(world.stdout, verdict);
  else world.stdout.write(drawVerdict(tool, verdict, world.stdout.columns));
  return 0;
}

/** Why a file does not give the tool, with what it has instead. */
function missingFrom(file: string, name: string | undefined, found: readonly ToolInput[]): string {
  const names = found.flatMap((one) => (one.kind === 'tool' ? [oneLine(one.tool.name)] : []));
  const fault = found.find((one) => one.kind === 'error')?.error ?? 'it is an empty list';
  const wanted = name === undefined ? 'no tool' : `no tool ${oneLine(name)}`;
  const instead = names.length === 0 ? `: ${fault}` : `. Its tools are ${names.slice(0, SHOWN).join(', ')}`;
  return `${oneLine(file)} has ${wanted}${instead}.`;
}

/** Names that an answer lists. */
const SHOWN = 40;

function readText(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CommandError(
      `${oneLine(file)} ${whyUnreadable(cause)}; name a JSON file with a tool or a tools/list result.`,
      { cause },
    );
  }
}

import { resolve } from 'node:path';
import type { Policy, PolicyFormat } from '../model/policy.ts';
import { STRENGTHS } from '../model/policy.ts';
import { formatOf, formats } from '../policy/formats/index.ts';
import { partFor } from '../policy/part.ts';
import { withCatalogue } from './catalogue.ts';
import { type Command, CommandError, type ExitCode, type Input, type World } from './command.ts';
import { DB_OPTION } from './db-option.ts';
import { choiceOf, policiesOfConfig, policyAt, tellUnbound, tellUnknown } from './policy/choose.ts';
import { printFormats, printPolicy } from './policy/print.ts';
import { jsonDocument, oneLine } from './print.ts';

export const policy: Command = {
  name: 'policy',
  summary: 'Recommend a policy, and write it for an enforcer',
  details: [
    'Without --format it says in words what the policy does, or with --json prints the policy itself. With --format the',
    'file goes to stdout and what the format cannot say to stderr. For SERVER#TOOL it holds the rules of that tool alone, to',
    'stand beside others. "policy test FILE" runs calls through a policy:',
    'exit code 1 when one gets another decision than expected. --diff: exit code 1 on a difference.',
    'A test file (YAML or JSON) has "server" (with "strength" and "set") or a "policy" as --json prints it, and "calls":',
    'each with tool, arguments, expect (allow, ask, deny), times, and after (seconds) or at (an instant).',
  ].join(' '),
  arguments: [
    { name: 'what', text: 'SERVER, SERVER#TOOL, or the word test', required: false },
    { name: 'file', text: 'The expectations, after test', required: false },
  ],
  options: [
    { name: 'format', value: 'ID', text: 'The enforcer to write for', choices: formats.map(({ id }) => id) },
    { name: 'strength', value: 'STRENGTH', text: 'How careful', choices: STRENGTHS, default: 'recommended' },
    {
      name: 'set',
      value: 'NAME=VALUE',
      text: 'A value that only you know: paths, hosts, max_amount, recipients',
      repeatable: true,
    },
    { name: 'name', value: 'NAME', text: 'What your client calls the server' },
    { name: 'without-limits', text: 'Leave rate limits out, because something else counts calls' },
    { name: 'config', value: 'FILE', text: 'A client’s configuration: one policy for all of its servers' },
    { name: 'out', value: 'FOLDER', text: 'Write the files here' },
    { name: 'merge', value: 'FILE', text: 'Put the rules into this file, and keep what else is in it' },
    { name: 'in-place', text: 'Rewrite the file of --merge' },
    { name: 'diff', value: 'FILE', text: 'Print how this file differs from what would be written' },
    { name: 'lock', value: 'FILE', text: 'Keep the hashes of the definitions here, for toolrisk verify' },
    { name: 'formats', text: 'List the formats and what each can express' },
    { name: 'json', text: 'Print JSON' },
    DB_OPTION,
  ],
  examples: [
    'toolrisk policy npm:@modelcontextprotocol/server-filesystem --set paths=/srv/project',
    'toolrisk policy npm:@modelcontextprotocol/server-filesystem --format claude-code --name fs',
    'toolrisk policy --config ~/.cursor/mcp.json --format cursor-cli --merge ~/.cursor/cli-config.json --lock toolrisk.lock.json',
    'toolrisk policy test expectations.yaml',
    'toolrisk policy --formats',
  ],
  async run(input, world) {
    if (input.has('formats')) {
      printFormats(world, input.has('json'));
      return 0;
    }
    const [what, file] = input.args;
    if (what === 'test') return (await import('./policy/test-file.ts')).testFile(file, input, world);
    const config = input.option('config');
    if (what === undefined && config === undefined) {
      throw new CommandError('name a SERVER, or a client’s configuration with --config FILE');
    }
    const options = choiceOf(input, world);
    return withCatalogue(input, world, async (catalogue) => {
      if (config !== undefined) {
        const policies = await policiesOfConfig(catalogue, config, options, world);
        tellUnbound(policies, options, world);
        tellUnknown(catalogue, policies, world);
        return answer(policies, undefined, input, world);
      }
      const found = policyAt(catalogue, what ?? '', options);
      if (found.tool !== undefined && input.option('lock') !== undefined)
        throw new CommandError(
          `--lock keeps the definitions of whole servers: name ${oneLine(found.policy.server)} alone`,
        );
      const own = found.tool === undefined ? found.policy : partFor(found.policy, found.tool);
      tellUnbound([own], options, world);
      tellUnknown(catalogue, [found.policy], world);
      const inWords = input.option('format') === undefined && !input.has('json');
      return answer([inWords ? found.policy : own], found.tool, input, world);
    });
  },
};

/** The readers and writers of files, which a policy in words does without. */
const loadWriters = () => import('./policy/write.ts');

async function answer(
  policies: readonly [Policy, ...Policy[]],
  tool: string | undefined,
  input: Input,
  world: World,
): Promise<ExitCode> {
  const format = formatFor(input);
  if (format !== undefined) return (await loadWriters()).writePolicies(policies, format, input, world);
  for (const option of ['merge', 'diff', 'out']) {
    if (input.option(option) !== undefined) throw new CommandError(`--${option} needs --format ID`);
  }
  if (input.has('json')) jsonDocument(world.stdout, policies.length === 1 ? policies[0] : policies);
  else for (const one of policies) printPolicy(one, tool, world);
  const lock = input.option('lock');
  if (lock !== undefined) (await loadWriters()).writeLock(resolve(world.cwd, lock), policies, {});
  return 0;
}

function formatFor(input: Input): PolicyFormat | undefined {
  const id = input.option('format');
  if (id === undefined) return undefined;
  const format = formatOf(id);
  if (format === undefined) throw new CommandError(`no format is called ${id}; see toolrisk policy --formats`);
  return format;
}

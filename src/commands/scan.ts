import { existsSync } from 'node:fs';
import { loadCves } from '../data/knowledge.ts';
import { loadRuleset } from '../data/load.ts';
import { loadPolicyTable } from '../data/policy.ts';
import { readSiteWords } from '../data/site.ts';
import { cvesByPackage } from '../model/advisory.ts';
import { SEVERITIES } from '../model/verdict.ts';
import { type Catalogue, openCatalogue } from '../store/catalogue.ts';
import { type Command, CommandError, choiceNamed, type Input, type World } from './command.ts';
import { catalogueFile, DB_OPTION } from './db-option.ts';
import { count, oneLine } from './print.ts';
import { adviceFor, reaches } from './scan/advise.ts';
import { readConfigs, type ScannedConfig } from './scan/configs.ts';
import { serverRunner } from './scan/execute.ts';
import { SCAN_FORMATS } from './scan/report.ts';
import { type ScannedServer, scanServers } from './scan/servers.ts';
import { openReading } from './setup.ts';
import { siteTables } from './site-input.ts';

export const scan: Command = {
  name: 'scan',
  summary: 'Say what an agent can do today through the clients that are configured here, worst first',
  details: [
    'Without CONFIG it looks where Claude Desktop and Code, Cursor, VS Code, Windsurf, Gemini CLI, Codex, Zed, Cline,',
    'Continue, Goose and opencode keep their servers. What the catalogue does not have is read on the spot, without',
    'running it. Arguments, environment and headers of a configuration are neither printed nor stored.',
    'With --execute, npm packages and scripts of Node and Python below the working folder of which nothing else is known are',
    'run as "toolrisk list --execute" runs them: in a sandbox without network or your files. A script sees the working folder,',
    'read-only, without what is hidden anywhere in it and without the configurations. Arguments and environment of a configuration are',
    'not passed on: a server that wants settings gets dummy values, which the output names.',
    'Known vulnerabilities are those of exactly the package that an entry starts, at the version it pins, else at the one',
    'that the catalogue has or that was read; where it is not known whether that version is affected, this is said.',
    'Exit code 1: with --fail-on, when a tool is at that severity or worse or shows a strong sign of an attack, and when a',
    'version that would run has a known vulnerability of that severity or worse. A vulnerability without a published',
    'severity counts as high, and so does a server of which nothing is known. 2: a configuration cannot be read; the others',
    'are reported all the same.',
  ].join('\n'),
  arguments: [{ name: 'config', text: 'Configurations of clients', required: false, variadic: true }],
  options: [
    { name: 'fail-on', value: 'SEVERITY', text: 'Exit code 1 on this severity or worse', choices: SEVERITIES },
    { name: 'format', value: 'FORMAT', text: 'What is printed', choices: Object.keys(SCAN_FORMATS), default: 'table' },
    { name: 'json', text: 'The same as --format json' },
    { name: 'offline', text: 'Only what the catalogue has, without the network' },
    { name: 'execute', text: 'Allow running servers of which nothing is known, in the sandbox, to list their tools' },
    DB_OPTION,
  ],
  examples: [
    'toolrisk scan',
    'toolrisk scan .mcp.json --fail-on high --format markdown',
    'toolrisk scan --offline --format sarif > toolrisk.sarif',
  ],
  async run(input, world) {
    const print = SCAN_FORMATS[input.has('json') ? 'json' : (input.option('format') ?? 'table')];
    if (print === undefined) throw new CommandError(`--format takes one of ${Object.keys(SCAN_FORMATS).join(', ')}.`);
    if (input.has('execute') && input.has('offline'))
      throw new CommandError('--execute installs packages, which needs the network: leave it or --offline out.');
    const results = readConfigs(input.args, world);
    const configs = results.flatMap((one) => (one.kind === 'read' ? [one.config] : []));
    const failures = results.flatMap((one) => (one.kind === 'failed' ? [one.message] : []));
    for (const message of failures) world.stderr.write(`toolrisk: ${oneLine(message)}\n`);
    if (configs.length === 0 && failures.length > 0) return 2;
    const servers = await lookUp(configs, input, world);
    const advice = adviceFor(servers, loadPolicyTable(world.dataFolder));
    const { capabilities } = readSiteWords(world.dataFolder);
    print(
      {
        version: world.version,
        files: configs.map(({ file }) => file),
        servers,
        ...(advice === undefined ? {} : { advice }),
        words: Object.fromEntries(Object.entries(capabilities).map(([id, { text }]) => [id, text])),
        rules: () => siteTables(world.dataFolder).rules,
      },
      world.stdout,
    );
    world.stderr.write(`${count(servers.length, 'server')} in ${count(configs.length, 'configuration')}.\n`);
    if (results.length === 0)
      world.stderr.write('No configuration of a client was found here: name one, such as "toolrisk scan .mcp.json".\n');
    if (failures.length > 0) return 2;
    const failOn = choiceNamed(SEVERITIES, input.option('fail-on'));
    return failOn !== undefined && reaches(servers, failOn) ? 1 : 0;
  },
};

async function lookUp(
  configs: readonly ScannedConfig[],
  input: Input,
  world: World,
): Promise<readonly ScannedServer[]> {
  const catalogue = openIfThere(input, world);
  const ruleset = loadRuleset(world.dataFolder, new Date(world.now()).toISOString().slice(0, 10));
  const cves = cvesByPackage(loadCves(world.dataFolder));
  const base = { ...(catalogue === undefined ? {} : { catalogue }), ruleset, cves };
  try {
    if (input.has('offline')) return await scanServers(configs, base);
    const reading = await openReading(world, { execute: input.has('execute') });
    try {
      const { readLocator } = await import('../read/index.ts');
      const read = (locator: string) => readLocator(locator, reading.read);
      const run = input.has('execute') ? { run: serverRunner(reading.read, configs, world) } : {};
      return await scanServers(configs, { ...base, read, ...run });
    } finally {
      await reading.close();
    }
  } finally {
    catalogue?.close();
  }
}

/** Most people scan before they have ever crawled: without a catalogue everything is read on the spot. */
function openIfThere(input: Input, world: World): Catalogue | undefined {
  const path = catalogueFile(input, world);
  return existsSync(path) ? openCatalogue(path, { mode: 'read', now: world.now }) : undefined;
}

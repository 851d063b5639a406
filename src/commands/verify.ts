import { resolve } from 'node:path';
import { type Drift, driftOf } from '../policy/lock.ts';
import { withCatalogue } from './catalogue.ts';
import { type Command, CommandError } from './command.ts';
import { DB_OPTION } from './db-option.ts';
import { readLock } from './policy/write.ts';
import { count, jsonLine, oneLine } from './print.ts';

/** What each kind of drift says. */
const SENTENCES: Readonly<Record<Drift['what'], string>> = {
  added: 'is new: no rule was made for it',
  removed: 'is gone',
  changed: 'has another definition than the one that its rule was made for',
  unbound: 'has an incomplete definition, so its rule is bound to none',
  expired: 'The policy is older than it may be',
  'server-missing': 'is not in the catalogue',
};

export const verify: Command = {
  name: 'verify',
  summary: 'Tell whether servers still are what their policies were made for',
  details: 'Compares a lock file of "toolrisk policy --lock" with the catalogue. Exit code 1 when a tool drifted.',
  arguments: [{ name: 'lock', text: 'The lock file; toolrisk.lock.json', required: false }],
  options: [{ name: 'json', text: 'Print one line of JSON per drift' }, DB_OPTION],
  examples: ['toolrisk verify', 'toolrisk verify policies/toolrisk.lock.json --json'],
  async run(input, world) {
    const file = input.args[0] ?? 'toolrisk.lock.json';
    const lock = readLock(resolve(world.cwd, file));
    if (lock === undefined)
      throw new CommandError(`there is no ${file}: make one with toolrisk policy SERVER --lock ${file}`);
    const today = new Date(world.now()).toISOString().slice(0, 10);
    const drifts = await withCatalogue(input, world, (catalogue) =>
      driftOf(
        lock,
        (id) => {
          if (catalogue.server(id) === undefined) return undefined;
          return [...catalogue.toolsOf(id)].map(({ definition, definitionHash, schemaComplete }) => ({
            name: definition.name,
            definitionHash,
            schemaComplete,
          }));
        },
        today,
      ),
    );
    for (const drift of drifts) {
      if (input.has('json')) jsonLine(world.stdout, drift);
      else world.stdout.write(`${sentence(drift)}\n`);
    }
    const fatal = drifts.filter((drift) => drift.fatal).length;
    world.stderr.write(`${count(lock.servers.length, 'server')} checked, ${count(fatal, 'drift')}.\n`);
    return fatal === 0 ? 0 : 1;
  },
};

function sentence({ server, tool, what }: Drift): string {
  if (what === 'expired') return `${SENTENCES.expired}.`;
  const subject = tool === undefined ? oneLine(server) : `${oneLine(server)}#${oneLine(tool)}`;
  return `${subject} ${SENTENCES[what]}.`;
}

import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { backup as backupFile } from '../store/backup.ts';
import { type Command, CommandError } from './command.ts';
import { catalogueFile, DB_OPTION } from './db-option.ts';
import { jsonLine } from './print.ts';

export const backup: Command = {
  name: 'backup',
  summary: 'Copy the catalogue while it is in use, and check the copy',
  details:
    'The copy takes the place of FILE only after it passed the integrity check. It is one file, and needs nothing beside it.',
  arguments: [{ name: 'file', text: 'Where the copy goes', required: true }],
  options: [DB_OPTION, { name: 'json', text: 'Print the result as one line of JSON' }],
  examples: ['toolrisk backup catalogue-monday.db'],
  async run(input, world) {
    const from = catalogueFile(input, world);
    const to = resolve(world.cwd, input.args[0] ?? '');
    if (from === to) throw new CommandError('The copy cannot replace the catalogue itself. Name another file.');
    if (statSync(to, { throwIfNoEntry: false })?.isDirectory() === true)
      throw new CommandError(`${to} is a folder. Name a file in it for the copy.`);
    if (!existsSync(dirname(to)))
      throw new CommandError(`There is no folder ${dirname(to)}. Make it, or name a file in another one for the copy.`);
    const report = await backupFile(from, to);
    if (input.has('json')) jsonLine(world.stdout, report);
    else world.stdout.write(`${report.file} (${(report.bytes / 1e6).toFixed(1)} MB), checked.\n`);
    return 0;
  },
};

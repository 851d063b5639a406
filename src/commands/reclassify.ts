import { classify } from '../classify/index.ts';
import { loadRuleset } from '../data/load.ts';
import { openCatalogue } from '../store/catalogue.ts';
import { takeRunLock } from '../store/lock.ts';
import type { Command } from './command.ts';
import { catalogueFile, DB_OPTION } from './db-option.ts';
import { count, jsonLine } from './print.ts';
import { refreshStored } from './refresh.ts';

export const reclassify: Command = {
  name: 'reclassify',
  summary: 'Judge the whole catalogue by the present rules, without the network',
  details: 'Tools that the present rules judged already are left alone. A crawl does the same before its first visit.',
  arguments: [],
  options: [DB_OPTION, { name: 'json', text: 'Print the result as one line of JSON' }],
  examples: ['toolrisk reclassify'],
  async run(input, world) {
    const path = catalogueFile(input, world);
    const ruleset = loadRuleset(world.dataFolder, new Date(world.now()).toISOString().slice(0, 10));
    // A name that was mistyped must not make an empty catalogue.
    const catalogue = openCatalogue(path, { mode: 'write', now: world.now, mustExist: true });
    try {
      const lock = takeRunLock(path, `since ${new Date(world.now()).toISOString()}`);
      try {
        const run = catalogue.begin({
          ruleset: ruleset.version,
          extractor: world.version,
          judge: (definition, server) => classify({ ...definition, server }, ruleset),
        });
        const result = await run.reclassify();
        await run.finish('done');
        await refreshStored(catalogue, world);
        if (input.has('json')) jsonLine(world.stdout, result);
        else
          world.stdout.write(
            `${count(result.judged, 'tool')} judged anew, ${result.changed} with another category or severity.\n`,
          );
        return 0;
      } finally {
        lock.release();
      }
    } finally {
      catalogue.close();
    }
  },
};

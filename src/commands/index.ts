import { backup } from './backup.ts';
import type { Command } from './command.ts';
import { crawl } from './crawl.ts';
import { reclassify } from './reclassify.ts';
import { search } from './search.ts';
import { show } from './show.ts';

/** Every sub-command, sorted by name. A test compares this list with the folder. */
export const commands: readonly Command[] = [backup, crawl, reclassify, search, show];

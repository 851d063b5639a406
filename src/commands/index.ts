import { backup } from './backup.ts';
import type { Command } from './command.ts';
import { crawl } from './crawl.ts';
import { policy } from './policy.ts';
import { reclassify } from './reclassify.ts';
import { search } from './search.ts';
import { show } from './show.ts';
import { verify } from './verify.ts';

/** Every sub-command, sorted by name. A test compares this list with the folder. */
export const commands: readonly Command[] = [backup, crawl, policy, reclassify, search, show, verify];

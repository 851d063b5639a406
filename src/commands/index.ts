import { backup } from './backup.ts';
import { build } from './build.ts';
import { changes } from './changes.ts';
import { classify } from './classify.ts';
import type { Command } from './command.ts';
import { completion } from './completion.ts';
import { coverage } from './coverage.ts';
import { crawl } from './crawl.ts';
import { explain } from './explain.ts';
import { exportCommand } from './export.ts';
import { extract } from './extract.ts';
import { list } from './list.ts';
import { policy } from './policy.ts';
import { query } from './query.ts';
import { reclassify } from './reclassify.ts';
import { scan } from './scan.ts';
import { schema } from './schema.ts';
import { search } from './search.ts';
import { serve } from './serve.ts';
import { show } from './show.ts';
import { verify } from './verify.ts';

/** Every sub-command, sorted by name. A test compares this list with the folder. */
export const commands: readonly Command[] = [
  backup,
  build,
  changes,
  classify,
  completion,
  coverage,
  crawl,
  explain,
  exportCommand,
  extract,
  list,
  policy,
  query,
  reclassify,
  scan,
  schema,
  search,
  serve,
  show,
  verify,
];

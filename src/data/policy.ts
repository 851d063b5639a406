import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { PolicyTable } from '../model/policy-table.ts';

/** Reads the table from verdict to rule. Throws with the place of the fault where the file is not as it must be. */
export function loadPolicyTable(dataFolder: string): PolicyTable {
  const path = join(dataFolder, 'policy.yaml');
  const result = PolicyTable.safeParse(parse(readFileSync(path, 'utf8')));
  if (!result.success) throw new Error(`${path}: ${z.prettifyError(result.error)}`, { cause: result.error });
  return result.data;
}

import { PolicyTable } from '../model/policy-table.ts';
import { readData } from './load.ts';

/** Reads the table from verdict to rule. Throws `DataError` where the file is not as it must be. */
export function loadPolicyTable(dataFolder: string): PolicyTable {
  return readData(dataFolder, 'policy.yaml', PolicyTable);
}

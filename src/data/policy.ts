import type { PolicyTable } from '../model/policy-table.ts';
import { type DataPlace, openData } from './folder.ts';

/** Reads the table from verdict to rule. Throws `DataError` where the file is not as it must be. */
export function loadPolicyTable(place: DataPlace): PolicyTable {
  return openData(place).checked('policy.yaml', 'PolicyTable');
}

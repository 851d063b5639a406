import type { Directory } from '../model/directory.ts';
import { type DataPlace, openData } from './folder.ts';

/** Reads the selectors of the HTML directories. Throws `DataError` where the file is not as it must be. */
export function loadDirectories(place: DataPlace): readonly Directory[] {
  return openData(place).checked('directories.yaml', 'Directories').directories;
}

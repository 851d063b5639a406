import { Directories, type Directory } from '../model/directory.ts';
import { readData } from './load.ts';

/** Reads the selectors of the HTML directories. Throws `DataError` where the file is not as it must be. */
export function loadDirectories(dataFolder: string): readonly Directory[] {
  return readData(dataFolder, 'directories.yaml', Directories).directories;
}

import { resolve } from 'node:path';
import type { Input, Option, World } from './command.ts';

/** Where the catalogue is when nobody says otherwise, relative to the working folder. */
const DEFAULT_DB = 'out/catalogue.db';

/** The option of every command that reads or writes the catalogue; apart from the store, which takes longer to load. */
export const DB_OPTION: Option = { name: 'db', value: 'FILE', text: 'The catalogue', default: DEFAULT_DB };

/** Path of the catalogue that a command was asked for. */
export function catalogueFile(input: Input, world: World): string {
  return resolve(world.cwd, input.option('db') ?? DEFAULT_DB);
}

import type { Command } from './command.ts';

/** Every sub-command, sorted by name. A test compares this list with the folder. */
export const commands: readonly Command[] = [];

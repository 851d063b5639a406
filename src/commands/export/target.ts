import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { CommandError, type Out } from '../command.ts';

/** Text is written in pieces of at least this size, UTF-16 code units. */
const CHUNK = 1 << 16;

/** Refuses to write over a file that is there. Throws `CommandError`. */
export function refuseExisting(path: string, shown: string, force: boolean): void {
  if (!force && existsSync(path))
    throw new CommandError(`${shown} is there already. Name another file, or add --force.`);
}

/** Runs `write` with a stream to a file that appears whole or not at all. Throws `CommandError` where it cannot be made. */
export function writeWhole(path: string, shown: string, write: (out: Out) => void): void {
  const part = `${path}.part`;
  let file: number;
  try {
    file = openSync(part, 'w');
  } catch (cause) {
    throw new CommandError(`${shown} cannot be written. Name a file in a folder that is there and can be written.`, {
      cause,
    });
  }
  try {
    let waiting = '';
    write({
      isTTY: false,
      columns: 80,
      write(text) {
        waiting += text;
        if (waiting.length < CHUNK) return;
        writeSync(file, waiting);
        waiting = '';
      },
    });
    writeSync(file, waiting);
    closeSync(file);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { buildProgram } from '../../../src/cli.ts';
import type { ExitCode, World } from '../../../src/commands/command.ts';
import { allCommands } from '../../../src/commands/index.ts';

/** What a run of the program gave. */
export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own in which the program runs, with files in it. */
export function workFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'toolrisk-policy-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Runs the program in a folder, without a process of its own. A fault is thrown as the command throws it. */
export async function run(folder: string, args: readonly string[], now = Date.UTC(2026, 10, 22)): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const world: World = {
    stdout: { write: (text) => void out.push(text), isTTY: false, columns: 120 },
    stderr: { write: (text) => void err.push(text), isTTY: false, columns: 120 },
    stdin: Readable.from([]),
    env: { npm_config_userconfig: join(folder, '.npmrc') },
    version: '0.0.0',
    cwd: folder,
    dataFolder: resolve(import.meta.dirname, '../../../data'),
    now: () => now,
    signal: new AbortController().signal,
  };
  let code: ExitCode = 0;
  const program = buildProgram('0.0.0', world.dataFolder, await allCommands(), async (command, input) => {
    code = await command.run(input, world);
  });
  await program.parseAsync(['node', 'toolrisk', ...args]);
  return { code, out: out.join(''), err: err.join('') };
}

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backup } from '../../src/commands/backup.ts';
import { build } from '../../src/commands/build.ts';
import type { Command } from '../../src/commands/command.ts';
import { scan } from '../../src/commands/scan.ts';
import { search } from '../../src/commands/search.ts';
import { serve } from '../../src/commands/serve.ts';
import { show } from '../../src/commands/show.ts';
import { makeCatalogue, run, type Typed } from '../helpers/commands.ts';
import { SHELVES } from './shelves.ts';

const folder = mkdtempSync(join(tmpdir(), 'toolrisk-sentences-'));
const db = join(folder, 'catalogue.db');
const empty = join(folder, 'empty');
beforeAll(async () => {
  mkdirSync(empty);
  await makeCatalogue(db, SHELVES);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what cannot be done is said in a sentence', () => {
  const cases: readonly (readonly [title: string, command: Command, args: readonly string[], typed: Typed, RegExp])[] =
    [
      ['a copy in place of a folder', backup, [empty], { db }, /empty is a folder\. Name a file in it for the copy\./u],
      [
        'a site below a file',
        build,
        [],
        { db, out: join(db, 'site') },
        /cannot be written to .*: a part of its path is/u,
      ],
      ['a site that was never built', serve, [], { out: empty, port: '0' }, /There is no site in .*toolrisk build/u],
    ];
  it.each(cases)('%s', async (_, command, args, typed, sentence) => {
    const { code, stderr } = await run(command, args, typed);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  });

  it('a machine without configurations', async () => {
    const { code, stderr } = await run(scan, [], { db, offline: true }, { cwd: empty, env: { HOME: empty } });
    expect(code).toBe(0);
    expect(stderr).toContain('No configuration of a client was found here: name one');
  });
});

describe('what other commands take is never cut', () => {
  it.each([
    [search, ['file']],
    [show, ['npm:@shelf/files']],
  ] as const)('%#: on a narrow terminal', async (command, args) => {
    const { code, stdout, stderr } = await run(command, args, { db }, { columns: 40 });
    expect(code, stderr).toBe(0);
    for (const name of ['read_file', 'delete_file']) expect(stdout).toContain(name);
  });
});

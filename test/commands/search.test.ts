import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changes } from '../../src/commands/changes.ts';
import { completion } from '../../src/commands/completion.ts';
import { search } from '../../src/commands/search.ts';
import { show } from '../../src/commands/show.ts';
import { edits } from '../../src/store/search-suggest.ts';
import { makeCatalogue, run, type Typed } from '../helpers/commands.ts';
import { judgeBy, listed, reading, scratchCatalogue, serverReading, tool, visitAll } from '../store/kit.ts';
import { SHELVES } from './shelves.ts';

const folder = mkdtempSync(join(tmpdir(), 'toolrisk-search-'));
const db = join(folder, 'catalogue.db');
beforeAll(() => makeCatalogue(db, SHELVES));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function found(text: string, typed: Typed = {}): Promise<readonly string[]> {
  const { code, stdout, stderr } = await run(search, text.split(' '), { db, json: true, ...typed });
  expect(code, stderr).toBe(0);
  const rows: readonly { readonly tool_name: string }[] = JSON.parse(stdout);
  return rows.map((row) => row.tool_name);
}

describe('search', () => {
  const cases: readonly (readonly [title: string, text: string, typed: Typed, names: readonly string[]])[] = [
    ['a word of a name', 'refund', {}, ['create_refund']],
    ['the beginning of a word', 'ref', {}, ['create_refund']],
    ['a tool that is called so comes first', 'delete file', {}, ['delete_file']],
    ['names before ids', 'file', {}, ['read_file', 'delete_file', 'run_command']],
    ['words of the description', 'shell machine', {}, ['run_command']],
    ['a category', 'customer', { category: 'Financial' }, ['create_refund']],
    ['a severity that nothing has', 'refund', { severity: 'low' }, []],
    ['a capability', 'file', { capability: 'deletes-data' }, ['delete_file']],
    [
      'a server by its alias',
      'file',
      { server: 'registry:io.example/files' },
      ['read_file', 'delete_file', 'run_command'],
    ],
    ['another server', 'file', { server: 'npm:shop-server' }, []],
    ['a source', 'refund', { source: 'test' }, ['create_refund']],
    ['a source that lists nothing', 'refund', { source: 'other' }, []],
    ['a method', 'refund', { method: 'live' }, []],
    ['since then', 'refund', { since: '2025-12-31' }, ['create_refund']],
    ['since later', 'refund', { since: '2026-01-02' }, []],
    ['operators of the index are words', 'refund OR delete*', {}, []],
    ['nothing but signs', '"*(', {}, []],
  ];
  it.each(cases)('%s', async (_, text, typed, names) => {
    const got = await found(text, typed);
    expect([...got].sort()).toEqual([...names].sort());
    if (text.includes('file') && names.length > 0) expect(got[0]).toContain('file');
  });

  const typos = [
    ['refnud', 'refund'],
    ['delte file', 'delete file'],
    ['comand', 'command'],
    ['emial', 'email'],
  ] as const;
  it.each(typos)('%s offers %s', async (typed, meant) => {
    const { code, stderr } = await run(search, typed.split(' '), { db });
    expect(code).toBe(0);
    expect(stderr).toContain(`Did you mean "${meant}"`);
  });

  it('says how much there is without the filters', async () => {
    const { stderr } = await run(search, ['refund'], { db, severity: 'low' });
    expect(stderr).toContain('Without the filters there is 1.');
  });

  const wrong: readonly (readonly [Typed, string])[] = [
    [{ since: 'yesterday' }, '--since yesterday is no time'],
    [{ limit: '0' }, '--limit takes'],
    [{ server: 'npm:none' }, 'has no server npm:none'],
  ];
  it.each(wrong)('%j is refused', async (typed, says) => {
    const { code, stderr } = await run(search, ['x'], { db, ...typed });
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  it.each([
    ['kitten', 'sitting', 3],
    ['delte', 'delete', 1],
    ['refnud', 'refund', 1],
    ['a', 'a', 0],
  ] as const)('%s is %s after %i edits', (a, b, number) => expect(edits(a, b, 3)).toBe(number));
});

describe('show', () => {
  it('is a sheet with parameters, policy and reasons, and obeys nothing that is crawled', async () => {
    const { stdout } = await run(show, ['npm:@shelf/files#run_command'], { db });
    expect(stdout).toMatch(/^run_command {2}Execute, critical/u);
    expect(stdout).toContain('parameter     command (string, required): The command line');
    expect(stdout).toMatch(/policy {8}recommended: (?:ask|deny)/u);
    const red = await run(show, ['pypi:odd-server'], { db });
    expect(red.stdout).not.toContain('\u001b');
  });

  it('shows where two methods differ', async () => {
    const scratch = scratchCatalogue();
    await visitAll(scratch.catalogue, {
      'npm:x': reading([serverReading('npm:x', [tool('go', { description: 'Goes', method: 'live' })])]),
      'file:x': reading([serverReading('npm:x', [tool('go', { description: 'Goes away', method: 'readme' })])]),
    });
    scratch.catalogue.close();
    const { stdout } = await run(show, ['npm:x#go'], { db: scratch.path });
    scratch.end();
    expect(stdout).toContain('differs in    description: live says "Goes", readme says "Goes away"');
  });
});

describe('changes', () => {
  it('tells cause and move, and fails a watch', async () => {
    const scratch = scratchCatalogue();
    const lines = [listed('npm:x')];
    const visit = (names: readonly string[], rules: string, severity: 'high' | 'critical' = 'high') =>
      visitAll(
        scratch.catalogue,
        {
          'npm:x': reading([
            serverReading(
              'npm:x',
              names.map((name) => tool(name)),
            ),
          ]),
        },
        {
          ruleset: rules,
          judge: judgeBy(rules, severity),
          lines,
        },
      );
    await visit(['look'], 'rules-1');
    scratch.time.pass(86_400_000);
    await visit(['look', 'delete_all'], 'rules-1');
    scratch.catalogue.close();
    const typed = { db: scratch.path, run: '2' };
    const now = { now: scratch.time.now };
    const json = await run(changes, [], { ...typed, json: true }, now);
    expect(JSON.parse(json.stdout)).toMatchObject([
      {
        server_id: 'npm:x',
        tool_name: 'delete_all',
        what: 'added',
        cause: 'server-changed',
        to_severity: 'high',
        run: 2,
      },
    ]);
    const high = await run(changes, [], { ...typed, 'fail-on': 'high' }, now);
    expect([high.code, high.stderr.endsWith(' to high or worse\n')]).toEqual([1, true]);
    const critical = await run(changes, [], { ...typed, 'fail-on': 'critical' }, now);
    expect([critical.code, critical.stderr.endsWith(', 0 to critical\n')]).toEqual([0, true]);
    expect(
      (await run(changes, [], { db: scratch.path, since: '2026-01-02', format: 'markdown' }, now)).stdout,
    ).toContain('delete');
    const first = await run(changes, [], { db: scratch.path, run: '1', 'fail-on': 'high' }, now);
    expect(first.stderr).toContain('1 change');
    expect((await run(changes, [], { db: scratch.path, run: '9' }, now)).stderr).toContain(
      'There is no run 9. The last one is 2.',
    );
    scratch.end();
  });
});

describe('completion', () => {
  const bash = async (...words: readonly string[]) => {
    const { stdout } = await run(completion, ['bash']);
    const script = `${stdout}\nCOMP_WORDS=(toolrisk ${words.map((word) => `'${word}'`).join(' ')})\nCOMP_CWORD=${words.length}\n_toolrisk\necho "\${COMPREPLY[*]}"`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim();
  };
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['sea'], 'search'],
    [['query', 'most'], 'most-severe-tools'],
    [['search', 'x', '--severity', 'cr'], 'critical'],
    [['search', '--capa'], '--capability'],
  ];
  it.each(cases)('bash completes %j', async (words, meant) => expect(await bash(...words)).toBe(meant));
  it('fish and zsh have every command', async () => {
    for (const shell of ['fish', 'zsh']) expect((await run(completion, [shell])).stdout).toContain('completion');
    expect((await run(completion, ['csh'])).code).toBe(2);
  });
});

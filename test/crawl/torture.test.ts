import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { checkCatalogue } from '../../scripts/torture/check.ts';
import { reading, scratchCatalogue, serverReading, tool, visitAll } from '../store/kit.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Runs a script of this project and gives the JSON of its last line. */
function lastLine(script: string, ...args: readonly string[]): Readonly<Record<string, unknown>> {
  const run = spawnSync(process.execPath, ['--import', 'tsx', script, ...args], { cwd: ROOT, encoding: 'utf8' });
  expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
  return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '');
}

const hasStrace = spawnSync('strace', ['-V']).status === 0 && canTrace();

/** Some containers have strace and may not use it. */
function canTrace(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'toolrisk-strace-'));
  try {
    execFileSync('strace', ['-o', join(folder, 'trace'), 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a tenth of the torture: kills at random instants and at every named step lose and repeat nothing', () => {
  const result = lastLine('scripts/torture.ts', '--count', '20');
  expect(result).toMatchObject({ lost: 0, duplicated: 0, unfinished: 0, faults: 0, integrity: 'ok' });
  expect(result.atSteps).toBeGreaterThanOrEqual(7);
  expect(result.acknowledged).toBeGreaterThan(0);
});

test.skipIf(!hasStrace)(
  'a tenth of the power losses: what was acknowledged is there, and without syncs it is not (needs strace)',
  () => {
    const result = lastLine('scripts/torture-power.ts', '--count', '50');
    expect(result).toMatchObject({ lost: 0, duplicated: 0, corrupt: 0, points: 50 });
  },
);

test('the check itself sees a lost visit, a tool that is there twice, and a broken chain of changes', async () => {
  const scratch = scratchCatalogue();
  const { catalogue, path } = scratch;
  const answer = (description: string) => reading([serverReading('npm:x', [tool('a', { description })])]);
  const acknowledged = [...(await visitAll(catalogue, { 'npm:x': answer('one') }))];
  for (const description of ['two', 'three'])
    acknowledged.push(...(await visitAll(catalogue, { 'npm:x': answer(description) })));
  expect(checkCatalogue(path, acknowledged)).toEqual({ lost: 0, duplicated: 0, integrity: 'ok' });
  catalogue.sql.exec("DELETE FROM changes WHERE change = (SELECT max(change) FROM changes WHERE what = 'changed')");
  expect(checkCatalogue(path, acknowledged).duplicated).toBeGreaterThan(0);
  catalogue.sql.exec('PRAGMA foreign_keys = OFF; DELETE FROM visits WHERE visit = 2');
  expect(checkCatalogue(path, acknowledged).lost).toBe(1);
  scratch.end();
});

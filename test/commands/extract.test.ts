import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { extract } from '../../src/commands/extract.ts';
import { run } from '../helpers/commands.ts';

const folder = mkdtempSync(join(tmpdir(), 'toolrisk-extract-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what cannot be extracted', () => {
  it('is named once, with the reason', async () => {
    writeFileSync(join(folder, 'broken.json'), '{"tools": [');
    const { code, stdout, stderr } = await run(extract, ['broken.json'], {}, { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('not valid JSON');
    expect(stderr.split('broken.json')).toHaveLength(2);
  });
});

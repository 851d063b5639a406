import { describe, expect, test } from 'vitest';
import { BOMB_CAP, BOMB_SLACK, meetBombs } from '../helpers/bombs.ts';

describe('decompression bombs', () => {
  test('at least 8, each stopped within the cap and 64 kB', async () => {
    const reports = await meetBombs();
    expect(reports.length).toBeGreaterThanOrEqual(8);
    for (const report of reports) {
      expect(report, report.name).toMatchObject({ reason: 'decoded-too-large' });
      expect(report.decoded, report.name).toBeGreaterThan(0);
      expect(report.decoded, report.name).toBeLessThanOrEqual(BOMB_CAP + BOMB_SLACK);
    }
  });
});

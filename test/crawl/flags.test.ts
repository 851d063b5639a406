import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { V8_FLAGS } from '../../src/commands/crawl-reading.ts';

// V8 complains on stderr of a flag that it does not know, in the middle of a crawl; Node does not even start with one.
test.each(V8_FLAGS.map((flag) => [flag]))('this Node knows %s', (flag) => {
  expect(execFileSync(process.execPath, [flag, '--print', '1'], { encoding: 'utf8' })).toBe('1\n');
});

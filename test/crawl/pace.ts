import { spawnSync } from 'node:child_process';

/** What a program that is told to end does after its last timer, as a multiple of the time that Node takes to start and end. */
const STARTS = 20;

/**
 * A bound for something that may take `ms` and a little work, milliseconds: the work is measured by how long the machine
 * takes just now to start and end an empty program, which is 0.05 s on a quiet one and seconds on a busy one.
 */
export function within(ms: number): number {
  const began = performance.now();
  spawnSync(process.execPath, ['--eval', '0']);
  return ms + STARTS * (performance.now() - began);
}

// Writes the tables of README.md from the same fields as the code. `--check` only compares, and fails when they drift.
import { readFileSync, writeFileSync } from 'node:fs';
import { blocks } from './readme-blocks.ts';

const README = new URL('../README.md', import.meta.url);

const before = readFileSync(README, 'utf8');
let after = before;
for (const [name, text] of Object.entries(await blocks())) {
  const open = `<!-- generated: ${name} -->`;
  const close = `<!-- end: ${name} -->`;
  const start = after.indexOf(open);
  const end = after.indexOf(close);
  if (start < 0 || end < start) throw new Error(`README.md has no block ${open} … ${close}`);
  after = `${after.slice(0, start + open.length)}\n${text.trim()}\n${after.slice(end)}`;
}

if (after === before) {
  console.log('README.md is current');
} else if (process.argv.includes('--check')) {
  console.error('README.md is not current: run `npm run readme` and commit it');
  process.exitCode = 1;
} else {
  writeFileSync(README, after);
  console.log('README.md written');
}

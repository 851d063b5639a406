import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blocks } from '../scripts/readme-blocks.ts';
import { allCommands, COMMANDS } from '../src/commands/index.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const generated = await blocks();

describe('README', () => {
  it.each(Object.entries(generated))('block %s is what the code says (else: npm run readme)', (name, text) => {
    const open = `<!-- generated: ${name} -->`;
    const start = README.indexOf(open);
    expect(start, `README has the block ${name}`).toBeGreaterThanOrEqual(0);
    const block = README.slice(start + open.length, README.indexOf(`<!-- end: ${name} -->`));
    expect(block.trim()).toBe(text.trim());
  });

  it('has no block that nothing generates', () => {
    const named = [...README.matchAll(/<!-- generated: (\S+) -->/gu)].map((match) => match[1]);
    expect(named.sort()).toEqual(Object.keys(generated).sort());
  });

  it('names only npm scripts that exist', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    const named = [...README.matchAll(/npm run ([\w:-]+)/gu)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });
});

const commands = await allCommands();

describe('commands', () => {
  it('are called as the list calls them', () => {
    expect(Object.keys(COMMANDS)).toEqual(commands.map(({ name }) => name));
  });

  it('are sorted by name, so that help and README are', () => {
    const names = commands.map((command) => command.name);
    expect(names).toEqual([...names].sort());
  });

  it.each(commands.map((command) => [command.name, command] as const))(
    '%s has a summary and an example',
    (_, command) => {
      expect(command.summary).toMatch(/^[A-Z].*[^.]$/u);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const example of command.examples) expect(example).toContain(`toolrisk ${command.name}`);
    },
  );
});

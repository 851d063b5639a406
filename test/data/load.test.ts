import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadRuleset, readRuleFiles } from '../../src/data/load.ts';
import { DATA } from '../classify/helpers.ts';

const folder = mkdtempSync(join(tmpdir(), 'toolrisk-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the shipped data with one file changed. */
function changed(file: string, change: (text: string) => string): string {
  const copy = mkdtempSync(join(folder, 'data-'));
  for (const part of ['rules', 'lexicon', 'categories.yaml', 'severities.yaml', 'threat-words.yaml']) {
    cpSync(join(DATA, part), join(copy, part), { recursive: true });
  }
  const path = join(copy, file);
  const before = file.startsWith('overrides/') ? '' : readFileSync(path, 'utf8');
  if (file.startsWith('overrides/'))
    cpSync(join(DATA, 'lexicon'), join(copy, 'overrides'), {
      recursive: true,
      filter: (one) => !one.endsWith('.yaml'),
    });
  writeFileSync(path, change(before));
  return copy;
}

describe('a file that is not as it must be stops, with its name and the place', () => {
  const table: readonly (readonly [string, string, (text: string) => string, string])[] = [
    ['an unknown key', 'rules/bills.yaml', (text) => `${text}colour: red\n`, 'colour'],
    [
      'an id that is not the name',
      'rules/bills.yaml',
      (text) => text.replace('id: bills', 'id: bill'),
      'must be the name of the file',
    ],
    [
      'a group that is not there',
      'rules/bills.yaml',
      (text) => text.replaceAll('bill-verbs', 'no-such-verbs'),
      'no-such-verbs',
    ],
    [
      'a missing example',
      'rules/bills.yaml',
      (text) => text.replace(/no-match:[\s\S]*$/u, 'no-match: []\n'),
      'no-match',
    ],
    ['no YAML', 'severities.yaml', () => 'a: [', 'severities.yaml'],
    [
      'a phrase that is too long',
      'lexicon/phrases.yaml',
      (text) => `${text}\n  x: [a b c d e f g h i j k l]\n`,
      '12 words',
    ],
  ];
  for (const [title, file, change, message] of table) {
    it(title, () => expect(() => loadRuleset(changed(file, change))).toThrow(message));
  }
});

describe('the version of the rule set', () => {
  const { version } = readRuleFiles(DATA);
  it('is short and the same each time', () => {
    expect(version).toMatch(/^[0-9a-f]{12}$/u);
    expect(readRuleFiles(DATA).version).toBe(version);
  });
  it('does not change with the order of keys', () => {
    const text = (all: string) => all.replace(/^(id: .*\n)(title: .*\n)/u, '$2$1');
    expect(readRuleFiles(changed('rules/bills.yaml', text)).version).toBe(version);
  });
  it('changes with a word', () => {
    const text = (all: string) => all.replace('deletion,', 'deletion, erasing,');
    expect(readRuleFiles(changed('lexicon/nouns.yaml', text)).version).not.toBe(version);
  });
});

describe('corrections', () => {
  const override = [
    'server: npm:x',
    'tool: delete_draft',
    'verdict: { category: Write, severity: low }',
    'reason: Drafts are kept in the bin',
    'link: https://example.org/1',
    'expires: 2026-06-01',
    '',
  ].join('\n');
  const data = changed('overrides/one.yaml', () => override);
  it('count until the day before they expire', () => {
    expect(readRuleFiles(data, '2026-05-31').overrides).toHaveLength(1);
    expect(readRuleFiles(data, '2026-06-01').overrides).toHaveLength(0);
  });
  it('do not count where no day is known', () => expect(readRuleFiles(data).overrides).toHaveLength(0));
});

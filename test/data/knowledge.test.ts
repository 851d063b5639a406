import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAttackPatterns, loadCves, loadTaxonomies } from '../../src/data/knowledge.ts';
import { readRuleFiles } from '../../src/data/load.ts';
import { readThreatRules } from '../../src/data/threats.ts';

const folder = join(import.meta.dirname, '..', '..', 'data');
const taxonomies = loadTaxonomies(folder);
const entries = new Set(taxonomies.entries.map(({ id }) => id));
const patterns = loadAttackPatterns(folder);
const cves = loadCves(folder);
const threats = readThreatRules(folder);
const { rules } = readRuleFiles(folder);

describe('references', () => {
  it.each([
    ['threat rules', threats.map(({ id, references }) => ({ id, references }))],
    ['rules', rules.map(({ id, references }) => ({ id, references }))],
    ['attack patterns', patterns.map(({ id, references }) => ({ id, references }))],
    ['CVEs', cves.map(({ id, cwe }) => ({ id, references: cwe === undefined ? [] : [cwe] }))],
  ])('of %s are entries of taxonomies.yaml', (_title, all) => {
    const missing = all.flatMap(({ id, references }) =>
      references.filter((one) => !entries.has(one)).map((one) => `${id}: ${one}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('attack patterns', () => {
  const capabilities = new Set(rules.map(({ capability }) => capability));
  const signs = new Set([...threats, ...rules].map(({ id }) => id));
  const evidence = new Set([...cves.map(({ id }) => id), ...entries]);

  it('are at least 25', () => expect(patterns.length).toBeGreaterThanOrEqual(25));

  it.each(patterns)('$id needs capabilities, shows signs and has evidence that exist', (pattern) => {
    expect(pattern.needs.flat().filter((id) => !capabilities.has(id))).toEqual([]);
    expect(pattern.signs.filter((id) => !signs.has(id))).toEqual([]);
    expect(pattern.evidence.filter((id) => !evidence.has(id))).toEqual([]);
  });

  it.each(patterns)('$id is stopped by something', ({ stops }) => {
    const stopping = stops.decision !== 'allow' || stops.limits.length > 0 || stops.constraints.length > 0;
    expect(stopping).toBe(true);
    if (stops.hide) expect(stops.decision).toBe('deny');
  });

  it.each(patterns)('$id is found by something: access or signs', ({ id, needs, signs: shown }) => {
    expect(needs.length + shown.length > 0 || id === 'rug-pull').toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { Cve, type CveState, cveMatches, VersionRange } from '../../src/model/cve.ts';
import { fc } from '../helpers/fc.ts';

const base = { id: 'CVE-2025-0001', title: 'x', url: 'https://nvd.example/1', named: 'advisory' };
const cve = (affected: string[] | undefined, packages = ['npm:@scope/name']) =>
  Cve.parse({ ...base, packages, ...(affected === undefined ? {} : { affected }) });

describe('cveMatches', () => {
  it.each<[string, string[] | undefined, string | undefined, CveState]>([
    ['below the fix', ['<1.2.3'], '1.2.2', 'affected'],
    ['the fix', ['<1.2.3'], '1.2.3', 'not-affected'],
    ['numbers, not letters', ['<1.10.0'], '1.9.0', 'affected'],
    ['a pre-release of the fix', ['<1.2.3'], '1.2.3-rc.1', 'affected'],
    ['before the range', ['>=0.0.5 <0.1.16'], '0.0.4', 'not-affected'],
    ['the start of the range', ['>=0.0.5 <0.1.16'], '0.0.5', 'affected'],
    ['the second of two lines', ['<0.6.4', '>=2025.0.0 <2025.7.1'], '2025.6.30', 'affected'],
    ['between two lines', ['<0.6.4', '>=2025.0.0 <2025.7.1'], '0.6.4', 'not-affected'],
    ['a short version', ['<1.2.3'], '1.2', 'affected'],
    ['a version of Python', ['<1.23.0'], '1.23.0rc1', 'affected'],
    ['a post-release', ['<=1.23.0'], '1.23.0.post1', 'affected'],
    ['build metadata', ['=1.2.0'], '1.2.0+build.5', 'affected'],
    ['no version', ['<1.2.3'], undefined, 'unknown'],
    ['a tag', ['<1.2.3'], 'latest', 'unknown'],
    ['no range', undefined, '1.0.0', 'unknown'],
  ])('%s', (_title, affected, version, state) => {
    expect(cveMatches(cve(affected), 'npm:@scope/name', version)).toBe(state);
  });

  it('compares names exactly', () => {
    expect(cveMatches(cve(['>=0']), 'npm:name', '1.0.0')).toBeUndefined();
    expect(cveMatches(cve(['>=0']), 'npm:@Scope/name', '1.0.0')).toBeUndefined();
    expect(cveMatches(cve(['>=0']), 'pypi:@scope/name', '1.0.0')).toBeUndefined();
  });

  it('compares Python names as Python does', () => {
    expect(cveMatches(cve(['>=0'], ['pypi:mcp-server-git']), 'pypi:MCP_Server.git', '1.0.0')).toBe('affected');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, version) => {
        cveMatches(cve(['<1.2.3']), name, version);
        cveMatches(cve(['<1.2.3']), 'npm:@scope/name', version);
      }),
    );
  });
});

describe('ranges', () => {
  it.each(['^1.2.0', '1.2.0', '<', '>=1.x', ''])('refuses %j', (range) => {
    expect(VersionRange.safeParse(range).success).toBe(false);
  });
});

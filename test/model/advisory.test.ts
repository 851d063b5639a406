import { describe, expect, it } from 'vitest';
import { type Advisory, advisoriesOf, cvesByPackage, fixedIn } from '../../src/model/advisory.ts';
import { Cve } from '../../src/model/cve.ts';

const cve = (id: string, packages: readonly string[], rest: Partial<Cve> = {}) =>
  Cve.parse({ id, title: 'x', url: 'https://nvd.example/1', named: 'advisory', packages, ...rest });

const CVES = cvesByPackage([
  cve('CVE-2025-0001', ['npm:one', 'pypi:Two_Names'], {
    affected: ['<1.2.0', '>=2.0.0 <2.1.0'],
    fixed: '1.2.0 / 2.1.0',
  }),
  cve('CVE-2025-0002', ['npm:one'], { severity: 'high' }),
  cve('CVE-2025-0003', ['npm:three'], { affected: ['<0.5.0'] }),
  cve('CVE-2025-0004', ['npm:three']),
  cve('CVE-2025-0005', ['npm:three'], { affected: ['<2.0.0'] }),
]);

describe('advisoriesOf', () => {
  it.each<[title: string, ids: string[], version: string | undefined, found: string[]]>([
    ['each CVE with its own state', ['npm:one'], '1.0.0', ['CVE-2025-0001 affected', 'CVE-2025-0002 unknown']],
    ['a fixed version', ['npm:one'], '1.2.0', ['CVE-2025-0002 unknown', 'CVE-2025-0001 not-affected']],
    ['no version', ['npm:one'], undefined, ['CVE-2025-0001 unknown', 'CVE-2025-0002 unknown']],
    [
      'the version of a server says nothing of a package that it is not named after',
      ['registry:x/one', 'npm:one'],
      '2.0.0',
      ['CVE-2025-0001 unknown', 'CVE-2025-0002 unknown'],
    ],
    [
      'a CVE of two packages once, the worst first: affected before unknown',
      ['npm:one', 'pypi:two-names'],
      '1.0.0',
      ['CVE-2025-0001 affected', 'CVE-2025-0002 unknown'],
    ],
    [
      'unknown before not affected',
      ['npm:one', 'pypi:two-names'],
      '1.2.0',
      ['CVE-2025-0001 unknown', 'CVE-2025-0002 unknown'],
    ],
    [
      'the same package in another spelling',
      ['pypi:two_names', 'pypi:Two.Names'],
      '1.2.0',
      ['CVE-2025-0001 not-affected'],
    ],
    ['a namesake elsewhere', ['npm:two-names', 'pypi:two-names'], '1.0.0', ['CVE-2025-0001 unknown']],
    [
      'the worst first, whatever the order of the file',
      ['npm:three'],
      '1.0.0',
      ['CVE-2025-0005 affected', 'CVE-2025-0004 unknown', 'CVE-2025-0003 not-affected'],
    ],
    ['a Python name in another spelling', ['pypi:two.names'], '1.0', ['CVE-2025-0001 affected']],
    ['a name that begins alike', ['npm:one-more'], '1.0.0', []],
    ['a scope before the name', ['npm:@me/one'], '1.0.0', []],
    ['the same name elsewhere', ['pypi:one', 'oci:one', 'registry:one'], '1.0.0', []],
    ['nothing', [], '1.0.0', []],
  ])('%s', (_, ids, version, found) =>
    expect(advisoriesOf(ids, version, CVES).map(({ id, state }) => `${id} ${state}`)).toEqual(found),
  );

  it('says what is published, and nothing in the place of what is not', () =>
    expect(advisoriesOf(['npm:one'], '1.0.0', CVES)).toEqual([
      {
        id: 'CVE-2025-0001',
        title: 'x',
        url: 'https://nvd.example/1',
        state: 'affected',
        affected: '<1.2.0 or >=2.0.0 <2.1.0',
        fixed: '1.2.0 / 2.1.0',
      },
      { id: 'CVE-2025-0002', title: 'x', url: 'https://nvd.example/1', state: 'unknown', severity: 'high' },
    ]));
});

describe('fixedIn', () => {
  const fixed = (text: string | undefined): Advisory => ({
    id: 'CVE-2025-0001',
    title: 'x',
    url: 'https://nvd.example/1',
    state: 'affected',
    ...(text === undefined ? {} : { fixed: text }),
  });
  it.each<[title: string, texts: (string | undefined)[], found: string | undefined]>([
    ['one', ['0.1.16'], '0.1.16'],
    ['the highest of several, by number', ['2.47.11', '2.56.1', '2.47.9'], '2.56.1'],
    ['the newest line of two', ['0.6.4 / 2025.7.1'], '2025.7.1'],
    ['what is not said is passed over', [undefined, '1.0.0'], '1.0.0'],
    ['nothing said', [undefined], undefined],
    ['nothing at all', [], undefined],
  ])('%s', (_, texts, found) => expect(fixedIn(texts.map(fixed))).toBe(found));
});

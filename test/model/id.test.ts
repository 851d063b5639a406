import { describe, expect, it } from 'vitest';
import {
  canonicalId,
  formatLocator,
  parseLocator,
  parseToolAddress,
  remoteId,
  serverIdOf,
} from '../../src/model/id.ts';
import { fc } from '../helpers/fc.ts';

const LOCATORS = [
  { title: 'a package', text: 'npm:mcp-thing', is: { kind: 'npm', name: 'mcp-thing' } },
  {
    title: 'a package with a version',
    text: 'npm:mcp-thing@1.2.3',
    is: { kind: 'npm', name: 'mcp-thing', version: '1.2.3' },
  },
  { title: 'a scoped package', text: 'npm:@a/b', is: { kind: 'npm', name: '@a/b' } },
  { title: 'a scoped package with a version', text: 'npm:@a/b@2', is: { kind: 'npm', name: '@a/b', version: '2' } },
  { title: 'an empty version is no version', text: 'npm:x@', is: { kind: 'npm', name: 'x' } },
  {
    title: 'a URL keeps its at sign',
    text: 'remote:https://x.test/@y',
    is: { kind: 'remote', name: 'https://x.test/@y' },
  },
  { title: 'a path without a kind', text: './manifests', is: { kind: 'file', name: './manifests' } },
  { title: 'a Windows path is a path', text: 'C:\\x.json', is: { kind: 'file', name: 'C:\\x.json' } },
  { title: 'a command', text: 'stdio:node server.js', is: { kind: 'stdio', name: 'node server.js' } },
] as const;

describe('locators', () => {
  for (const { title, text, is } of LOCATORS) {
    it(title, () => expect(parseLocator(text)).toEqual(is));
  }

  it('prints what it read', () => {
    const part = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/u);
    fc.assert(
      fc.property(
        fc.constantFrom('npm', 'pypi'),
        fc.boolean(),
        part,
        part,
        fc.option(part),
        (kind, scoped, a, b, version) => {
          const locator = {
            kind: kind as 'npm',
            name: scoped ? `@${a}/${b}` : a,
            ...(version === null ? {} : { version }),
          };
          expect(parseLocator(formatLocator(locator))).toEqual(locator);
        },
      ),
    );
  });

  it('has an id without the version', () => expect(serverIdOf(parseLocator('npm:@a/b@1.0.0'))).toBe('npm:@a/b'));
});

const REMOTES = [
  { title: 'drops query and fragment', url: 'https://x.test/mcp?key=1#a', is: 'remote:https://x.test/mcp' },
  { title: 'drops userinfo', url: 'https://u:p@x.test/mcp', is: 'remote:https://x.test/mcp' },
  { title: 'drops the default port', url: 'https://x.test:443/mcp', is: 'remote:https://x.test/mcp' },
  { title: 'is no id for another scheme', url: 'ftp://x.test/', is: undefined },
  { title: 'is no id for a text', url: 'not a url', is: undefined },
];

describe('remote ids', () => {
  for (const { title, url, is } of REMOTES) {
    it(title, () => expect(remoteId(url)).toBe(is));
  }
});

describe('canonical id', () => {
  it('prefers the package over the registry over the address', () => {
    expect(canonicalId(['remote:https://x.test/', 'registry:io.x/y', 'npm:y'])).toBe('npm:y');
    expect(canonicalId(['remote:https://x.test/', 'registry:io.x/y'])).toBe('registry:io.x/y');
  });

  it('does not depend on the order', () => {
    expect(canonicalId(['npm:b', 'npm:a'])).toBe(canonicalId(['npm:a', 'npm:b']));
  });
});

describe('tool addresses', () => {
  it('split at the first number sign', () => {
    expect(parseToolAddress('npm:@a/b#x#y')).toEqual({ server: 'npm:@a/b', tool: 'x#y' });
    expect(parseToolAddress('npm:@a/b')).toEqual({ server: 'npm:@a/b' });
  });
});

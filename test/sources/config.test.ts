import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSources, SourcesError } from '../../src/sources/config.ts';
import { sources } from '../../src/sources/index.ts';
import { linesOf, sourceWorld } from './world.ts';

const BAD = [
  { title: 'broken YAML', text: 'sources: [', says: /not valid YAML/u },
  { title: 'no list', text: 'source: npm', says: /sources/u },
  { title: 'an empty list', text: 'sources: []', says: /sources/u },
  { title: 'an unknown key at the top', text: 'sources: [{source: npm}]\nmore: 1', says: /more/u },
  {
    title: 'an unknown source',
    text: 'sources: [{source: gopher}]',
    says: /unknown source "gopher"; known are .*npm/u,
  },
  { title: 'an unknown setting', text: 'sources: [{source: npm, nmaes: [a]}]', says: /nmaes/u },
  { title: 'a name that is none', text: 'sources: [{source: npm, names: ["a b"]}]', says: /is no npm package name/u },
  { title: 'a registry without an address', text: 'sources: [{source: mcp-registry}]', says: /url/u },
  { title: 'a registry at a file', text: 'sources: [{source: mcp-registry, url: "file:///etc"}]', says: /url/iu },
  { title: 'a bad entry that is not enabled', text: 'sources: [{source: files, enabled: false}]', says: /paths/u },
];

describe('a sources file that is refused', () => {
  for (const { title, text, says } of BAD) {
    it(title, () => {
      expect(() => readSources(text, 'sources.yaml')).toThrow(SourcesError);
      expect(() => readSources(text, 'sources.yaml')).toThrow(says);
    });
  }
});

describe('the shipped sources file', () => {
  const shipped = readSources(
    readFileSync(join(import.meta.dirname, '../../data/sources.yaml'), 'utf8'),
    'sources.yaml',
  );

  it('lists at least 45 npm packages, each once', async () => {
    const npm = shipped.find((one) => one.source.id === 'npm');
    const locators =
      npm === undefined
        ? []
        : (await linesOf(npm.list(sourceWorld()))).map((line) => 'locator' in line && line.locator);
    expect(locators.length).toBeGreaterThanOrEqual(45);
    expect(new Set(locators).size).toBe(locators.length);
  });

  it('reads the official registry and our own manifests', () => {
    expect(shipped.map((one) => one.source.id)).toEqual(expect.arrayContaining(['files', 'mcp-registry', 'npm']));
  });

  it('shows every source that there is', () => {
    const text = readFileSync(join(import.meta.dirname, '../../data/sources.yaml'), 'utf8');
    expect(sources.filter((source) => !text.includes(`source: ${source.id}\n`)).map((source) => source.id)).toEqual([]);
  });
});

it('names a second entry of a source by its number, and leaves out what is not enabled', () => {
  const text =
    'sources: [{source: files, paths: [a]}, {source: files, enabled: false, paths: [b]}, {source: files, paths: [c]}]';
  expect(readSources(text, 'sources.yaml').map((one) => one.name)).toEqual(['files', 'files-3']);
});

it('knows the origins that the operator names', () => {
  const text =
    'sources: [{source: mcp-registry, url: "https://mirror.example:8443/x"}, {source: toolhive, registries: ["http://10.0.0.7/r.json", r.json]}]';
  expect(readSources(text, 'sources.yaml').flatMap((one) => one.origins)).toEqual([
    'https://mirror.example:8443',
    'http://10.0.0.7',
  ]);
});

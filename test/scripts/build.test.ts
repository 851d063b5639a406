import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Bundle, bundle, inOrder } from '../../scripts/build/bundle.ts';
import { codePrintOf, licencesOf } from '../../scripts/build/modules.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const first = await bundle(ROOT);
const text = ({ files }: Bundle) => [...files.values()].map(String).join('\n');

describe('the bundle of the program', () => {
  it('has a file for each start and for what is loaded late, where its source lies, and the image of the site', () => {
    expect([...first.files.keys()].filter((path) => !path.startsWith('parts/')).sort()).toEqual([
      'cli.js',
      'commands/build-site.js',
      'commands/crawl-thread.js',
      'data/shapes.js',
      'extract/source/child.js',
      'index.js',
      'inside.js',
      'site-image.cjs',
      'site/api-schema.js',
      'site/search/bring.js',
      'site/worker.js',
      'store/query-child.js',
    ]);
  });

  it('is the same bytes whenever it is made, and names no place of this machine', async () => {
    expect([...(await bundle(ROOT)).files]).toEqual([...first.files]);
    expect(text(first)).not.toContain(ROOT);
  });

  it.each([
    [
      'a module',
      [
        '#!/usr/bin/env node',
        'import "./a.js";',
        'import { z } from "node:zlib";',
        'import { b } from "better-sqlite3";',
      ],
      [
        '#!/usr/bin/env node',
        'import "./a.js";',
        'import { b } from "better-sqlite3";',
        'import { z } from "node:zlib";',
      ],
    ],
    [
      'CommonJS, where a line may belong to the one before',
      ['let node_zlib = require("node:zlib");', 'let b = require("better-sqlite3");', 'b = __toESM(b, 1);', '', 'b();'],
      ['let b = require("better-sqlite3");', 'b = __toESM(b, 1);', 'let node_zlib = require("node:zlib");', '', 'b();'],
    ],
    ['nothing from elsewhere', ['import { b } from "./b.js";', 'b();'], ['import { b } from "./b.js";', 'b();']],
  ])('imports in the order of names in %s', (_, given, wanted) => {
    expect(inOrder(given.join('\n'))).toBe(wanted.join('\n'));
  });

  it('tells every module where its source lies', () => {
    expect(text(first)).not.toContain('place-of:');
    expect([...first.files].find(([, code]) => String(code).includes('function programVersion()'))?.[1]).toContain(
      'new URL("./../data/version.js", import.meta.url).href',
    );
    expect(first.files.get('site-image.cjs')).toContain(
      'new URL("./site/site-files.js", require("url").pathToFileURL(__filename).href).href',
    );
  });

  it('holds the libraries of many small modules, with their licences, and no others', () => {
    expect(licencesOf(first.modules)).toMatch(/^zod \d[\s\S]*Permission is hereby granted/mu);
    expect(
      licencesOf(first.modules)
        .match(/^(?:@\S+\/)?\S+ \d+\.\d+\.\d+$/gmu)
        ?.map((line) => line.split(' ')[0]),
    ).toEqual(['commander', 'smol-toml', 'zod']);
  });
});

describe('the print of the code that makes pages', () => {
  const printWithout = (path: string) => {
    const id = resolve(ROOT, path);
    expect(first.modules.has(id)).toBe(true);
    return codePrintOf(ROOT, new Map([...first.modules].filter(([one]) => one !== id)), []);
  };
  const print = codePrintOf(ROOT, first.modules, []);

  it.each([
    'src/site/pages/tool.ts',
    'src/site/api-schema.ts',
    'src/site/worker.ts',
    'src/policy/recommend.ts',
    'src/model/verdict.ts',
  ])('is made of %s', (path) => expect(printWithout(path)).not.toBe(print));

  it.each(['src/cli.ts', 'src/store/open.ts', 'src/fetch/client.ts'])('is not made of %s', (path) =>
    expect(printWithout(path)).toBe(print),
  );

  it('is made of the assets', () => {
    expect(codePrintOf(ROOT, first.modules, [['site/assets/style.css', Buffer.from('a{}')]])).not.toBe(print);
  });
});

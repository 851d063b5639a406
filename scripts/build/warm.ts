import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { World } from '../../src/commands/command.ts';
import { readRules } from '../../src/data/load.ts';
import type { Rule } from '../../src/model/rule.ts';
import { openImage, packCache } from './open-image.ts';
import type * as siteImage from './site-image.ts';

/**
 * The code cache of the image of the site: what V8 has compiled after the site of a small catalogue was built, taken over
 * and built again with changes, as `toolrisk build` does. Each rule is a server there, and its examples are the tools.
 */
export async function siteCache(root: string, file: string): Promise<Buffer> {
  const place = mkdtempSync(join(tmpdir(), 'toolrisk-warm-'));
  const dataFolder = join(root, 'data');
  const world: World = {
    stdout: QUIET,
    stderr: QUIET,
    stdin: Readable.from([]),
    env: {},
    version: '',
    cwd: place,
    dataFolder,
    now: Date.now,
    signal: new AbortController().signal,
  };
  const options: Readonly<Record<string, string>> = { db: 'catalogue.db', 'base-url': 'https://tools.example.com/' };
  const input = {
    args: [],
    option: (name: string) => options[name],
    list: () => [],
    has: (name: string) => name === 'without-search',
  };
  const crawl = [join(root, 'dist/cli.js'), 'crawl', '--sources', 'sources.yaml', '--db', 'catalogue.db'];
  try {
    const image = openImage<typeof siteImage>(file);
    mkdirSync(join(place, 'manifests'));
    writeFileSync(join(place, 'sources.yaml'), 'sources:\n  - source: files\n    paths: [manifests]\n');
    for (const words of ['', ' Once more.']) {
      for (const rule of readRules(dataFolder))
        writeFileSync(join(place, 'manifests', `${rule.id}.json`), JSON.stringify(manifestOf(rule, words)));
      execFileSync(process.execPath, crawl, { cwd: place, stdio: 'ignore' });
      // The one after the first fills the other tree.
      for (let i = 0; i < 2; i++) await image.exports.buildFromCatalogue(input, world, 'site');
    }
    return packCache(file, image.script);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const QUIET = { write() {}, isTTY: false, columns: 80 };

/** The first tool has more words to its description. */
function manifestOf({ id, examples }: Rule, words: string): unknown {
  return {
    serverInfo: { name: id, version: '1.0.0' },
    tools: [...examples.match, ...examples['no-match']].map(({ name, title, description, inputSchema }, i) => ({
      name: `${name}_${i}`,
      ...(title === undefined ? {} : { title }),
      description: `${description ?? name}${i === 0 ? words : ''}`,
      inputSchema: inputSchema ?? { type: 'object' },
    })),
  };
}

// Pagefind's index of COUNT tools, through its Node API: `run.mjs COUNT FOLDER FILE`, a line of JSON.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { close, createIndex } from 'pagefind';
import { tools } from '../bench-search/tools.mjs';

const [count = '0', folder = '', file = ''] = process.argv.slice(2);
const CONTENT_CHARS = 2_000;
const IN_FLIGHT = 64;
const began = performance.now();
const { index } = await createIndex({ forceLanguage: 'en' });
let flying = [];
for (const { server, slug, name, description, category, severity, capability } of tools(Number(count), file)) {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[^\p{L}\p{N}]+/gu, ' ');
  flying.push(
    index.addCustomRecord({
      url: `tool/${server}/${slug}.html`,
      // A lone surrogate would kill the indexer.
      content: `${name}. ${words}. ${description} ${server}`.slice(0, CONTENT_CHARS).toWellFormed(),
      language: 'en',
      meta: { kind: 'tool', title: name.toWellFormed(), server, category, severity },
      filters: { kind: ['tool'], category: [category], severity: [severity], capability: [capability] },
    }),
  );
  if (flying.length < IN_FLIGHT) continue;
  await Promise.all(flying);
  flying = [];
}
await Promise.all(flying);
await index.writeFiles({ outputPath: folder });
const buildMs = performance.now() - began;
const peakMb = peaks(process.pid).reduce((sum, mb) => sum + mb, 0);
await close();
let files = 0;
let bytes = 0;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  files += 1;
  bytes += statSync(join(entry.parentPath, entry.name)).size;
}
process.stdout.write(`${JSON.stringify({ buildMs, peakMb, files, bytes })}\n`);

/** Peak memory of the programs that this one started, MB; empty where the system does not say it. */
function peaks(parent) {
  try {
    return readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
      .trim()
      .split(' ')
      .map((pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024);
  } catch {
    return [];
  }
}

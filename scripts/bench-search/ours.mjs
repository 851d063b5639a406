// Our index of COUNT tools, one in a hundred changed after that, and queries: `ours.mjs COUNT FOLDER FILE`, a line of JSON.
import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inside } from '../../dist/inside.js';
import { tools } from './tools.mjs';

const { IndexWriter, openIndex, toolDocument, updateIndex } = await inside.searchIndex();
const [count = '0', folder = '', file = ''] = process.argv.slice(2);
const QUERIES = [
  'delete file',
  'send email',
  'search',
  'create issue comment',
  'run sql query',
  'list branches',
  'kubernetes pods',
  'stripe refund',
  'take screenshot',
  'get',
  'transcri',
  'weather forecast',
];
const SHOWN = 20;

const documentOf = (tool, edit) => {
  const { server, slug, name, category, severity, capability } = tool;
  const description = edit === '' ? tool.description : `${tool.description} ${edit}`;
  const verdict = { category, severity, capabilities: [capability], threats: [] };
  const document = toolDocument({ slug: server, name: server }, { definition: { name, description }, verdict }, 1);
  return { ...document, url: `tool/${server}/${slug}.html` };
};
const writer = (at) => {
  let files = 0;
  let bytes = 0;
  const folders = new Set();
  const place = (path) => {
    const to = join(at, path);
    if (!folders.has(dirname(to))) mkdirSync(dirname(to), { recursive: true });
    folders.add(dirname(to));
    return to;
  };
  const put = (path, content) => {
    files += 1;
    bytes += content.length;
    writeFileSync(place(path), content);
  };
  return { put, place, counted: () => ({ files, bytes }) };
};

let began = performance.now();
const built = join(folder, 'built');
const first = writer(built);
const index = new IndexWriter(first.put, join(folder, 'heaps'));
for (const tool of tools(Number(count), file)) index.add(documentOf(tool, ''));
for (const _ of index.finish('1'));
index.close();
const buildMs = performance.now() - began;
const buildMb = process.resourceUsage().maxRSS / 1_024;

const documents = [];
let i = 0;
for (const tool of tools(Number(count), file))
  if (i++ % 100 === 0) documents.push(documentOf(tool, 'Also when archived.'));
began = performance.now();
const second = writer(join(folder, 'updated'));
const done = updateIndex(
  {
    read: (path) => readFileSync(join(built, path)),
    keep: (path) => linkSync(join(built, path), second.place(path)),
  },
  { documents, gone: [] },
  '2',
  second.put,
);
const updateMs = performance.now() - began;

const asked = [];
for (const query of QUERIES) {
  let files = 0;
  let bytes = 0;
  const began = performance.now();
  // A new reader each time: what a visitor's first query needs.
  const reader = await openIndex(async (path) => {
    const content = readFileSync(join(built, path));
    files += 1;
    bytes += content.length;
    return content;
  });
  const { ids } = await reader.search(query, {});
  const ms = performance.now() - began;
  const matched = { files, bytes };
  await Promise.all(ids.slice(0, SHOWN).map((id) => reader.documents(id)));
  asked.push({ query, found: ids.length, ms, ...matched, allFiles: files, allBytes: bytes });
}
process.stdout.write(
  `${JSON.stringify({ buildMs, buildMb, ...first.counted(), done, updateMs, updated: second.counted().files, asked })}\n`,
);

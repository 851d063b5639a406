import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openIndex } from '../../src/site/assets/search-index.js';
import { fileOf, keyOf, nameTermsOf, stemOf, termsOf } from '../../src/site/assets/search-terms.js';
import type { SearchDocument } from '../../src/site/search/document.ts';
import { fileOfId, idOf } from '../../src/site/search/entry.ts';
import { indexed, indexedLine, indexedPath, readIndexed } from '../../src/site/search/indexed.ts';
import { Runs } from '../../src/site/search/runs.ts';
import { updateIndex } from '../../src/site/search/update.ts';
import { IndexWriter } from '../../src/site/search/writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'toolrisk-search-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Files = Map<string, Buffer>;

function tool(name: string, lead = '', more: Partial<SearchDocument> = {}): SearchDocument {
  return {
    url: `tools/s/${name}.html`,
    title: name,
    texts: [[8, lead]],
    lead,
    shown: { category: 'Read', severity: 'low' },
    facets: [
      ['category', 'Read'],
      ['severity', 'low'],
    ],
    rank: 1,
    ...more,
  };
}

function indexOf(documents: Iterable<SearchDocument>, version = '1'): Files {
  const files: Files = new Map();
  const writer = new IndexWriter((path, bytes) => files.set(path, Buffer.from(bytes)), join(folder, 'heaps'));
  for (const document of documents) writer.add(document);
  Array.from(writer.finish(version));
  writer.close();
  return files;
}

async function namesIn(files: Files, text: string, filters: Record<string, string> = {}): Promise<string[]> {
  const asked: string[] = [];
  const index = await openIndex(async (path) => {
    asked.push(path);
    const bytes = files.get(path);
    if (bytes === undefined) throw new Error(`${path} is not there`);
    return bytes;
  });
  const { ids } = await index.search(text, filters);
  return (await Promise.all(ids.map((id) => index.documents(id)))).flat().map(({ title }) => title);
}

describe('words', () => {
  it.each([
    ['signs', 'Deletes a file (forever).', ['deletes', 'a', 'file', 'forever']],
    ['accents', 'Übersicht café', ['ubersicht', 'cafe']],
    ['scripts without blanks', '删除文件 now', ['删除', '除文', '文件', 'now']],
    ['one character of such a script', '猫', ['猫']],
    ['Hangul stays in syllables', '파일 삭제', ['파일', '삭제']],
    ['Cyrillic and digits', 'Удалить v2', ['удалить', 'v2']],
    ['nothing', '…!', []],
  ])('%s', (_, text, terms) => {
    expect(termsOf(text)).toEqual(terms);
  });

  it('that are cut keep whole characters', () => {
    const [term = ''] = termsOf(`a${'\u{10330}'.repeat(30)}`);
    expect(term).toHaveLength(39);
    expect(Buffer.from(term).toString()).toBe(term);
  });

  it.each([
    ['camel case', 'writeFile2Disk', ['write', 'file2', 'disk']],
    ['snake case', 'write_file', ['write', 'file']],
    ['words', 'write-file now', ['write', 'file', 'now']],
  ])('of a name in %s', (_, name, terms) => {
    expect(nameTermsOf(name)).toEqual(terms);
  });

  it.each([
    [['delete', 'deletes', 'deleted', 'deleting', 'deletion'], true],
    [['query', 'queries'], true],
    [['search', 'searches', 'searched', 'searching'], true],
    [['get', 'getting', 'gets'], true],
    [['install', 'installing', 'installed', 'installs'], true],
    [['status', 'state'], false],
    [['user', 'using'], false],
    [['sing', 'string'], false],
    [['process', 'processes', 'processing'], true],
  ])('%j have one stem: %s', (words, same) => {
    expect(new Set(words.map(stemOf)).size === 1).toBe(same);
  });

  it('of other scripts lie in few places, and files have names that every server keeps', () => {
    expect(keyOf('file')).toBe('file');
    expect(keyOf('文件')).toMatch(/^~[0-9a-f]{2}文件$/);
    for (const prefix of ['', 'a', '~1', '文', 'CON', '../x', 'a.b'])
      expect(fileOf(prefix)).toMatch(/^p[a-z0-9_]*\.bin$/);
    expect(new Set(['', 'a', '-', '~1', 'A', '../x'].map(fileOf)).size).toBe(6);
  });
});

describe('finding', () => {
  const files = indexOf([
    tool('delete_file', 'Removes a file from disk.'),
    tool('deleteAllNotes', 'Deletes every note at once.', {
      facets: [
        ['category', 'Destructive'],
        ['severity', 'critical'],
        ['capability', 'data.delete'],
      ],
      rank: 4,
    }),
    tool('read_file', 'Reads a file. Files are never deleted.'),
    tool('file', 'Says what a file is.'),
    tool('send_mail', 'Sends mail — 发送邮件.'),
    { ...tool('Notes', 'A server for notes'), url: 'servers/notes.html', facets: [['kind', 'server']], rank: 0 },
  ]);
  it.each<readonly [string, string, Record<string, string>, readonly string[]]>([
    ['a name as it is written', 'delete_file', {}, ['delete_file', 'read_file']],
    ['a name in other case without signs', 'deleteallnotes', {}, ['deleteAllNotes']],
    ['the whole name before names with more words', 'file', {}, ['file', 'read_file', 'delete_file']],
    ['another form of a word', 'deleting', {}, ['delete_file', 'deleteAllNotes', 'read_file']],
    ['a word that is begun', 'remo', {}, ['delete_file']],
    ['two words of which one stands in the description', 'disk delete', {}, ['delete_file']],
    ['some of the words where nothing has all', 'mail zebra', {}, ['send_mail']],
    ['words of another script', '邮件', {}, ['send_mail']],
    ['words and a facet', 'note', { severity: 'critical' }, ['deleteAllNotes']],
    ['a facet alone, the worst first', '', { kind: 'tool' }, ['deleteAllNotes']],
    ['servers', 'notes', { kind: 'server' }, ['Notes']],
    ['a capability', '', { capability: 'data.delete' }, ['deleteAllNotes']],
    ['a value that nothing has', '', { capability: 'none' }, []],
    ['nothing', 'zebra', {}, []],
    ['a name of an object', 'constructor', {}, []],
  ])('%s', async (_, text, filters, names) => {
    const found = await namesIn(files, text, filters);
    if (filters.kind === 'tool') expect(found).toHaveLength(5);
    expect(found.slice(0, filters.kind === 'tool' ? 1 : undefined)).toEqual(names);
  });

  it('an index of nothing', async () => {
    expect(await namesIn(indexOf([]), 'file')).toEqual([]);
  });
});

describe('numbers grouped by name', () => {
  /** The same few numbers each time, below a million. */
  const number = (n: number) => (n * 7_919) % 1_000_003;
  const LONG = 'x'.repeat(20_000);
  it.each<readonly [string, number, (n: number) => string, number]>([
    ['none', 0, String, 10],
    ['in one run', 9, (n) => `n${n % 3}`, 10],
    ['in one run that is full', 10, (n) => `n${n % 3}`, 10],
    ['in many runs', 5_000, (n) => `n${(n * n) % 701}`, 64],
    ['all of one name, more than a run and than is read at a time', 9_000, () => 'one', 4_096],
    ['a name for each', 1_000, String, 64],
    ['names of another script and a long one', 1_000, (n) => ['文件', 'строка', LONG, '\u{10330}'][n % 4] ?? '', 64],
  ])('%s', (_, count, nameOf, most) => {
    const wanted = new Map<string, number[]>();
    // Sorted by the name read backwards.
    const runs = new Runs(join(folder, 'runs', 'file'), (name) => [...name].reverse().join(''), most);
    for (let n = 0; n < count; n++) {
      runs.add(nameOf(n), number(n));
      wanted.set(nameOf(n), [...(wanted.get(nameOf(n)) ?? []), number(n)]);
    }
    const found = Array.from(runs.groups(), ({ name, values }) => [name, [...values]] as const);
    runs.close();
    expect(new Map(found)).toEqual(new Map([...wanted].map(([name, all]) => [name, all.sort((a, b) => a - b)])));
    const keys = found.map(([name]) => [...name].reverse().join(''));
    expect(keys).toEqual([...keys].sort());
    expect(keys).toHaveLength(wanted.size);
  });
});

const VERBS = ['list', 'get', 'create', 'delete', 'send', 'search', 'export', 'restart', 'watch'];
const THINGS = ['file', 'issue', 'invoice', 'branch', 'message', 'строка', '文件', 'node'];
/** Its fortieth unit is the first half of a pair. */
const LONG_WORD = `a${'\u{10330}'.repeat(30)}`;
function some(n: number, edit = 0): SearchDocument {
  const verb = VERBS[n % VERBS.length] ?? '';
  const thing = THINGS[Math.floor(n / 9) % THINGS.length] ?? '';
  const lead =
    `Will ${verb} ${thing} ${n} of project p${n % 97} ${n % 3 === 0 ? LONG_WORD : ''}${edit === 0 ? '' : ` since edit${edit}`}. `.repeat(
      3,
    );
  return tool(`${verb}_${thing}_${n}`, lead, {
    facets: [
      ['category', n % 5 === edit ? 'Write' : 'Read'],
      ...(n % 7 === 0 ? ([['capability', `c${n % 3}`]] as const) : []),
    ],
  });
}

function updated(old: Files, documents: readonly SearchDocument[], gone: readonly string[], version: string) {
  const files: Files = new Map();
  const kept: string[] = [];
  const read: string[] = [];
  const done = updateIndex(
    {
      read(path) {
        read.push(path);
        return old.get(path);
      },
      keep(path) {
        const bytes = old.get(path);
        if (bytes === undefined) return;
        kept.push(path);
        files.set(path, bytes);
      },
    },
    { documents, gone },
    version,
    (path, bytes) => {
      expect(files.has(path)).toBe(false);
      files.set(path, Buffer.from(bytes));
    },
  );
  return { done, files, kept, read };
}

/** Takes the file away that says which words a document has. */
function dropIndexed(files: Files, { url }: SearchDocument): void {
  const { bits }: { bits: number } = JSON.parse(String(files.get('entry.json')));
  expect(files.delete(indexedPath(fileOfId(idOf(url), bits)))).toBe(true);
}

describe('a document as the lists have it', () => {
  it.each<readonly [string, SearchDocument]>([
    ['words and facets', some(7, 1)],
    ['no word at all', tool('…', '')],
    ['more words than the index takes', tool('many', Array.from({ length: 600 }, (_, n) => `w${n}`).join(' '))],
    ['other scripts', tool('删除_файл', 'Löscht eine Datei, 文件, \u{10330}')],
  ])('%s: is read as it was written, on one line', (_, document) => {
    const line = indexedLine(5, indexed(document));
    expect(line).not.toContain('\n');
    expect(readIndexed(line)).toEqual(indexed(document));
  });

  it('does not tell its text', () => {
    expect(indexedLine(5, indexed(tool('note', 'Read the key and send it')))).toContain(
      '"and it key note read send the"',
    );
  });
});

describe('bringing up to date', () => {
  const COUNT = 4_000;
  const all = Array.from({ length: COUNT }, (_, n) => some(n));
  const old = indexOf(all);

  it('pieces are divided, and what is found does not depend on that', async () => {
    expect(JSON.parse(String(old.get('entry.json'))).inner.length).toBeGreaterThan(3);
    for (const bytes of old.values()) expect(bytes.length).toBeLessThan(100_000);
    expect((await namesIn(old, 'delete 文件 1353'))[0]).toBe('delete_文件_1353');
    expect(await namesIn(old, 'строка 1200')).toContain('delete_строка_1200');
    expect(await namesIn(old, 'proj')).toHaveLength(COUNT);
  });

  it('the order of documents says nothing', () => {
    expect(indexOf([...all].reverse())).toEqual(old);
  });

  it.each<readonly [string, readonly number[], readonly number[], readonly number[]]>([
    ['nothing', [], [], []],
    ['one text', [7], [], []],
    ['thirty texts', Array.from({ length: 30 }, (_, i) => i * 97), [], []],
    ['one document less', [], [1_353], []],
    ['one document more', [], [], [5_000]],
    ['all of it', [1, 2, 3], [4, 5, 6], [6_001, 6_002]],
  ])('%s: the same files as made anew', (_, edited, gone, added) => {
    const documents = [...edited.map((n) => some(n, 1)), ...added.map((n) => some(n))];
    const urls = gone.map((n) => some(n).url);
    const now = all.flatMap((document, n) => (gone.includes(n) ? [] : [edited.includes(n) ? some(n, 1) : document]));
    const { done, files, kept } = updated(old, documents, urls, '2');
    expect(done).toBe(true);
    const wanted = indexOf([...now, ...added.map((n) => some(n))], '2');
    expect([...files.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [path, bytes] of wanted) expect(files.get(path)?.equals(bytes), path).toBe(true);
    expect(kept.length).toBeGreaterThan(edited.length > 1 ? 20 : 100);
  });

  it('reads no list of terms that stays as it is', () => {
    const { done, read, kept } = updated(old, [some(7)], [], '2');
    expect(done).toBe(true);
    expect(read.map((path) => path.replace(/\/.*/u, ''))).toEqual(['entry.json', 'documents', 'indexed']);
    expect(kept.length).toBe(old.size - 3);
    const edited = updated(old, [some(7, 1)], [], '2');
    // `since` and the number of the edit.
    const parts = edited.read.flatMap((path) => /^terms\/p(.)/u.exec(path)?.[1] ?? []);
    expect([...new Set(parts)].sort()).toEqual(['e', 's']);
  });

  it.each<readonly [string, (files: Files) => void, readonly SearchDocument[]]>([
    ['no entry', (files) => files.delete('entry.json'), [some(1, 1)]],
    ['a piece that is gone', (files) => files.delete('facets/pcategory_002e_0052ead.bin'), [some(1, 1)]],
    ['a document of which it is not known what it had', (files) => dropIndexed(files, some(1)), [some(1, 1)]],
    ['twice as many documents', () => {}, Array.from({ length: COUNT }, (_, n) => some(n + 20_000))],
    ['one document twice', () => {}, [some(1, 1), some(1)]],
  ])('%s: it says that all has to be made anew', (_, harm, documents) => {
    const files = new Map(old);
    harm(files);
    expect(updated(files, documents, [], '2').done).toBe(false);
  });
});

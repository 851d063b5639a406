import { describe, expect, it } from 'vitest';
import { directoryExtractor } from '../../src/extract/directory.ts';
import { Directory } from '../../src/model/directory.ts';
import { cpuClock } from '../helpers/cpu.ts';
import { extracted } from './documents.ts';

const PAGES: readonly { readonly title: string; readonly text: string; readonly says: readonly string[] }[] = [
  {
    title: 'a table of tools, anywhere',
    text: '# Notes\n\n| Tool | Description |\n|---|---|\n| `read_note` | Reads one [note](x) \\| page. |\n| delete_note | Deletes **one** note. |\n',
    says: ['read_note: Reads one note | page.', 'delete_note: Deletes one note.'],
  },
  {
    title: 'a table whose second column has the tools',
    text: '## Available Tools\n\n| Category | Tool | What it does |\n|:--|:--|:--|\n| **Notes** | `read_note` | Reads. |\n| | `purge` | Deletes all. |\n',
    says: ['read_note: Reads.', 'purge: Deletes all.'],
  },
  {
    title: 'a list with details below each name',
    text: '### Tools\n\n- **read_note**\n  - Reads one note\n  - Inputs:\n    - `id` (string)\n- **fetch**\n  - Title: Fetch\n  - Description: Fetches a page\n\n### Prompts\n\n- **summarise**\n  - Sums up\n',
    says: ['read_note: Reads one note', 'fetch: Fetches a page'],
  },
  {
    title: 'a list of names and texts in groups',
    text: '## Tools\n\n#### Account\n\n- `list_projects`: Lists all.\n- `create_project` - Creates one.\n\n#### Parameters\n\n- `id`: which\n',
    says: ['list_projects: Lists all.', 'create_project: Creates one.'],
  },
  {
    title: 'headings, with lists of parameters below',
    text: '## Available Tools\n\n### `read_note`\n\nReads one note.\n\n**Parameters:**\n\n- `id`: which\n- `page`: where\n\n### 2. delete_note(id)\nDeletes it.\n',
    says: ['read_note: Reads one note.', 'delete_note: Deletes it.'],
  },
  {
    title: 'names alone, several in a line',
    text: '## Tools\n\nThis server has 4 tools:\n\n- `list_a`, `list_b` and `list_c`\n- `drop_d`\n',
    says: ['list_a', 'list_b', 'list_c', 'drop_d'],
  },
  {
    title: 'a table of two lists',
    text: '## Key Tools\n\n| Jira | Wiki |\n|---|---|\n| `jira_search` - Searches | `wiki_get` - Gets |\n',
    says: ['jira_search: Searches', 'wiki_get: Gets'],
  },
  {
    title: 'a name that is repeated, once',
    text: '## Tools\n\n- `a_b`: First.\n\n| Tool | Notes |\n|---|---|\n| `a_b` | Second. |\n',
    says: ['a_b: First.'],
  },
];

const NONE: readonly { readonly title: string; readonly text: string }[] = [
  { title: 'groups of tools without names', text: '## Tools\n\n- `string` tools to set and get\n- **Hashes**: many\n' },
  {
    title: 'settings',
    text: '## Tools\n\n### Configuration\n\n- `api_key`: the key\n\n## Environment\n\n| Name | Description |\n|---|---|\n| `API_KEY` | key |\n',
  },
  { title: 'code', text: '## Tools\n\n```\n- `read_note`: no\n```\n<!--\n- `read_note`: no\n-->\n' },
  { title: 'errors of tools', text: '### Tool Invocation Errors\n\n- **AccessDenied**: check\n- `time_out`: wait\n' },
];

describe('a README', () => {
  for (const { title, text, says } of PAGES) {
    it(`is read: ${title}`, () => {
      const { by, servers } = extracted('README.md', text);
      expect(by).toBe('readme');
      expect(
        servers[0]?.tools.map(({ definition }) => [definition.name, definition.description].filter(Boolean).join(': ')),
      ).toEqual(says);
      expect(servers[0]?.tools.every((tool) => tool.method === 'readme' && !tool.schemaComplete)).toBe(true);
      expect(servers[0]?.complete).toBe(false);
    });
  }
  for (const { title, text } of NONE) {
    it(`has no tools: ${title}`, () => expect(extracted('README.md', text).by).toBe('none'));
  }
  it('tells the line', () =>
    expect(extracted('README.md', '# N\n\n## Tools\n\n- `a_b`: x\n').servers[0]?.tools[0]?.provenance).toBe(
      'file:README.md:5',
    ));
});

const PAGE = `<!doctype html><html><head><style>td{}</style></head><body><nav><ul><li><code>menu_item</code>: no</li></ul></nav>
<h1>Notes</h1><h2>Tools</h2><table><thead><tr><th>Tool name</th><th>Description</th></tr></thead>
<tbody><tr><td><code>read_note</code></td><td>Reads &lt;one&gt; note.</td></tr></tbody></table>
<ul><li><code>delete_note</code> - Deletes. <ul><li><code>id</code>: which</li></ul></li></ul><script>var x = "<h2>Tools</h2>"</script></body></html>`;

it('a web page is read by its tables and lists', () => {
  const { by, servers } = extracted('page.html', PAGE);
  expect(by).toBe('html');
  expect(servers[0]?.tools.map(({ definition }) => definition)).toEqual([
    { name: 'read_note', description: 'Reads <one> note.' },
    { name: 'delete_note', description: 'Deletes.' },
  ]);
});

describe('a directory with selectors', () => {
  const directory = Directory.parse({
    id: 'demo',
    title: 'Demo',
    homepage: 'https://directory.example',
    hosts: ['directory.example'],
    server: { each: '.server', name: 'h3', description: '.about', link: 'a.more', npm: '.package' },
    tool: { each: '.tool', name: 'b', description: 'i' },
  });
  const text = `<html><div class="server"><h3>Notes</h3><p class="about">About  notes</p><code class="package">@x/notes</code><a class="more" href="/s/notes?x=1">more</a>
    <p class="tool"><b>read_note</b><i>Reads.</i></p><p class="tool"><b></b><i>nameless</i></p></div>
    <div class="server"><h3>Far</h3><a class="more" href="https://elsewhere.test/x">more</a></div><div class="server"></div></html>`;
  const extractor = directoryExtractor(directory);
  const document = { location: 'https://directory.example/list', fileName: 'list', text };
  const found = extractor.extract(document);

  it('is read by them, on its own host only', () => {
    expect(extractor.accepts(document)).toBe(true);
    expect(extractor.accepts({ ...document, location: 'https://directory.example.evil.test/list' })).toBe(false);
    expect(
      found.servers.map(({ facts, tools }) => [facts.id, facts.description, tools.map((tool) => tool.definition.name)]),
    ).toEqual([
      ['npm:@x/notes', 'About notes', ['read_note']],
      ['remote:https://directory.example/list!Far', undefined, []],
    ]);
  });
  it('leads to its own pages and to declared packages only', () =>
    expect(found.leads).toEqual(['file:https://directory.example/s/notes?x=1', 'npm:@x/notes']));
  it('names what had no name', () => {
    expect(found.problems).toEqual(['1 entries of the page have no name where the selectors say']);
    expect(found.servers[0]?.dropped.map((one) => one.reason)).toEqual(['no-name']);
  });
});

/** Texts that a pattern could backtrack over. */
const SLOW: readonly (readonly [title: string, text: string])[] = [
  ['open brackets', '['.repeat(200_000)],
  ['images that never end', '!['.repeat(100_000)],
  ['spaces', `${' '.repeat(300_000)}x`],
  ['number signs', `# ${'# '.repeat(100_000)}x`],
  ['cells', '| a '.repeat(200_000)],
  ['rows', '| a | b |\n'.repeat(50_000)],
  ['items', '<ul><li>'.repeat(400)],
  ['comments that never end', '<!--'.repeat(100_000)],
];

describe('a page that wants to be slow', () => {
  for (const [title, text] of SLOW) {
    it(title, () => {
      const used = cpuClock();
      extracted('a.md', `## Tools\n\n${text}`);
      extracted('a.html', `<html><h2>Tools</h2>${text}`);
      expect(used()).toBeLessThan(5_000);
    });
  }
});

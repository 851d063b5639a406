import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/commands/build.ts';
import { explain } from '../../src/commands/explain.ts';
import { slug, urls } from '../../src/site/urls.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { makeCatalogue, run, type Shelf } from '../helpers/commands.ts';
import { folder, tool } from '../store/kit.ts';

/** Its words are no words of any rule. */
const STRANGE = tool('plorf', { description: 'Frumbles the wibbly snoots.' });
const SHELVES: readonly Shelf[] = [
  {
    id: 'npm:a',
    tools: [
      tool('run_python', { description: 'Run arbitrary Python code.', schemaComplete: false }),
      STRANGE,
      tool('list_notes', { description: 'List notes.', method: 'readme', schemaComplete: false }),
    ],
  },
  {
    id: 'npm:b',
    tools: [
      tool('delete_all_notes', { description: 'Delete every note of the account. This cannot be undone.' }),
      tool('read_note', { description: 'Read a note.' }),
    ],
  },
  { id: 'npm:c', tools: [tool('place_order', { description: 'Place an order and charge the card.' })] },
];

const scratch = folder();
const db = scratch.file('catalogue.db');
const out = scratch.file('site');
const page = (path: string) => load(readFileSync(join(out, path), 'utf8'));

beforeAll(async () => {
  await makeCatalogue(db, SHELVES);
  const { code, stderr } = await run(build, [], { db, out, 'without-search': true });
  expect(code, stderr).toBe(0);
});
afterAll(() => scratch.remove());

describe('the site and the commands', () => {
  it('name the most severe tools in one order: severity, then category', () => {
    const catalogue = openCatalogue(db, { mode: 'read', now: () => 0 });
    const worst = catalogue.mostSevere(10).map(({ definition }) => definition.name);
    catalogue.close();
    expect(worst.slice(0, 3)).toEqual(['place_order', 'delete_all_notes', 'run_python']);
    const home = page(urls.home());
    const shown = home('.rows .name').toArray();
    expect(shown.map((one) => home(one).text())).toEqual(worst);
  });

  it('say the same of a tool with a description that no rule understands', async () => {
    const said = 'Our rules know no word of its definition that says what it does.';
    const { stdout } = await run(explain, ['npm:a#plorf'], { db });
    expect(stdout).toContain(said);
    const sheet = page(urls.tool('npm-a', slug('plorf')));
    expect(sheet('#why + p').text()).toContain(said);
    expect(sheet.text()).not.toContain('definition does not say');
  });

  it('count tools by method, and those with incomplete schemas', () => {
    const text = page(urls.coverage());
    const rows = text('[aria-label="Tools by how they were read"] tbody tr').toArray();
    expect(
      rows.map((row) =>
        text(row)
          .children()
          .toArray()
          .map((cell) => text(cell).text()),
      ),
    ).toEqual([
      ['static', 'read in the source code, without running it', '5', '1'],
      ['readme', 'read in the documentation', '1', '1'],
    ]);
    const twin: unknown = JSON.parse(readFileSync(join(out, urls.api(urls.coverage())), 'utf8'));
    expect(twin).toMatchObject({
      methods: { static: { tools: 5, incomplete: 1 }, readme: { tools: 1, incomplete: 1 } },
    });
  });
});

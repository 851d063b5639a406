// npm makes the program executable when it installs the package; a link into a checkout needs it here.
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

chmodSync(new URL('../dist/cli.js', import.meta.url), 0o755);

// The program starts faster with its own data parsed and checked.
const { compileData, shippedModule } = await import('../dist/data/compile.js');
const data = fileURLToPath(new URL('../data', import.meta.url));
writeFileSync(new URL('../dist/data/shipped.js', import.meta.url), shippedModule(compileData(data)));

// The compiler takes no notice of the site's style sheet and browser scripts.
cpSync(new URL('../src/site/assets', import.meta.url), new URL('../dist/site/assets', import.meta.url), {
  recursive: true,
});

// Drawing the card images takes memory that no build of a site has to have.
const ready = new URL('../dist/site/assets/cards/', import.meta.url);
const { cards, draw, readyName } = await import('../dist/site/cards.js');
rmSync(ready, { recursive: true, force: true });
mkdirSync(ready);
for (const { svg } of cards()) writeFileSync(new URL(readyName(svg), ready), draw(svg));

// The ranks of the tokenizer as tables that are ready at once.
const { TOKEN_TABLES } = await import('../dist/site/tokens.js');
const { makeTokenTables } = await import('../dist/site/token-table.js');
const { default: ranks } = await import('gpt-tokenizer/bpeRanks/o200k_base');
rmSync(new URL('.', TOKEN_TABLES.ascii), { recursive: true, force: true });
mkdirSync(new URL('.', TOKEN_TABLES.ascii), { recursive: true });
for (const [name, table] of Object.entries(makeTokenTables(ranks))) writeFileSync(TOKEN_TABLES[name], table);

import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { siteHandler } from '../../src/site/serve.ts';
import { slug, urls } from '../../src/site/urls.ts';
import { ARGS, CHROMIUM, HANGS_MS } from './browser-kit.ts';
import { ALL, build, CHANGES, filesIn, inputOf, scratch, type ToyServer } from './kit.ts';

const WIDTHS = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desktop', width: 1280, height: 900 },
] as const;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const place = scratch();
const out = join(place.path, 'site');
let server: Server;
let browser: Browser;
let origin: string;

/** One page of every kind, and every page of the hostile server. */
function kinds(): readonly string[] {
  const names = [...filesIn(out).keys()].filter((path) => path.endsWith('.html'));
  const besides = `/${slug('A-B')}.html`;
  const hostile = names
    .filter((path) => path.includes('remote-'))
    .filter((path, i) => i % 3 === 0 || path.startsWith('server/') || path.endsWith(besides));
  return [
    ...new Set([
      urls.home(),
      urls.servers(),
      urls.categories(),
      urls.category('Execute'),
      urls.severities(),
      urls.severity('critical'),
      urls.capabilities(),
      urls.capability('runs-code'),
      urls.attacks(),
      ...names.filter((path) => /^attacks\/(?!index)/.test(path)).slice(0, 1),
      urls.rules(),
      ...names.filter((path) => /^rules\/(?!index)/.test(path)).slice(0, 1),
      urls.changes(),
      urls.coverage(),
      urls.accuracy(),
      urls.methodology(),
      urls.glossary(),
      urls.state(),
      urls.tokens(),
      urls.search(),
      urls.notFound(),
      urls.server('npm-plain-server'),
      urls.policies('npm-plain-server', 'recommended'),
      urls.tool('npm-plain-server', 'pip-install'),
      urls.tool('npm-plain-server', 'issue'),
      urls.tool('npm-plain-server', slug('writeFile')),
      urls.tool('npm-plain-server', slug('old tool')),
      ...hostile,
    ]),
  ];
}

interface Watched {
  readonly page: Page;
  readonly problems: string[];
}

/** A page that writes down everything that a browser complains about. */
async function watched(context: BrowserContext): Promise<Watched> {
  context.setDefaultTimeout(HANGS_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => !request.url().startsWith(origin) && problems.push(`request: ${request.url()}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      // biome-ignore lint/suspicious/noConsole: the console is what the test listens to.
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, problems };
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

async function violations(
  page: Page,
  runOnly: { readonly type: 'tag' | 'rule'; readonly values: readonly string[] },
): Promise<readonly string[]> {
  const found: readonly Violation[] = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 1).map(({ html, failureSummary }) => ({ html, failureSummary })) })))`,
  );
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary.slice(0, 300)}`,
  );
}

/** Starts a server on loopback. Gives its origin. */
async function listen(of: Server): Promise<string> {
  await new Promise<void>((done) => of.listen(0, '127.0.0.1', done));
  const address = of.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** More tools than the search shows at a time. */
const MANY: ToyServer = {
  id: 'npm:zoo',
  tools: Array.from({ length: 45 }, (_, i) => ({ name: `list_zebras_${i}`, description: 'Lists zebras.' })),
};

describe.skipIf(!existsSync(CHROMIUM))(`in a browser (needs ${CHROMIUM})`, () => {
  beforeAll(async () => {
    await build(inputOf(ALL, CHANGES), out);
    server = createServer(siteHandler(out));
    origin = await listen(server);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS, timeout: HANGS_MS });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    place.remove();
  });

  it.each(WIDTHS)(
    '$name: no axe violation in both schemes, no error, no request to elsewhere, nothing wider than the screen',
    async ({ width, height }) => {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: 'light' });
      const { page, problems } = await watched(context);
      const found: string[] = [];
      for (const path of kinds()) {
        await page.goto(`${origin}/${path}`);
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        if (wide > 0) found.push(`${path}: ${wide} px too wide`);
        await page.evaluate(AXE);
        found.push(...(await violations(page, { type: 'tag', values: TAGS })).map((one) => `${path}: ${one}`));
        // The other scheme has the same elements in other colours.
        await page.emulateMedia({ colorScheme: 'dark' });
        found.push(
          ...(await violations(page, { type: 'rule', values: ['color-contrast'] })).map(
            (one) => `${path}, dark: ${one}`,
          ),
        );
        await page.emulateMedia({ colorScheme: 'light' });
        found.push(...problems.splice(0).map((problem) => `${path}: ${problem}`));
      }
      expect(found).toEqual([]);
      await context.close();
    },
  );

  it('finds tools by name, by words of their description and by facet', async () => {
    const context = await browser.newContext();
    const { page, problems } = await watched(context);
    // Each piece of the index comes late, so that a number said before its lines are there is seen.
    await page.route('**/search-index/**', async (route) => {
      await sleep(100);
      await route.continue();
    });
    const names = async (query: string) => {
      await page.goto(`${origin}/${urls.search()}?${query}`);
      await expect.poll(() => page.locator('#status').textContent()).toMatch(/^\d+ result/);
      return page.locator('#results li a').allTextContents();
    };
    expect(await names('q=delete_all_notes')).toContain('delete_all_notes');
    expect((await names('q=structured+summary'))[0]).toBe('pip-install');
    expect(await names('category=Financial')).toEqual(['create_payment']);
    expect(await names('q=note&severity=critical')).toEqual(['delete_all_notes']);
    await page.locator('#results a').first().click();
    await page.waitForURL(/delete_all_notes/);
    expect(problems).toEqual([]);
    await context.close();
  });

  it('shows more results, each once, however often that is asked for, and not those of a search that is past', async () => {
    const folder = join(place.path, 'many');
    await build(inputOf([MANY]), folder);
    const zoo = createServer(siteHandler(folder));
    const page = await browser.newPage();
    try {
      await page.goto(`${await listen(zoo)}/${urls.search()}?q=zebras&kind=tool`);
      const names = () => page.locator('#results li a').allTextContents();
      await expect.poll(() => page.locator('#status').textContent()).toBe('45 results');
      expect(await names()).toHaveLength(20);
      const click = () => document.getElementById('more')?.click();
      await page.evaluate(`(${click})(); (${click})();`);
      await expect.poll(async () => (await names()).length).toBe(40);
      expect(new Set(await names()).size).toBe(40);
      const search = () => {
        const input = document.querySelector<HTMLInputElement>('#q');
        if (input !== null) input.value = 'giraffes';
        document.querySelector('form')?.requestSubmit();
      };
      await page.evaluate(`(${search})(); (${click})();`);
      await expect.poll(() => page.locator('#status').textContent()).toBe('0 results');
      expect(await names()).toEqual([]);
    } finally {
      await page.close();
      zoo.close();
    }
  });

  it('says that a piece of the index is missing, and shows no part of a result', async () => {
    const context = await browser.newContext();
    const { page } = await watched(context);
    let entries = 0;
    await page.route('**/search-index/**', (route) => (entries++ === 0 ? route.continue() : route.abort()));
    await page.goto(`${origin}/${urls.search()}?q=delete_all_notes`);
    const status = page.locator('#status');
    await expect.poll(() => status.textContent()).toMatch(/could not be loaded/);
    expect(await page.locator('#results li').count()).toBe(0);
    await context.close();
  });

  it('copies a policy, and says so', async () => {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { page, problems } = await watched(context);
    await page.goto(`${origin}/${urls.tool('npm-plain-server', 'pip-install')}`);
    const button = page.locator('button[data-copy]:visible').first();
    // What it says is true for a moment, so the page itself takes it down.
    await button.evaluate((element) => {
      const said = new Promise((done) => {
        new MutationObserver(() => done(element.textContent)).observe(element, { childList: true });
      });
      Object.assign(globalThis, { said });
    });
    await button.click();
    expect(await page.evaluate('said')).toBe('Copied');
    const file = await page.locator(`#${await button.getAttribute('data-copy')}`).textContent();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(file);
    expect(problems).toEqual([]);
    await context.close();
  });

  it('is readable without JavaScript: tabs turn, nothing is hidden that needs it', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    context.setDefaultTimeout(HANGS_MS);
    const page = await context.newPage();
    await page.goto(`${origin}/${urls.tool('npm-plain-server', 'pip-install')}`);
    expect(await page.locator('button:visible').count()).toBe(0);
    expect(await page.locator('.panel:visible').count()).toBe(1);
    await page.locator('.tabs label').nth(1).click();
    expect(await page.locator('.p2').isVisible()).toBe(true);
    await page.goto(`${origin}/${urls.search()}`);
    const note = page.locator('.idle');
    await note.waitFor({ state: 'visible' });
    expect(await note.innerText()).toContain('needs JavaScript');
    expect(await page.locator('#q').isVisible()).toBe(false);
    await context.close();
  });

  it.each([urls.tool('npm-plain-server', 'pip-install'), urls.search()])(
    'does not move while it loads: %s',
    async (path) => {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
      const { page } = await watched(context);
      await page.goto(`${origin}/${path}`);
      const shift = await page.evaluate(
        () =>
          new Promise<number>((done) => {
            let sum = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries())
                sum += 'value' in entry && typeof entry.value === 'number' ? entry.value : 0;
            }).observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => done(sum), 300);
          }),
      );
      expect(shift).toBe(0);
      await context.close();
    },
  );
});

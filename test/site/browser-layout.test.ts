import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { urls } from '../../src/site/urls.ts';
import { ARGS, CHROMIUM, HANGS_MS } from './browser-kit.ts';
import { build, inputOf, PLAIN, scratch, type ToyServer } from './kit.ts';

const LONG = 'The connection against which the operation runs. '.repeat(8);
/** A server whose words are as long as those of real ones, and one name that is much longer. */
const WORDY: ToyServer = {
  id: 'npm:wordy',
  name: 'wordy',
  tools: [
    {
      name: 'send_notification',
      description: 'Sends a message to people by mail.',
      inputSchema: {
        type: 'object',
        properties: {
          connectionId: { type: 'string', description: LONG },
          responseBytesLimit: { type: 'number', description: LONG, default: 'x'.repeat(300) },
          ['very'.repeat(40)]: { type: 'string', description: 'y'.repeat(300) },
        },
        required: ['connectionId'],
      },
    },
  ],
  facts: {
    visits: [
      { locator: 'npm:wordy', source: 'files', outcome: 'unreachable', at: 0, tools: 0, dropped: [] },
      { locator: 'npm:quiet', source: 'files', outcome: 'no-static-tools', at: 0, tools: 0, dropped: [] },
    ],
  },
};
const TOOL = urls.tool('npm-wordy', 'send_notification');
const SERVER = urls.server('npm-wordy');
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

const place = scratch();
const out = join(place.path, 'site');
let browser: Browser;

/** Tables that are wider than their box. */
function wideTables(page: Page): Promise<readonly string[]> {
  return page.$$eval('.scroll', (boxes) =>
    boxes.filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.getAttribute('aria-label') ?? ''),
  );
}

/** Words of some elements that stand on more lines than one. */
function brokenWords(page: Page, selector: string): Promise<readonly string[]> {
  return page.$$eval(selector, (elements) => {
    const broken: string[] = [];
    for (const element of elements) {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        for (const { 0: word, index } of (node.nodeValue ?? '').matchAll(/[\p{L}\p{N}_]+/gu)) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word);
        }
      }
    }
    return broken;
  });
}

describe.skipIf(!existsSync(CHROMIUM))(`the layout in a browser (needs ${CHROMIUM})`, () => {
  beforeAll(async () => {
    await build(inputOf([WORDY, PLAIN]), out);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS, timeout: HANGS_MS });
  });
  afterAll(async () => {
    await browser?.close();
    place.remove();
  });

  /** A page as a file: its style needs no server. */
  async function open(path: string, viewport: { readonly width: number; readonly height: number }): Promise<Page> {
    const page = await browser.newPage({ viewport });
    page.setDefaultTimeout(HANGS_MS);
    await page.goto(pathToFileURL(join(out, path)).href);
    return page;
  }

  it.each([urls.coverage(), urls.accuracy(), urls.tokens(), urls.rules(), SERVER])(
    'fits the tables of %s on a phone',
    async (path) => {
      const page = await open(path, PHONE);
      expect(await page.locator('.scroll').count()).toBeGreaterThan(0);
      expect(await wideTables(page)).toEqual([]);
      await page.close();
    },
  );

  it('shows at which side a table that is too wide goes on', async () => {
    const page = await open(urls.severities(), PHONE);
    expect(await wideTables(page)).toEqual(['Category and severity']);
    const box = page.locator('.scroll');
    const shade = () => box.evaluate((element) => getComputedStyle(element).backgroundAttachment);
    expect(await shade()).toBe('local, local, scroll, scroll');
    const before = await box.screenshot();
    await box.evaluate((element) => element.scrollTo(element.scrollWidth, 0));
    expect(before.equals(await box.screenshot())).toBe(false);
    await page.close();
  });

  it.each([
    { title: 'rows of tools', path: SERVER, selector: '.rows .soft, .bar-row a', viewport: DESKTOP },
    { title: 'parameters', path: TOOL, selector: '.whole, .whole + td, thead', viewport: DESKTOP },
    { title: 'parameters on a phone', path: TOOL, selector: '.whole, .whole + td, thead', viewport: PHONE },
    { title: 'outcomes on a phone', path: urls.coverage(), selector: 'th, td', viewport: PHONE },
    { title: 'accuracy on a phone', path: urls.accuracy(), selector: 'th, td', viewport: PHONE },
  ])('breaks no word of $title', async ({ path, selector, viewport }) => {
    const page = await open(path, viewport);
    expect(await page.locator(selector).count()).toBeGreaterThan(0);
    expect(await brokenWords(page, selector)).toEqual([]);
    await page.close();
  });

  it('lets long names and values break, so that they push nothing out of sight', async () => {
    const page = await open(TOOL, DESKTOP);
    expect(await wideTables(page)).toEqual([]);
    await page.close();
  });

  it('keeps a button on one line', async () => {
    const page = await open(SERVER, PHONE);
    expect(await brokenWords(page, 'button[data-copy]')).toEqual([]);
    expect(await page.locator('button[data-copy]:visible').count()).toBeGreaterThan(0);
    await page.close();
  });

  it.each([urls.home(), urls.severity('high'), SERVER])(
    'draws the line under a link below underscores: %s',
    async (path) => {
      const page = await open(path, DESKTOP);
      const offsets = await page.$$eval('a.name', (links) =>
        links.map(
          (link) =>
            Number.parseFloat(getComputedStyle(link).textUnderlineOffset) /
            Number.parseFloat(getComputedStyle(link).fontSize),
        ),
      );
      expect(offsets.length).toBeGreaterThan(0);
      // In the fonts of the style sheet an underscore ends at most 0.3 em below the base line.
      expect(Math.min(...offsets)).toBeGreaterThan(0.35);
      await page.close();
    },
  );

  it('says in place of the search why it does not run from a file', async () => {
    const page = await open(urls.search(), PHONE);
    const note = page.locator('.idle');
    await note.waitFor({ state: 'visible' });
    expect(await note.innerText()).toContain('toolrisk serve');
    expect(await page.locator('#q').isVisible()).toBe(false);
    await page.close();
  });
});

import { lstatSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { load } from 'cheerio';
import { HtmlValidate } from 'html-validate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPEN_HINTS_NOTE } from '../../src/model/tool.ts';
import { CATEGORIES, SEVERITIES } from '../../src/model/verdict.ts';
import { API_SCHEMAS } from '../../src/site/api-schema.ts';
import type { SiteInput } from '../../src/site/input.ts';
import { slug, urls } from '../../src/site/urls.ts';
import { ALL, build, CHANGES, filesIn, HOSTILE, inputOf, PLAIN, scratch } from './kit.ts';

const MOST_BYTES = 60_000;
const place = scratch();
const out = join(place.path, 'site');
let files: ReadonlyMap<string, Buffer>;
const pages = () =>
  [...files]
    .filter(([path]) => path.endsWith('.html'))
    .map(([path, bytes]): [string, string] => [path, bytes.toString('utf8')]);

/** What stands in the main part of a page, elements apart by blanks. */
const shownText = (page: string) => load(page.replaceAll('<', ' <'))('main').text().replace(/\s+/g, ' ');

beforeAll(async () => {
  await build(inputOf(ALL, CHANGES), out);
  files = filesIn(out);
});
afterAll(() => place.remove());

describe('pages', () => {
  it('are there for every kind', () => {
    const kinds = [
      urls.home(),
      urls.servers(),
      urls.categories(),
      urls.severities(),
      urls.capabilities(),
      urls.attacks(),
      urls.rules(),
      urls.changes(),
      urls.coverage(),
      urls.accuracy(),
      urls.methodology(),
      urls.glossary(),
      urls.state(),
      urls.tokens(),
      urls.search(),
      urls.notFound(),
      urls.llms(),
      urls.robots(),
      urls.headers(),
      urls.feed(),
      urls.sitemap(),
      urls.server('npm-plain-server'),
      urls.tool('npm-plain-server', 'read_note'),
      urls.policies('npm-plain-server', 'strict'),
      urls.badge('npm-plain-server'),
      ...CATEGORIES.map(urls.category),
      ...SEVERITIES.map(urls.severity),
      urls.card('Execute', 'critical'),
    ];
    expect(kinds.filter((path) => !files.has(path))).toEqual([]);
  });

  it('lead only to pages that are there, and to elements that are there', () => {
    const broken: string[] = [];
    for (const [path, text] of pages()) {
      const page = load(text);
      const base = path === urls.notFound() ? '' : dirname(path);
      for (const element of page('[href], [src], form[action]').toArray()) {
        const target = page(element).attr('href') ?? page(element).attr('src') ?? page(element).attr('action') ?? '';
        if (/^https?:/.test(target)) continue;
        const [file = '', fragment] = target.split('#');
        const to = file === '' ? path : normalize(join(base, file.replace(/^\//, '')));
        const there = files.get(to);
        if (there === undefined) broken.push(`${path} → ${target}`);
        else if (fragment !== undefined && load(there.toString('utf8'))(`[id="${fragment}"]`).length !== 1)
          broken.push(`${path} → ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('are valid HTML', async () => {
    const validator = new HtmlValidate({
      extends: ['html-validate:standard'],
      rules: {
        // Long titles are names of tools and servers, which are not ours to shorten.
        'long-title': 'off',
        // Void elements and doctype as HTML writes them.
        'doctype-style': 'off',
        'no-trailing-whitespace': 'off',
        // The validator knows no bdi in q.
        'prefer-native-element': ['error', { exclude: ['region', 'search'] }],
      },
    });
    expect((await validator.validateString('<!doctype html><p><div id=a id=a></p>')).valid).toBe(false);
    const faults: string[] = [];
    for (const [path, text] of pages()) {
      const report = await validator.validateString(text, path);
      for (const { messages } of report.results)
        for (const { ruleId, message, line } of messages) faults.push(`${path}:${line} ${ruleId}: ${message}`);
    }
    expect(faults.slice(0, 20)).toEqual([]);
  });

  it('say one severity and one category of a tool, everywhere', () => {
    const problems: string[] = [];
    for (const [path, bytes] of files) {
      if (!path.startsWith('api/v1/tool/')) continue;
      const api = API_SCHEMAS.tool.or(API_SCHEMAS.other).parse(JSON.parse(bytes.toString('utf8')));
      if (!('severity' in api)) continue;
      const text = files.get(path.replace('api/v1/', '').replace('.json', '.html'))?.toString('utf8') ?? '';
      const page = load(text);
      const said = [
        page('.verdict .sev').text().toLowerCase(),
        page('.facts dt:contains("Severity") + dd').first().text().toLowerCase(),
        page('title').text().split(', ').at(-1),
        page('.ladder .sev').last().text().toLowerCase(),
      ];
      const kinds = [
        page('.verdict .kind').text(),
        page('.facts dt:contains("Category") + dd').first().text(),
        page('title').text().split(': ').at(-1)?.split(',')[0],
      ];
      if (said.some((one) => one !== api.severity)) problems.push(`${path}: ${said} is not ${api.severity}`);
      if (kinds.some((one) => one !== api.category)) problems.push(`${path}: ${kinds} is not ${api.category}`);
      const risk = page('details:contains("What risk level") p').text();
      if (!risk.toLowerCase().startsWith(String(api.severity))) problems.push(`${path}: ${risk}`);
    }
    expect(problems).toEqual([]);
  });

  it('of a tool weigh at most 60 kB with the style sheet', () => {
    const style = [...files].find(([path]) => path.endsWith('.css'))?.[1].length ?? 0;
    const heavy = [...files].filter(([path, bytes]) => path.startsWith('tool/') && bytes.length + style > MOST_BYTES);
    expect(heavy.map(([path, bytes]) => `${path} ${bytes.length + style}`)).toEqual([]);
  });

  it('carry a policy that does what its sentence says', () => {
    const said = PLAIN.tools.map(({ name }) => {
      const page = load(files.get(urls.tool('npm-plain-server', slug(name)))?.toString('utf8') ?? '');
      const sentence = page('#control + p').text();
      const { permissions }: { permissions: Record<'allow' | 'ask' | 'deny', string[]> } = JSON.parse(
        page('#policy-claude-code').text(),
      );
      const api: { policy: { rule: string; effect: string } } = JSON.parse(
        files.get(urls.api(urls.tool('npm-plain-server', slug(name))))?.toString('utf8') ?? '',
      );
      const written = (['deny', 'ask', 'allow'] as const).find((decision) =>
        permissions[decision].some((rule) => rule.endsWith(`__${name}`)),
      );
      return {
        name,
        written,
        rule: api.policy.rule,
        same: sentence === api.policy.effect.replaceAll('`', ''),
        sentence,
      };
    });
    expect(said.filter(({ same }) => !same)).toEqual([]);
    // A format may be tighter than the rule where it cannot say the rule; never looser.
    const order = ['allow', 'ask', 'deny'];
    expect(
      said.filter(({ written, rule }) => written === undefined || order.indexOf(written) < order.indexOf(rule)),
    ).toEqual([]);
  });

  it('use the right article and number', () => {
    const wrong = pages().flatMap(([path, text]) => {
      if (path.includes('remote-')) return [];
      return [
        ...text.matchAll(
          /\ba Execute|\ban (?:Read|Write|Communication|Destructive|Financial|Unknown)|\b1 tools\b|\b1 servers\b|\b(?:[2-9]|\d\d+) tool\b/g,
        ),
      ].map((match) => `${path}: ${match[0]}`);
    });
    expect(wrong).toEqual([]);
  });

  it('say unknown, not none, where a schema or a description is missing', () => {
    const text = files.get(urls.tool('npm-plain-server', 'company_esg'))?.toString('utf8') ?? '';
    expect(text).toContain('The server gives no description.');
    expect(load(text)('#why + p').text()).toMatch(/^It has no description, and our rules know no word of the rest/);
    expect(load(text)('dt:contains("Parameters") + dd').text()).toBe('unknown');
  });

  it.each([
    ['the code has none', [], 'its author says neither that it is read-only nor that it is destructive'],
    [
      'only a run would tell',
      [OPEN_HINTS_NOTE],
      'whether its author calls it read-only or destructive could not be determined',
    ],
  ])('say of a tool without hints that %s', async (_, notes, sentence) => {
    const folder = scratch();
    await build(
      inputOf([{ id: 'npm:hints', notes, tools: [{ name: 'look', description: 'Looks.' }] }]),
      join(folder.path, 'site'),
    );
    const page = load(readFileSync(join(folder.path, 'site', urls.tool('npm-hints', 'look')), 'utf8'));
    expect(page('#annotations + p').text()).toContain(sentence);
    folder.remove();
  });

  it('say unknown, not 0, where no tool of a server is known', () => {
    const text = (path: string) => shownText(files.get(path)?.toString('utf8') ?? '');
    const twin = (path: string) => JSON.parse(files.get(urls.api(path))?.toString('utf8') ?? '');
    const page = urls.server(slug('npm:@empty/server'));
    expect(text(urls.servers())).toContain('Empty tools unknown npm:@empty/server');
    expect(text(urls.servers())).toMatch(/ servers with \d+ tools, by id; of 1 more server no tool is known\./u);
    const inList = twin(urls.servers()).servers.find(({ id }: { id: string }) => id === 'npm:@empty/server');
    expect(inList).toMatchObject({ tools: null, bySeverity: null });
    for (const path of [urls.home(), urls.state(), urls.coverage()])
      expect(twin(path), path).toMatchObject({ servers: 3, serversWithTools: 2 });
    expect(text(page)).toContain('What was read Manifest Listed by Outcome Tools Left out npm:@empty/server files');
    expect(text(page)).toMatch(/without running it: unknown, not none unknown 0/u);
    expect(twin(page)).toMatchObject({ toolsKnown: false, tokens: null, manifests: [{ tools: null }] });
    for (const path of [urls.servers(), page]) expect(text(path)).not.toMatch(/\b0 tools\b/u);
    expect(twin(urls.server('npm-plain-server'))).toMatchObject({ toolsKnown: true, manifests: [{ tools: 8 }] });
  });

  it('show a hint that a rule found with its value', () => {
    const text = files.get(urls.tool('npm-plain-server', slug('writeFile')))?.toString('utf8') ?? '';
    const page = load(text);
    const marked = page('.why li:contains("author’s hints") mark').toArray();
    expect(marked.map((one) => page(one).text())).toEqual(['readOnlyHint: true']);
  });
});

describe('the pages about coverage', () => {
  const failed = {
    source: 'directory',
    at: Date.UTC(2026, 0, 14, 3, 58),
    whole: false,
    reason: 'dns-not-found',
    message: 'The name <b>does</b> not resolve',
  };
  const text = async (input: SiteInput, path: string) => {
    const own = scratch();
    await build(input, join(own.path, 'site'));
    const page = shownText(readFileSync(join(own.path, 'site', path), 'utf8'));
    own.remove();
    return page;
  };
  const input: SiteInput = {
    ...inputOf([PLAIN]),
    sources: () => [failed, { source: 'cards', at: 0, whole: true }, { source: 'files', at: 0, whole: true }],
    outcomes: () => [
      { source: 'cards', outcome: 'unreachable', manifests: 2 },
      { source: 'files', outcome: 'unchanged', manifests: 1 },
      { source: 'npm', manifests: 1 },
    ],
    runs: () => [{ at: 0, ended: 'done', outcomes: { changed: 1 }, failedSources: ['directory'] }],
  };

  it('name a source that could not be listed, with the reason and the time', async () => {
    const page = await text(input, urls.coverage());
    expect(page).toContain('Not listed: directory.');
    expect(page).toContain(
      'directory failed (dns-not-found) The name <b>does</b> not resolve Never listed whole. 2026-01-14 03:58 unknown',
    );
    expect(page).toContain('January 1970 done directory 1 1');
    expect(await text(input, urls.state())).toContain('Not listed, so what is there is unknown: directory. Why');
  });

  it('count manifests that speak of no server, and call servers of a source unknown where nothing answered', async () => {
    const page = await text(input, urls.coverage());
    expect(page).toContain('unreachable no connection, or a server error 2 50 %');
    expect(page).toContain('not visited listed, and never visited 1 25 %');
    expect(page).toContain('cards whole 1970-01-01 00:00 unknown');
    expect(page).toContain('files whole 1970-01-01 00:00 1');
  });
});

describe('hostile text', () => {
  it('makes no element, no attribute, no link and no request', () => {
    for (const [path, text] of pages()) {
      const page = load(text);
      const scripts = page('script')
        .toArray()
        .map((script) => page(script).attr('src') ?? page(script).attr('type'));
      expect(
        scripts.every(
          (script) => script === 'application/ld+json' || /assets\/(site|search)\.[0-9a-f]{8}\.js$/.test(script ?? ''),
        ),
        `${path}: ${scripts}`,
      ).toBe(true);
      expect(page('img, iframe, object, embed, style, base, [style]').length, path).toBe(0);
      const handlers = page('*')
        .toArray()
        .flatMap((element) => ('attribs' in element ? Object.keys(element.attribs) : []))
        .filter((name) => name.startsWith('on'));
      expect(handlers, path).toEqual([]);
      expect(
        page('a')
          .toArray()
          .map((a) => page(a).attr('href') ?? '')
          .filter((href) => /^\s*(javascript|data|vbscript):/i.test(href)),
        path,
      ).toEqual([]);
      for (const block of page('script[type="application/ld+json"]').toArray())
        expect(() => JSON.parse(page(block).text())).not.toThrow();
    }
  });

  it('is shown with its invisible characters', () => {
    for (const [path, bytes] of files) {
      // Pieces of the search index are numbers and words of letters and digits.
      if (/\.(png|svg|bin)$/.test(path)) continue;
      const text = bytes.toString('utf8');
      // A policy has to hold the exact name of a tool; formats escape it, and the page shows what they wrote.
      if (path.startsWith('api/v1/policy/')) continue;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: to find them is the test.
      expect(/[\u200b\u202e\u2066\ufeff\u0007\u001b]|\udb40/.test(text), path).toBe(false);
    }
  });

  it('stays out of the files for agents where the definition shows signs of an attack', () => {
    const server = [...files.keys()].find((path) => path.startsWith('api/v1/tool/remote-'))?.split('/')[3] ?? '';
    const api: { withheld?: string; quotedDescription?: string } = JSON.parse(
      files.get(urls.api(urls.tool(server, slug(HOSTILE.tools[1]?.name ?? ''))))?.toString('utf8') ?? '{}',
    );
    expect(api.withheld).toBeDefined();
    expect(api.quotedDescription).toBeUndefined();
  });
});

describe('the machine side', () => {
  it('has a valid file for every page', () => {
    const wrong: string[] = [];
    for (const [path, bytes] of files) {
      if (!path.startsWith('api/v1/') || path.startsWith('api/v1/schema/')) continue;
      const value: { kind?: string } = JSON.parse(bytes.toString('utf8'));
      const schema =
        value.kind === 'tool'
          ? API_SCHEMAS.tool
          : value.kind === 'server'
            ? API_SCHEMAS.server
            : value.kind === 'policy'
              ? API_SCHEMAS.policy
              : API_SCHEMAS.other;
      const result = schema.safeParse(value);
      if (!result.success) wrong.push(`${path}: ${result.error.message}`);
    }
    expect(wrong).toEqual([]);
    for (const [path, text] of pages()) {
      const twin = load(text)('link[type="application/json"]').attr('href');
      if (twin !== undefined) expect(files.has(normalize(join(dirname(path), twin))), path).toBe(true);
    }
  });

  it('has a feed, a sitemap and robots.txt as their formats want them', () => {
    const feed = load(files.get(urls.feed())?.toString('utf8') ?? '', { xml: true });
    expect(feed('feed > entry').length).toBe(CHANGES.length);
    for (const entry of feed('feed, entry').toArray())
      for (const name of ['id', 'title', 'updated']) expect(feed(entry).children(name).length).toBe(1);
    const ids = feed('id')
      .toArray()
      .map((id) => feed(id).text());
    expect(new Set(ids).size).toBe(ids.length);
    const index = load(files.get(urls.sitemap())?.toString('utf8') ?? '', { xml: true });
    const parts = index('sitemap > loc')
      .toArray()
      .map((loc) => index(loc).text());
    const listed = parts.flatMap((part) => {
      const urlset = load(files.get(new URL(part).pathname.slice(1))?.toString('utf8') ?? '', { xml: true });
      return urlset('url > loc')
        .toArray()
        .map((loc) => new URL(urlset(loc).text()).pathname.slice(1));
    });
    expect(listed.filter((path) => !files.has(path === '' || path.endsWith('/') ? `${path}index.html` : path))).toEqual(
      [],
    );
    expect(new Set(listed).size).toBe(listed.length);
    expect(files.get(urls.robots())?.toString('utf8')).toContain('Sitemap: https://tools.example.com/sitemap.xml');
  });
});

describe('publishing', () => {
  it('gives the same bytes twice, whatever was there before', async () => {
    const other = join(place.path, 'again', 'site');
    await build(inputOf([PLAIN]), other);
    await build(inputOf([PLAIN, HOSTILE]), other);
    await build(inputOf(ALL, CHANGES), other);
    const again = filesIn(other);
    expect([...again.keys()]).toEqual([...files.keys()]);
    expect(
      [...again].filter(([path, bytes]) => !bytes.equals(files.get(path) ?? Buffer.alloc(0))).map(([path]) => path),
    ).toEqual([]);
  });

  it('renders only what changed, keeps the rest as the same file, and leaves a tombstone', async () => {
    const site = join(place.path, 'grows', 'site');
    const first = await build(inputOf([PLAIN]), site);
    expect(first).toMatchObject({ tools: PLAIN.tools.length, rendered: PLAIN.tools.length, kept: 0 });
    const kept = statSync(join(site, urls.tool('npm-plain-server', 'send_email'))).ino;
    const changed = {
      ...PLAIN,
      tools: PLAIN.tools.map((tool) =>
        tool.name === 'read_note' ? { ...tool, description: 'Return the text of a note.' } : tool,
      ),
    };
    const second = await build(inputOf([changed]), site);
    expect(second).toMatchObject({ rendered: 1, kept: PLAIN.tools.length - 1 });
    const anew = join(place.path, 'grows-anew', 'site');
    await build(inputOf([changed]), anew);
    const fresh = filesIn(anew);
    expect([...filesIn(site)].filter(([path, bytes]) => fresh.get(path)?.equals(bytes) !== true)).toEqual([]);
    expect(statSync(join(site, urls.tool('npm-plain-server', 'send_email'))).ino).toBe(kept);
    const same = await build(inputOf([changed]), site);
    expect(same).toMatchObject({ rendered: 0, files: 0 });
    const gone = await build(
      inputOf(
        [{ ...changed, tools: changed.tools.filter(({ name }) => name !== 'writeFile') }],
        [
          {
            at: 1e12,
            run: 4,
            serverId: PLAIN.id,
            tool: 'writeFile',
            what: 'removed',
            cause: 'server-changed',
            fields: [],
            withoutVersionChange: false,
          },
        ],
      ),
      site,
    );
    expect(gone.tombstones).toBe(1);
    expect(readFileSync(join(site, urls.tool('npm-plain-server', slug('writeFile'))), 'utf8')).toContain(
      'no longer listed',
    );
  });

  it('shows the old site until the new one is whole, and removes what is no more', async () => {
    const site = join(place.path, 'swaps', 'site');
    await build(inputOf([PLAIN, HOSTILE]), site);
    const before = readlinkSync(site);
    const failing = {
      ...inputOf([PLAIN, HOSTILE]),
      toolsOf: () => {
        throw new Error('the disk is gone');
      },
    };
    await expect(build(failing, site)).rejects.toThrow('the disk is gone');
    expect(readlinkSync(site)).toBe(before);
    await build(inputOf([PLAIN]), site);
    await build(inputOf([PLAIN]), site);
    expect([...filesIn(site).keys()].filter((path) => path.includes('remote-'))).toEqual([]);
    expect(lstatSync(site).isSymbolicLink()).toBe(true);
  });

  it('refuses a place where something else is', async () => {
    const taken = join(place.path, 'taken');
    writeFileSync(taken, 'mine');
    await expect(build(inputOf([PLAIN]), taken)).rejects.toThrow('choose another --out');
    expect(readFileSync(taken, 'utf8')).toBe('mine');
  });

  it.each(['affected', 'unknown', 'not-affected'] as const)(
    'shows a known vulnerability of a package, %s, once',
    async (state) => {
      const site = join(place.path, state, 'site');
      const advisory = { id: 'CVE-2026-1', title: 'Reads any file', url: 'https://example.com/cve', state };
      await build({ ...inputOf([PLAIN]), advisoriesOf: () => [advisory] }, site);
      const page = load(readFileSync(join(site, urls.server('npm-plain-server')), 'utf8'));
      expect(page('#advisories + ul').text()).toContain('Reads any file');
      expect(page('#advisories').length).toBe(1);
      const heads = page('.main h2')
        .toArray()
        .map((head) => page(head).attr('id'));
      expect(heads.indexOf('advisories') < heads.indexOf('tools')).toBe(state !== 'not-affected');
      const contents = page('.toc a')
        .toArray()
        .map((link) => page(link).attr('href')?.slice(1));
      expect(contents).toEqual(heads.filter((id) => contents.includes(id)));
      expect(contents).toContain('advisories');
    },
  );

  it('refuses servers that do not ascend', async () => {
    const input = inputOf([PLAIN, HOSTILE]);
    const turned = { ...input, servers: () => [...input.servers()].reverse() };
    await expect(build(turned, join(place.path, 'turned', 'site'))).rejects.toThrow('must ascend');
  });
});

import { type Html, html, join, jsonForScript, jsonTextForScript, NOTHING, type Part, raw, solid } from './html.ts';
import { rootOf, shownPath, urls } from './urls.ts';

/** What every page of one build shares. */
export interface SiteFrame {
  /** Absolute address of the site's root with its slash, where it is known. Canonical links and feeds need it. */
  readonly baseUrl: string | undefined;
  /** Short hashes of the assets, part of their names. */
  readonly styleVersion: string;
  readonly scriptVersion: string;
  readonly searchVersion: string;
}

/** One page before it is put into its frame. */
export interface PageParts {
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly body: Html;
  /** Steps from the home page; the last one is the page itself. */
  readonly crumbs: readonly Crumb[];
  readonly section?: SectionId;
  /** Path of the card image. */
  readonly card: string;
  readonly faq?: readonly Answer[];
  /** Only the search page loads the search. */
  readonly script?: 'copy' | 'search';
  /** Not for search engines: tombstones, the error page. */
  readonly hidden?: boolean;
  /** The page has no machine-readable twin. */
  readonly noApi?: boolean;
}

export interface Crumb {
  readonly label: string;
  readonly path: string;
}

/** One question with its answer, both plain text. */
export interface Answer {
  readonly question: string;
  readonly answer: string;
}

const SECTIONS = [
  { id: 'servers', label: 'Servers', path: urls.servers() },
  { id: 'categories', label: 'Categories', path: urls.categories() },
  { id: 'severities', label: 'Severities', path: urls.severities() },
  { id: 'attacks', label: 'Attack patterns', path: urls.attacks() },
  { id: 'changes', label: 'Changes', path: urls.changes() },
  { id: 'search', label: 'Search', path: urls.search() },
] as const;
export type SectionId = (typeof SECTIONS)[number]['id'];

const FOOTER = [
  { label: 'Capabilities', path: urls.capabilities() },
  { label: 'Rules', path: urls.rules() },
  { label: 'Token cost', path: urls.tokens() },
  { label: 'State of the catalogue', path: urls.state() },
  { label: 'Coverage', path: urls.coverage() },
  { label: 'Accuracy', path: urls.accuracy() },
  { label: 'Methodology', path: urls.methodology() },
  { label: 'Glossary', path: urls.glossary() },
  { label: 'Feed', path: urls.feed() },
  { label: 'For programs', path: urls.llms() },
];

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'; form-action 'self'";
const SEARCH_POLICY = POLICY.replace("script-src 'self'", "script-src 'self'; connect-src 'self'");

/** The policy of a page for browsers; the search alone may fetch, and only from its own site. */
export function contentSecurityPolicy(search: boolean): string {
  return search ? SEARCH_POLICY : POLICY;
}

/** Makes the function that puts a page into its frame; what pages share is written once per depth and section. */
export function makeLayout(frame: SiteFrame): (page: PageParts) => Html {
  const heads = new Map<string, Html>();
  const tops = new Map<string, Html>();
  const bottoms = new Map<string, Html>();
  return (page) => {
    const root = page.path === urls.notFound() ? basePath(frame.baseUrl) : rootOf(page.path);
    const searching = page.script === 'search';
    const head = cached(heads, `${root}|${page.script}`, () => headOf(frame, root, page.script));
    const top = cached(tops, `${root}|${page.section}`, () => topOf(root, page.section));
    const bottom = cached(bottoms, root, () => bottomOf(root));
    return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(contentSecurityPolicy(searching))}">
${head}${headOfPage(frame, page, root)}</head>
<body>
${top}<main id="main"><div class="wrap">
${crumbs(page.crumbs, root)}${page.body}
</div></main>
${bottom}</body>
</html>
`;
  };
}

function cached(map: Map<string, Html>, key: string, make: () => Html): Html {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = solid(make());
  map.set(key, made);
  return made;
}

/** The path under which the site lies on its host, with both slashes. */
function basePath(baseUrl: string | undefined): string {
  return baseUrl === undefined ? '/' : new URL(baseUrl).pathname;
}

function headOf(frame: SiteFrame, root: string, script: PageParts['script']): Html {
  return html`<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="stylesheet" href="${root}${urls.style(frame.styleVersion)}">
<link rel="icon" href="${root}${urls.icon()}" type="image/svg+xml">
<link rel="alternate" type="application/atom+xml" title="Changes" href="${root}${urls.feed()}">
${script === 'copy' && html`<script src="${root}${urls.script(frame.scriptVersion)}" defer></script>\n`}${
  script === 'search' && html`<script src="${root}${urls.searchScript(frame.searchVersion)}" type="module"></script>\n`
}`;
}

function headOfPage(frame: SiteFrame, page: PageParts, root: string): Html {
  const absolute = (path: string) => (frame.baseUrl === undefined ? undefined : frame.baseUrl + path);
  const address = absolute(shownPath(page.path));
  const card = absolute(page.card);
  return html`<title>${page.title}</title>
<meta name="description" content="${page.description}">
${page.hidden === true ? html`<meta name="robots" content="noindex">\n` : address !== undefined && html`<link rel="canonical" href="${address}">\n`}${
  page.noApi !== true && html`<link rel="alternate" type="application/json" href="${root}${urls.api(page.path)}">\n`
}<meta property="og:type" content="website">
<meta property="og:site_name" content="toolrisk">
<meta property="og:title" content="${page.title}">
<meta property="og:description" content="${page.description}">
${address !== undefined && html`<meta property="og:url" content="${address}">\n`}${
  card !== undefined &&
  html`<meta property="og:image" content="${card}">
<meta property="og:image:width" content="1200">
<meta property="og:image:height" content="630">
<meta name="twitter:card" content="summary_large_image">\n`
}${linkedData(frame, page)}`;
}

function linkedData(frame: SiteFrame, page: PageParts): Html {
  const blocks: Html[] = [];
  if (frame.baseUrl !== undefined && page.crumbs.length > 1)
    blocks.push(jsonForScript(breadcrumbList(frame.baseUrl, page)));
  if (page.faq !== undefined && page.faq.length > 0) blocks.push(faqPage(page.faq));
  return html`${blocks.map((block) => html`<script type="application/ld+json">${block}</script>\n`)}`;
}

/** schema.org BreadcrumbList: the steps from the home page. */
function breadcrumbList(baseUrl: string, page: PageParts) {
  return {
    '@context': 'https://schema.org',
    '@type': 'BreadcrumbList',
    itemListElement: page.crumbs.map((crumb, i) => ({
      '@type': 'ListItem',
      position: i + 1,
      name: crumb.label,
      item: baseUrl + shownPath(crumb.path),
    })),
  };
}

/** schema.org FAQPage: the same words as the questions on the page. Written out, since it is a tenth of each page. */
function faqPage(answers: readonly Answer[]): Html {
  const entries = answers.map(
    ({ question, answer }) =>
      html`{"@type":"Question","name":${jsonTextForScript(question)},"acceptedAnswer":{"@type":"Answer","text":${jsonTextForScript(answer)}}}`,
  );
  return html`{"@context":"https://schema.org","@type":"FAQPage","mainEntity":[${join(entries, ',')}]}`;
}

function topOf(root: string, section: SectionId | undefined): Html {
  const links = SECTIONS.map(
    ({ id, label, path }) =>
      html`<a href="${root}${path}"${id === section ? raw(' aria-current="true"') : NOTHING}>${label}</a>\n`,
  );
  return html`<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="wrap">
<a class="brand" href="${root}${urls.home()}">toolrisk</a>
<nav aria-label="Main">
${links}</nav>
</div></header>
`;
}

function crumbs(steps: readonly Crumb[], root: string): Html {
  if (steps.length < 2) return NOTHING;
  const items = steps.map(({ label, path }, i) =>
    i === steps.length - 1
      ? html`<li aria-current="page"><bdi>${label}</bdi></li>`
      : html`<li><a href="${root}${path}"><bdi>${label}</bdi></a></li>`,
  );
  return html`<nav class="crumbs" aria-label="Breadcrumb"><ol>${items}</ol></nav>\n`;
}

function bottomOf(root: string): Html {
  const links = FOOTER.map(({ label, path }) => html`<li><a href="${root}${path}">${label}</a></li>`);
  return html`<footer><div class="wrap">
<nav aria-label="More"><ul>${links}</ul></nav>
<p>Names and descriptions of servers and tools are quoted from their publishers and are not ours. A verdict is made by
published rules from one definition; it says what a tool can do, not what it will do.</p>
</div></footer>
`;
}

/** The pieces of text under a title, where every part that is nothing is left out. */
export function lines(parts: readonly Part[]): Html {
  return join(
    parts.filter((part) => part !== undefined && part !== false && part !== NOTHING),
    '\n',
  );
}

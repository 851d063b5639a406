import { hash } from 'node:crypto';

/** Longest readable part of a name in an address. */
const SLUG_CHARS = 48;
const HASH_CHARS = 12;
/** Longest server id that stands for itself. */
const MOST_PLAIN = 60;

/** A name that may stand for itself: what every file system and every URL keeps as it is. */
const PLAIN = /^[a-z0-9][a-z0-9_-]{0,62}$/;
/** Looks like a slug with its hash; such a name never stands for itself, or it could meet another name's slug. */
const HASHED = /-[0-9a-f]{12}$/;
/** File names that Windows keeps for devices, and the names of our own files. */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9]|index|conin|conout)$/;

/**
 * The readable, stable and collision-free name of a page. A plain name stands for itself; every other name becomes
 * its letters and digits with the first 48 bits of its SHA-256.
 */
export function slug(name: string): string {
  if (PLAIN.test(name) && !HASHED.test(name) && !RESERVED.test(name)) return name;
  const readable = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, SLUG_CHARS)
    .replace(/-$/, '');
  const short = hash('sha256', Buffer.from(name, 'utf16le'), 'hex').slice(0, HASH_CHARS);
  return readable === '' ? `x-${short}` : `${readable}-${short}`;
}

/** The slug of a server id: its kind and name joined, hashed unless the name is plain. */
export function serverSlug(id: string): string {
  const colon = id.indexOf(':');
  const name = id.slice(colon + 1);
  const plain = `${id.slice(0, colon)}-${name}`;
  if (colon > 0 && plain.length < MOST_PLAIN && PLAIN.test(name) && !HASHED.test(plain)) return plain;
  return slug(id);
}

/** Every path of the site, relative to its root, without a leading slash. Nothing else makes one. */
export const urls = {
  home: () => 'index.html',
  notFound: () => '404.html',
  servers: (page = 1) => (page === 1 ? 'servers/index.html' : `servers/page-${page}.html`),
  server: (server: string) => `server/${server}.html`,
  tool: (server: string, tool: string) => `tool/${server}/${tool}.html`,
  categories: () => 'categories/index.html',
  category: (category: string) => `categories/${category.toLowerCase()}.html`,
  severities: () => 'severities/index.html',
  severity: (severity: string) => `severities/${severity}.html`,
  capabilities: () => 'capabilities/index.html',
  capability: (id: string) => `capabilities/${slug(id)}.html`,
  attacks: () => 'attacks/index.html',
  attack: (id: string) => `attacks/${slug(id)}.html`,
  rules: () => 'rules/index.html',
  rule: (id: string) => `rules/${slug(id)}.html`,
  changes: () => 'changes/index.html',
  coverage: () => 'coverage.html',
  accuracy: () => 'accuracy.html',
  methodology: () => 'methodology.html',
  glossary: () => 'glossary.html',
  state: () => 'state.html',
  tokens: () => 'tokens.html',
  search: () => 'search.html',
  feed: () => 'changes/atom.xml',
  style: (version: string) => `assets/style.${version}.css`,
  script: (version: string) => `assets/site.${version}.js`,
  searchScript: (version: string) => `assets/search.${version}.js`,
  icon: () => 'assets/icon.svg',
  card: (category: string, severity: string) => `cards/${category.toLowerCase()}-${severity}.png`,
  siteCard: () => 'cards/site.png',
  badge: (server: string) => `badge/${server}.svg`,
  policies: (server: string, strength: string) => `policy/${server}/${strength}.html`,
  llms: () => 'llms.txt',
  robots: () => 'robots.txt',
  headers: () => '_headers',
  sitemap: () => 'sitemap.xml',
  sitemapPart: (part: number) => `sitemap/part-${part}.xml`,
  /** A file of the search index. */
  searchPiece: (path: string) => `search-index/${path}`,
  /** The machine-readable twin of a page: the same path below `api/v1/`, ending in `.json`. */
  api: (page: string) => `api/v1/${page.replace(/(?:\/?index)?\.html$/, '') || 'home'}.json`,
  apiSchema: (name: string) => `api/v1/schema/${name}.json`,
} as const;

const INDEX = 'index.html';

/** A page's path as it stands in addresses: a folder for its index. */
export function shownPath(path: string): string {
  if (path === INDEX) return '';
  return path.endsWith(`/${INDEX}`) ? path.slice(0, -INDEX.length) : path;
}

/** Kinds of files for programs, each with a JSON Schema. */
export const API_KINDS = ['tool', 'server', 'policy', 'other'] as const;

/** The steps from a page up to the root of the site: `../../` for `a/b/c.html`. */
export function rootOf(path: string): string {
  return '../'.repeat(path.split('/').length - 1);
}

/** What a written path looks like; anything else is refused by the one function that writes. */
export const SAFE_PATH = /^(?:[a-z0-9_][a-z0-9_-]{0,127}\/){0,4}[a-z0-9_][a-z0-9_-]{0,127}(?:\.[a-z0-9_]{1,64}){0,3}$/;

import { xml } from './html.ts';
import { print } from './server-state.ts';
import { type ServerState, toolsIn } from './state.ts';
import { shownPath, urls } from './urls.ts';

/** Addresses in one part; the format allows 50,000 and 50 MB. */
const PART = 10_000;

/** Where the parts go: a part that is kept is not made. */
export interface SitemapPlace {
  keeps(paths: readonly string[], key: string): boolean;
  site(path: string, text: string, key: string): void;
}

/**
 * Writes a sitemap in parts with an index, or nothing where the site's address is not known. A part begins with a
 * server, so that it is made of what the servers' fingerprints say.
 */
export class SitemapWriter {
  readonly #baseUrl: string | undefined;
  readonly #place: SitemapPlace;
  readonly #pages: string[] = [];
  #waiting: ServerState[] = [];
  #count = 0;
  #parts = 0;

  constructor(baseUrl: string | undefined, place: SitemapPlace) {
    this.#baseUrl = baseUrl;
    this.#place = place;
  }

  /** Lists the pages of a server. */
  server(state: ServerState): void {
    if (this.#baseUrl === undefined) return;
    const pages = 1 + toolsIn(state);
    if (this.#count + pages > PART) this.#flush();
    this.#waiting.push(state);
    this.#count += pages;
  }

  /** Lists another page. */
  page(path: string): void {
    if (path !== urls.notFound()) this.#pages.push(path);
  }

  finish(): void {
    if (this.#baseUrl === undefined) return;
    this.#flush();
    this.#part(this.#pages.length, this.#pages.join(' '), () => this.#pages);
    const parts = Array.from(
      { length: this.#parts },
      (_, i) => `<sitemap><loc>${xml(this.#baseUrl + urls.sitemapPart(i + 1))}</loc></sitemap>`,
    );
    this.#place.site(
      urls.sitemap(),
      `${HEAD}<sitemapindex xmlns="${NAMESPACE}">\n${parts.join('\n')}\n</sitemapindex>\n`,
      '',
    );
  }

  #flush(): void {
    const servers = this.#waiting;
    if (servers.length === 0) return;
    const key = servers.map(({ slug, addresses }) => `${slug} ${addresses}`).join(' ');
    this.#part(this.#count, key, () =>
      servers.flatMap((server) => [
        urls.server(server.slug),
        ...server.rows.map((row) => urls.tool(server.slug, row.slug)),
      ]),
    );
    this.#waiting = [];
    this.#count = 0;
  }

  /** Writes addresses in as many parts as they need, which is one but for a server with more tools than a part holds. */
  #part(count: number, key: string, pages: () => readonly string[]): void {
    const made = print(key);
    const first = urls.sitemapPart(this.#parts + 1);
    if (count <= PART && this.#place.keeps([first], made)) {
      this.#parts++;
      return;
    }
    const all = pages().map((path) => `<url><loc>${xml(this.#baseUrl + shownPath(path))}</loc></url>`);
    for (let at = 0; at < all.length; at += PART) {
      this.#parts++;
      const text = all.slice(at, at + PART).join('\n');
      this.#place.site(
        urls.sitemapPart(this.#parts),
        `${HEAD}<urlset xmlns="${NAMESPACE}">\n${text}\n</urlset>\n`,
        made,
      );
    }
  }
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9';

import { xml } from './html.ts';
import { urls } from './urls.ts';

/** Addresses in one part; the format allows 50,000 and 50 MB. */
const PART = 10_000;

/** Writes a sitemap in parts with an index, or nothing where the site's address is not known. */
export class SitemapWriter {
  readonly #baseUrl: string | undefined;
  readonly #emit: (path: string, text: string) => void;
  #waiting: string[] = [];
  #parts = 0;

  constructor(baseUrl: string | undefined, emit: (path: string, text: string) => void) {
    this.#baseUrl = baseUrl;
    this.#emit = emit;
  }

  add(path: string): void {
    if (this.#baseUrl === undefined || path === urls.notFound()) return;
    this.#waiting.push(`<url><loc>${xml(this.#baseUrl + path.replace(/(^|\/)index\.html$/, '$1'))}</loc></url>`);
    if (this.#waiting.length === PART) this.#flush();
  }

  finish(): void {
    if (this.#baseUrl === undefined) return;
    if (this.#waiting.length > 0) this.#flush();
    const parts = Array.from(
      { length: this.#parts },
      (_, i) => `<sitemap><loc>${xml(this.#baseUrl + urls.sitemapPart(i + 1))}</loc></sitemap>`,
    );
    this.#emit(urls.sitemap(), `${HEAD}<sitemapindex xmlns="${NAMESPACE}">\n${parts.join('\n')}\n</sitemapindex>\n`);
  }

  #flush(): void {
    this.#parts++;
    this.#emit(
      urls.sitemapPart(this.#parts),
      `${HEAD}<urlset xmlns="${NAMESPACE}">\n${this.#waiting.join('\n')}\n</urlset>\n`,
    );
    this.#waiting = [];
  }
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9';

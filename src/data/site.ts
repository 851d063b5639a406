import { type DataPlace, openData } from './folder.ts';
import type { Shapes } from './shapes.ts';

/** How capabilities and discounts are spoken of on pages. */
export type SiteWords = Shapes['SiteWords'];

/** Reads the words of the pages. Throws `DataError`. */
export function readSiteWords(place: DataPlace): SiteWords {
  return openData(place).checked('site.yaml', 'SiteWords');
}

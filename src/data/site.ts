import * as z from 'zod';
import { type DataPlace, openData } from './folder.ts';

const Words = z.strictObject({ title: z.string().min(3), text: z.string().min(3) });

/** `data/site.yaml`: how capabilities and discounts are spoken of on pages. */
export const SiteWords = z.strictObject({
  capabilities: z.record(z.string(), Words),
  discounts: z.record(z.string(), z.string()),
});
export type SiteWords = z.infer<typeof SiteWords>;

/** Reads the words of the pages. Throws `DataError`. */
export function readSiteWords(place: DataPlace): SiteWords {
  return openData(place).checked('site.yaml', SiteWords);
}

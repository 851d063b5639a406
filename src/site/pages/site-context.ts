import type { SiteInput } from '../input.ts';
import type { Crumb } from '../layout.ts';
import type { Lookup } from '../tables.ts';
import type { Totals } from '../totals.ts';
import { urls } from '../urls.ts';

/** What the pages over the whole catalogue are made of. */
export interface SiteContext {
  readonly input: SiteInput;
  readonly totals: Totals;
  readonly lookup: Lookup;
  readonly baseUrl: string | undefined;
}

/** The way from the home page to a page. */
export function crumbsTo(...steps: readonly (readonly [label: string, path: string])[]): readonly Crumb[] {
  return [{ label: 'Home', path: urls.home() }, ...steps.map(([label, path]) => ({ label, path }))];
}

import { CATEGORIES } from '../../model/verdict.ts';
import { serversWithTools } from '../totals.ts';
import { urls } from '../urls.ts';
import { attackPages } from './attacks.ts';
import { changesPage, newestChanges } from './changes.ts';
import type { LazyPage } from './context.ts';
import { coveragePage, lookedAt, namesOfFailed } from './coverage.ts';
import { accuracyPage, heaviestServers, statePage, tokensPage } from './figures.ts';
import { capabilityPages, categoryPages, severityPages } from './groups.ts';
import { homePage } from './home.ts';
import { rulePages } from './rules.ts';
import { searchPage } from './search.ts';
import { serverListPages } from './servers.ts';
import type { SiteContext } from './site-context.ts';
import { glossaryPage, methodologyPage, notFoundPage } from './texts.ts';

/** Every page that is not of one server or one tool. */
export function* sitePages(context: SiteContext): Generator<LazyPage> {
  const { totals, input } = context;
  const looked = lookedAt(input);
  const sizes = [totals.servers.length, serversWithTools(totals), totals.tools];
  const matrix = [...totals.matrix.values()].map((line) => [...line.values()]);
  const byCategory = CATEGORIES.map((category) => totals.byCategory.get(category)?.print());
  yield { path: urls.home(), key: [sizes, byCategory], make: () => homePage(context) };
  yield* serverListPages(context);
  yield* categoryPages(context);
  yield* severityPages(context);
  yield* capabilityPages(context);
  yield* attackPages(context);
  yield* rulePages(context);
  yield { path: urls.changes(), key: newestChanges(context), make: () => changesPage(context) };
  yield {
    path: urls.coverage(),
    key: [sizes, ...[totals.bySource, totals.byMethod, totals.incomplete].map(sorted), looked],
    make: () => coveragePage(context, looked),
  };
  yield { path: urls.accuracy(), key: '', make: () => accuracyPage(context) };
  yield {
    path: urls.state(),
    key: [
      sizes,
      matrix,
      totals.threats,
      totals.strong,
      sorted(totals.byDay),
      sorted(totals.bySource),
      namesOfFailed(looked.sources),
    ],
    make: () => statePage(context),
  };
  yield {
    path: urls.tokens(),
    key: [sizes, totals.tokens, heaviestServers(totals), totals.heaviestTools()],
    make: () => tokensPage(context),
  };
  yield { path: urls.methodology(), key: '', make: () => methodologyPage(context) };
  yield { path: urls.glossary(), key: '', make: () => glossaryPage(context) };
  const capabilities = [...totals.byCapability.keys()].sort();
  yield { path: urls.search(), key: [sizes, capabilities], twin: false, make: () => searchPage(context) };
  yield { path: urls.notFound(), key: '', twin: false, make: () => notFoundPage() };
}

function sorted<Key extends string | number>(map: ReadonlyMap<Key, number>): readonly (readonly [Key, number])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

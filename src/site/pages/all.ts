import { changesPage } from './changes.ts';
import type { Page } from './context.ts';
import { accuracyPage, coveragePage, statePage, tokensPage } from './figures.ts';
import { attackPages, capabilityPages, categoryPages, severityPages } from './groups.ts';
import { homePage } from './home.ts';
import { rulePages } from './rules.ts';
import { searchPage } from './search.ts';
import { serverListPages } from './servers.ts';
import type { SiteContext } from './site-context.ts';
import { glossaryPage, methodologyPage, notFoundPage } from './texts.ts';

/** Every page that is not of one server or one tool. */
export function* sitePages(context: SiteContext): Generator<Page> {
  yield homePage(context);
  yield* serverListPages(context);
  yield* categoryPages(context);
  yield* severityPages(context);
  yield* capabilityPages(context);
  yield* attackPages(context);
  yield* rulePages(context);
  yield changesPage(context);
  yield coveragePage(context);
  yield accuracyPage(context);
  yield statePage(context);
  yield tokensPage(context);
  yield methodologyPage(context);
  yield glossaryPage(context);
  yield searchPage(context);
  yield notFoundPage();
}

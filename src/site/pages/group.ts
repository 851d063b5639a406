import { type Html, html } from '../html.ts';
import { countBars } from '../parts/bars.ts';
import { tallyApi, tallyList } from '../parts/listed.ts';
import type { Tally } from '../tally.ts';
import { rootOf, urls } from '../urls.ts';
import { count, SEVERITY_WORDS, WORST_FIRST } from '../words.ts';
import type { Page } from './context.ts';
import { crumbsTo } from './site-context.ts';

/** A group of tools with a page; the page and its twin have the same parts. */
export interface Group {
  readonly path: string;
  readonly index: readonly [label: string, path: string];
  readonly title: string;
  readonly heading: Html;
  readonly lead: string;
  readonly section?: 'categories' | 'severities' | 'attacks';
  readonly tally: Tally | undefined;
  readonly none: string;
  readonly before?: Html;
  readonly api: Readonly<Record<string, unknown>>;
  readonly card?: string;
}

/** The page of a group of tools: what it is, how bad its tools are, and the worst of them. */
export function groupPage(group: Group, baseUrl: string | undefined): Page {
  const { path, index, title, tally } = group;
  const root = rootOf(path);
  const total = tally?.total ?? 0;
  const bars = WORST_FIRST.map((severity) => ({
    label: SEVERITY_WORDS[severity].title,
    href: root + urls.severity(severity),
    n: tally?.bySeverity.get(severity) ?? 0,
    tone: severity,
  }));
  return {
    parts: {
      path,
      title: `${title}: ${count(total, 'tool')}`,
      description: `${group.lead} ${count(total, 'MCP tool')}.`,
      body: html`<h1>${group.heading}</h1>
<p class="lead">${group.lead}</p>
${group.before}<h2>${count(total, 'tool')}</h2>
${
  total > 0 &&
  group.section !== 'severities' &&
  countBars(
    bars.filter(({ n }) => n > 0),
    total,
  )
}${tallyList(tally, root, group.none)}`,
      crumbs: crumbsTo(index, [title, path]),
      ...(group.section === undefined ? {} : { section: group.section }),
      card: group.card ?? urls.siteCard(),
    },
    api: { v: 1, ...group.api, ...(baseUrl === undefined ? {} : { page: baseUrl + path }), tools: tallyApi(tally) },
  };
}

import { CATEGORIES, type Category, type Severity } from '../../model/verdict.ts';
import { html } from '../html.ts';
import { categoryLink, severityBadge } from '../parts/badges.ts';
import { countBars } from '../parts/bars.ts';
import { table } from '../parts/table.ts';
import type { Lookup } from '../tables.ts';
import type { Tally } from '../tally.ts';
import { rootOf, urls } from '../urls.ts';
import { CATEGORY_WORDS, capital, count, number, SEVERITY_WORDS, share, WORST_FIRST } from '../words.ts';
import type { LazyPage, Page } from './context.ts';
import { groupPage } from './group.ts';
import { crumbsTo, type SiteContext } from './site-context.ts';

export function* categoryPages({ totals, baseUrl }: SiteContext): Generator<LazyPage> {
  yield {
    path: urls.categories(),
    key: CATEGORIES.map((category) => totals.byCategory.get(category)?.total),
    make: () => categoriesPage(totals),
  };
  for (const category of CATEGORIES) {
    const tally = totals.byCategory.get(category);
    const key = [tally?.print(), totals.tools];
    yield { path: urls.category(category), key, make: () => categoryPage(category, tally, totals.tools, baseUrl) };
  }
}

function categoriesPage(totals: SiteContext['totals']): Page {
  const index = urls.categories();
  const root = rootOf(index);
  const cards = CATEGORIES.map((category) => {
    const n = totals.byCategory.get(category)?.total ?? 0;
    return html`<li><h2><a href="${root}${urls.category(category)}">${category}</a></h2><p class="big">${number(n)}</p><p>${CATEGORY_WORDS[category].meaning}</p></li>\n`;
  });
  return {
    parts: {
      path: index,
      title: 'Categories: what a call does to the world',
      description: 'The seven categories of MCP tools, from Financial to Read and Unknown.',
      body: html`<h1>Categories</h1>
<p class="lead">What does a call do to the world? Where a tool does several things, the first of this list counts.</p>
<ul class="cards">\n${cards}</ul>`,
      crumbs: crumbsTo(['Categories', index]),
      section: 'categories',
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'categories',
      categories: CATEGORIES.map((category) => ({
        category,
        meaning: CATEGORY_WORDS[category].meaning,
        tools: totals.byCategory.get(category)?.total ?? 0,
      })),
    },
  };
}

function categoryPage(category: Category, tally: Tally | undefined, all: number, baseUrl: string | undefined): Page {
  return groupPage(
    {
      path: urls.category(category),
      index: ['Categories', urls.categories()],
      title: category,
      heading: html`${category}`,
      lead: `${CATEGORY_WORDS[category].meaning} ${share(tally?.total ?? 0, all)} of all tools.`,
      section: 'categories',
      tally,
      none: `No tool of the catalogue is ${CATEGORY_WORDS[category].withArticle}.`,
      api: { kind: 'category', category, meaning: CATEGORY_WORDS[category].meaning },
    },
    baseUrl,
  );
}

export function* severityPages({ totals, baseUrl, lookup }: SiteContext): Generator<LazyPage> {
  yield {
    path: urls.severities(),
    key: [...totals.matrix.values()].map((line) => [...line.values()]),
    make: () => severitiesPage(totals, lookup),
  };
  for (const severity of WORST_FIRST) {
    const tally = totals.bySeverity.get(severity);
    const key = [tally?.print(), totals.tools];
    yield { path: urls.severity(severity), key, make: () => severityPage(severity, tally, totals.tools, baseUrl) };
  }
}

function severitiesPage(totals: SiteContext['totals'], lookup: Lookup): Page {
  const index = urls.severities();
  const root = rootOf(index);
  const cards = WORST_FIRST.map((severity) => {
    const n = totals.bySeverity.get(severity)?.total ?? 0;
    return html`<li><h2><a href="${root}${urls.severity(severity)}">${severityBadge(severity)}</a></h2><p class="big">${number(n)}</p><p>${SEVERITY_WORDS[severity].meaning}</p></li>\n`;
  });
  const rows = CATEGORIES.map(
    (category) =>
      html`<tr><th scope="row">${categoryLink(category, root)}</th><td>${severityBadge(lookup.tables.baseSeverity[category])}</td>${WORST_FIRST.map((severity) => html`<td class="num">${number(totals.matrix.get(category)?.get(severity) ?? 0)}</td>`)}</tr>\n`,
  );
  return {
    parts: {
      path: index,
      title: 'Severities: how bad one wrong call can get',
      description: 'The four severities of MCP tools, and how they follow from category and findings.',
      body: html`<h1>Severities</h1>
<p class="lead">How bad can one wrong call get? Each category starts somewhere, and findings move it up or down.</p>
<ul class="cards">\n${cards}</ul>
<h2>Category and severity</h2>
${table(
  'Category and severity',
  ['Category', 'Starts at'],
  WORST_FIRST.map((severity) => SEVERITY_WORDS[severity].title),
  rows,
)}`,
      crumbs: crumbsTo(['Severities', index]),
      section: 'severities',
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'severities',
      severities: WORST_FIRST.map((severity) => ({
        severity,
        meaning: SEVERITY_WORDS[severity].meaning,
        tools: totals.bySeverity.get(severity)?.total ?? 0,
      })),
    },
  };
}

function severityPage(severity: Severity, tally: Tally | undefined, all: number, baseUrl: string | undefined): Page {
  return groupPage(
    {
      path: urls.severity(severity),
      index: ['Severities', urls.severities()],
      title: SEVERITY_WORDS[severity].title,
      heading: severityBadge(severity),
      lead: `${SEVERITY_WORDS[severity].meaning} ${share(tally?.total ?? 0, all)} of all tools.`,
      section: 'severities',
      tally,
      none: `No tool of the catalogue is of ${severity} severity.`,
      api: { kind: 'severity', severity, meaning: SEVERITY_WORDS[severity].meaning },
    },
    baseUrl,
  );
}

export function* capabilityPages({ totals, lookup, baseUrl }: SiteContext): Generator<LazyPage> {
  const ids = [...new Set([...lookup.tables.capabilities.map(({ id }) => id), ...totals.byCapability.keys()])].sort();
  yield {
    path: urls.capabilities(),
    key: [totals.tools, ids.map((id) => [id, totals.byCapability.get(id)?.total])],
    make: () => capabilitiesPage(ids, totals, lookup),
  };
  for (const id of ids) {
    const tally = totals.byCapability.get(id);
    yield { path: urls.capability(id), key: tally?.print(), make: () => capabilityPage(id, lookup, tally, baseUrl) };
  }
}

function capabilitiesPage(ids: readonly string[], totals: SiteContext['totals'], lookup: Lookup): Page {
  const index = urls.capabilities();
  const root = rootOf(index);
  const bars = ids.map((id) => ({
    label: lookup.capability(id).title,
    href: root + urls.capability(id),
    n: totals.byCapability.get(id)?.total ?? 0,
  }));
  return {
    parts: {
      path: index,
      title: 'Capabilities: what rules find in a definition',
      description: `${count(ids.length, 'capability', 'capabilities')} that rules find in the definitions of MCP tools.`,
      body: html`<h1>Capabilities</h1>
<p class="lead">Facts about what a tool can do, each found by a rule in the words of its definition.</p>
${countBars(
  bars.sort((a, b) => b.n - a.n || (a.label < b.label ? -1 : 1)),
  totals.tools,
)}`,
      crumbs: crumbsTo(['Capabilities', index]),
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'capabilities',
      capabilities: ids.map((id) => ({
        id,
        tools: totals.byCapability.get(id)?.total ?? 0,
        api: urls.api(urls.capability(id)),
      })),
    },
  };
}

function capabilityPage(id: string, lookup: Lookup, tally: Tally | undefined, baseUrl: string | undefined): Page {
  const path = urls.capability(id);
  const root = rootOf(path);
  const { title, text } = lookup.capability(id);
  const rules = lookup.tables.rules.filter((rule) => rule.capability === id);
  return groupPage(
    {
      path,
      index: ['Capabilities', urls.capabilities()],
      title: capital(title),
      heading: html`${capital(title)}`,
      lead: `Tools whose definition shows that they ${plural(text)}.`,
      tally,
      none: 'No tool of the catalogue shows it.',
      before: html`${rules.length > 0 && html`<h2>Found by</h2>\n<ul>${rules.map((rule) => html`<li><a href="${root}${urls.rule(rule.id)}">${rule.title}</a></li>`)}</ul>\n`}`,
      api: { kind: 'capability', id, title },
    },
    baseUrl,
  );
}

/** `deletes data` → `delete data`: the verb is the first word. */
function plural(text: string): string {
  const [verb = '', ...rest] = text.split(' ');
  const base = /(?:ch|sh|ss|x|o)es$/.test(verb) ? verb.slice(0, -2) : verb.replace(/s$/, '');
  return [base, ...rest].join(' ');
}

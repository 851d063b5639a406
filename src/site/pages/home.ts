import { CATEGORIES, SEVERITIES } from '../../model/verdict.ts';
import { html } from '../html.ts';
import { severityBadge } from '../parts/badges.ts';
import { countBars } from '../parts/bars.ts';
import { listedTool } from '../parts/listed.ts';
import type { ListedTool } from '../tally.ts';
import { serversWithTools, type Totals } from '../totals.ts';
import { urls } from '../urls.ts';
import { CATEGORY_WORDS, count, number, SEVERITY_WORDS, WORST_FIRST } from '../words.ts';
import type { Page } from './context.ts';
import type { SiteContext } from './site-context.ts';

/** Worst tools on the home page. */
const WORST = 10;

/** The worst tools in the order of the crawler's report: by severity, category, server and name. */
function mostSevere({ byCategory }: Totals): readonly ListedTool[] {
  const lists = CATEGORIES.map((category) => byCategory.get(category)?.worst() ?? []);
  return WORST_FIRST.flatMap((severity) => lists.flat().filter(({ row }) => row.severity === severity)).slice(0, WORST);
}

/** The home page: what this is, the search, the catalogue at a glance. */
export function homePage({ totals, baseUrl }: SiteContext): Page {
  const path = urls.home();
  const bySeverity = WORST_FIRST.map((severity) => ({ severity, n: totals.bySeverity.get(severity)?.total ?? 0 }));
  const worst = mostSevere(totals);
  const body = html`<h1>What can this tool do, how bad can it get,<br>and what policy belongs on it?</h1>
<p class="lead">Verdicts on the tools that an AI agent can call through MCP: ${count(totals.tools, 'tool')} of ${count(serversWithTools(totals), 'server')}. Each verdict shows its evidence, and comes with a policy to paste into your client or gateway.</p>
<form class="find" role="search" action="${urls.search()}"><input type="search" name="q" aria-label="Search tools and servers" placeholder="delete file, send_email, stripe …" autocomplete="off"><button type="submit">Search</button></form>
<h2>By severity</h2>
<ul class="cards">
${bySeverity.map(({ severity, n }) => html`<li><h3><a href="${urls.severity(severity)}">${severityBadge(severity)}</a></h3><p class="big">${number(n)}</p><p>${SEVERITY_WORDS[severity].meaning}</p></li>\n`)}</ul>
<h2>By what a call does</h2>
${countBars(
  CATEGORIES.map((category) => ({
    label: category,
    href: urls.category(category),
    n: totals.byCategory.get(category)?.total ?? 0,
  })),
  totals.tools,
)}<h2>The most severe tools</h2>
${worst.length === 0 ? html`<p>The catalogue is empty: run <code>toolrisk crawl</code> first.</p>\n` : html`<p class="text">By severity, then by category, the most dangerous first.</p>\n<ul class="rows">\n${worst.map((tool) => listedTool(tool, ''))}</ul>\n<p><a href="${urls.severity('critical')}">All critical tools</a></p>\n`}<h2>How to read a verdict</h2>
<div class="text">
<p><strong>Category</strong> says what a call does to the world; where a tool does several things, the most dangerous one counts: ${CATEGORIES.map((category, i) => html`${i > 0 && ', '}<a href="${urls.category(category)}">${category}</a>`)}. For example, ${CATEGORY_WORDS.Destructive.withArticle} ${CATEGORY_WORDS.Destructive.act}.</p>
<p><strong>Severity</strong> is the impact of one wrong call, apart from the category: ${SEVERITIES.map((severity, i) => html`${i > 0 && ', '}${severity}`)}. It starts where the category starts and moves with what is found; each move is printed with its reason.</p>
<p><strong>Findings</strong> point at the very words in a definition that a rule fired on. <a href="${urls.methodology()}">How we judge</a>, <a href="${urls.rules()}">the rules</a>, and <a href="${urls.accuracy()}">how often we are right</a>.</p>
</div>`;
  return {
    parts: {
      path,
      title: 'toolrisk: what every MCP tool can do, and the policy to put on it',
      description: `Verdicts with evidence on ${count(totals.tools, 'tool')} of ${count(serversWithTools(totals), 'MCP server')}, and policies for the most used clients and gateways.`,
      body,
      crumbs: [{ label: 'Home', path }],
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'home',
      ...(baseUrl === undefined ? {} : { page: baseUrl }),
      servers: totals.servers.length,
      serversWithTools: serversWithTools(totals),
      tools: totals.tools,
      bySeverity: Object.fromEntries(bySeverity.map(({ severity, n }) => [severity, n])),
      byCategory: Object.fromEntries(
        CATEGORIES.map((category) => [category, totals.byCategory.get(category)?.total ?? 0]),
      ),
    },
  };
}

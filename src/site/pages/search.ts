import { CATEGORIES } from '../../model/verdict.ts';
import { type Html, html } from '../html.ts';
import { serversWithTools } from '../totals.ts';
import { rootOf, urls } from '../urls.ts';
import { capital, count, WORST_FIRST } from '../words.ts';
import type { Page } from './context.ts';
import { crumbsTo, type SiteContext } from './site-context.ts';

/** The search page. Where its script does not run, without JavaScript or from a file, it shows other ways to the same pages. */
export function searchPage({ totals, lookup }: SiteContext): Page {
  const path = urls.search();
  const root = rootOf(path);
  const capabilities = [...totals.byCapability.keys()].sort();
  return {
    parts: {
      path,
      title: 'Search tools and servers',
      description: `Search ${count(totals.tools, 'tool')} of ${count(serversWithTools(totals), 'MCP server')} by name, by words, by category and severity.`,
      body: html`<h1>Search</h1>
<div class="starting" id="starting">
<div class="idle"><p class="note">The search has not started. It runs in your browser and needs JavaScript, and a web server such as <code>toolrisk serve</code>: browsers do not let it run from a file. Everything is also listed by <a href="${root}${urls.servers()}">server</a>, <a href="${root}${urls.categories()}">category</a>, <a href="${root}${urls.severities()}">severity</a> and <a href="${root}${urls.capabilities()}">capability</a>.</p></div>
<div class="ready"><form class="find" role="search" id="search" action="${root}${path}"><input type="search" name="q" id="q" aria-label="Search tools and servers" placeholder="delete file, send_email, stripe …" autocomplete="off"><button type="submit">Search</button></form>
<div class="facets" id="facets">
${select('kind', 'Show', [
  ['tool', 'Tools'],
  ['server', 'Servers'],
])}${select(
  'category',
  'Category',
  CATEGORIES.map((category) => [category, category]),
)}${select(
  'severity',
  'Severity',
  WORST_FIRST.map((severity) => [severity, capital(severity)]),
)}${select(
  'capability',
  'Capability',
  capabilities.map((id) => [id, capital(lookup.capability(id).title)]),
)}</div></div>
</div>
<p id="status" role="status" class="soft"></p>
<ul class="rows" id="results"></ul>
<p><button type="button" id="more" hidden>Show more</button></p>`,
      crumbs: crumbsTo(['Search', path]),
      section: 'search',
      card: urls.siteCard(),
      script: 'search',
      noApi: true,
    },
    api: undefined,
  };
}

function select(name: string, label: string, options: readonly (readonly [string, string])[]): Html {
  return html`<label>${label} <select name="${name}" id="facet-${name}"><option value="">any</option>${options.map(([value, text]) => html`<option value="${value}">${text}</option>`)}</select></label>\n`;
}

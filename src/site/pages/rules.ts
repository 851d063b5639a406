import { externalLink, type Html, html } from '../html.ts';
import type { RuleInfo } from '../input.ts';
import { capabilityTag } from '../parts/badges.ts';
import { tallyApi, tallyList } from '../parts/listed.ts';
import { table } from '../parts/table.ts';
import type { Lookup } from '../tables.ts';
import type { Tally } from '../tally.ts';
import { rootOf, urls } from '../urls.ts';
import { count, number } from '../words.ts';
import type { LazyPage, Page } from './context.ts';
import { crumbsTo, type SiteContext } from './site-context.ts';

/** Every rule with its examples and the tools that it fired on. */
export function* rulePages({ totals, lookup, baseUrl }: SiteContext): Generator<LazyPage> {
  const { rules } = lookup.tables;
  yield {
    path: urls.rules(),
    key: rules.map(({ id }) => totals.byRule.get(id)?.total),
    make: () => rulesPage(totals, lookup),
  };
  for (const rule of rules) {
    const tally = totals.byRule.get(rule.id);
    yield { path: urls.rule(rule.id), key: tally?.print(), make: () => rulePage(rule, lookup, tally, baseUrl) };
  }
}

function rulesPage(totals: SiteContext['totals'], lookup: Lookup): Page {
  const { rules } = lookup.tables;
  const index = urls.rules();
  const root = rootOf(index);
  const rulesOf = (kind: RuleInfo['kind'], title: string, id: string) => {
    const rows = rules
      .filter((rule) => rule.kind === kind)
      .map((rule) => ruleRow(rule, totals.byRule.get(rule.id)?.total ?? 0, root));
    return html`<h2 id="${id}">${title}</h2>
${table(title, ['Rule', 'What it finds'], ['Tools'], rows)}`;
  };
  return {
    parts: {
      path: index,
      title: `Rules: ${count(rules.length, 'rule')} with their examples`,
      description: `The ${count(rules.length, 'rule')} that judge MCP tools, each with examples that it must find and examples that it must leave alone.`,
      body: html`<h1>Rules</h1>
<p class="lead">Rules are data. Each looks for whole words in a certain place, and cannot exist without examples that it must find and examples that it must leave alone.</p>
${rulesOf('capability', 'Rules about what a tool can do', 'capability-rules')}${rulesOf('threat', 'Rules about attacks in a definition’s own text', 'threat-rules')}`,
      crumbs: crumbsTo(['Rules', index]),
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'rules',
      ruleset: lookup.tables.ruleset,
      rules: rules.map(({ id, title, kind, capability }) => ({
        id,
        title,
        kind,
        capability,
        tools: totals.byRule.get(id)?.total ?? 0,
        api: urls.api(urls.rule(id)),
      })),
    },
  };
}

function ruleRow(rule: RuleInfo, tools: number, root: string): Html {
  return html`<tr><th scope="row"><a href="${root}${urls.rule(rule.id)}"><code>${rule.id}</code></a></th><td>${rule.title}</td><td class="num">${number(tools)}</td></tr>\n`;
}

function rulePage(rule: RuleInfo, lookup: Lookup, tally: Tally | undefined, baseUrl: string | undefined): Page {
  const path = urls.rule(rule.id);
  const root = rootOf(path);
  const references = rule.references.flatMap((id) => lookup.references.get(id) ?? []);
  const examples = (title: string, all: readonly string[]) =>
    html`<h3>${title}</h3>\n<ul class="text">${all.map((example) => html`<li><q><bdi>${example}</bdi></q></li>\n`)}</ul>\n`;
  return {
    parts: {
      path,
      title: `Rule ${rule.id}: ${rule.title}`,
      description: `${rule.title}. ${rule.why}`,
      body: html`<h1>${rule.title}</h1>
<p class="soft">Rule <code>${rule.id}</code>${rule.capability !== undefined && html` finds ${capabilityTag(rule.capability, lookup.capability(rule.capability).title, root)}`}</p>
<p class="lead">${rule.why}</p>
<h2>What it looks for</h2>
<ul class="text">${rule.looksFor.map((look) => html`<li>${look}</li>\n`)}</ul>
<h2>What to do</h2>
<p class="text">${rule.remediation}</p>
<h2>Its proof</h2>
<p class="text">Tests hold the rule to these examples. A false alarm that somebody reports joins the second list.</p>
${examples('It must find', rule.matches)}${examples('It must leave alone', rule.nonMatches)}${
  references.length > 0 &&
  html`<h2>References</h2>\n<ul>${references.map((one) => html`<li>${externalLink(one.url, `${one.id} ${one.title}`)} <span class="soft">${one.taxonomy}</span></li>\n`)}</ul>\n`
}<h2>Fired on ${count(tally?.total ?? 0, 'tool')}</h2>
${tallyList(tally, root, 'On no tool of the catalogue.')}`,
      crumbs: crumbsTo(['Rules', urls.rules()], [rule.id, path]),
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'rule',
      ...(baseUrl === undefined ? {} : { page: baseUrl + path }),
      id: rule.id,
      title: rule.title,
      capability: rule.capability,
      why: rule.why,
      remediation: rule.remediation,
      references: rule.references,
      tools: tallyApi(tally),
    },
  };
}

import { capabilitiesOf } from '../../model/attack-pattern.ts';
import type { Constraint, Decision } from '../../model/policy.ts';
import { externalLink, html } from '../html.ts';
import type { AttackInfo } from '../input.ts';
import type { Lookup } from '../tables.ts';
import { Tally } from '../tally.ts';
import { LISTED } from '../totals.ts';
import { rootOf, urls } from '../urls.ts';
import { capital, count, list } from '../words.ts';
import type { LazyPage, Page } from './context.ts';
import { groupPage } from './group.ts';
import { crumbsTo, type SiteContext } from './site-context.ts';

export function* attackPages({ totals, lookup, baseUrl }: SiteContext): Generator<LazyPage> {
  const { attacks } = lookup.tables;
  yield { path: urls.attacks(), key: '', make: () => attacksPage(attacks) };
  for (const attack of attacks) {
    const ways = waysOf(attack, totals);
    const key = ways.map((way) => way?.print());
    yield { path: urls.attack(attack.id), key, make: () => attackPage(attack, lookup, exposed(ways), baseUrl) };
  }
}

function attacksPage(attacks: readonly AttackInfo[]): Page {
  const index = urls.attacks();
  const root = rootOf(index);
  return {
    parts: {
      path: index,
      title: 'Attack patterns: how tools are abused',
      description: `${count(attacks.length, 'attack pattern')} on agents and their tools, each with the policy that stops it.`,
      body: html`<h1>Attack patterns</h1>
<p class="lead">How tools are abused, which access each pattern needs, and the policy that stops it.</p>
${attacks.length === 0 ? html`<p>None are described yet.</p>` : html`<ul class="cards">\n${attacks.map((attack) => html`<li><h2><a href="${root}${urls.attack(attack.id)}">${attack.title}</a></h2><p>${attack.summary}</p></li>\n`)}</ul>`}`,
      crumbs: crumbsTo(['Attack patterns', index]),
      section: 'attacks',
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'attacks',
      attacks: attacks.map(({ id, title, summary }) => ({ id, title, summary, api: urls.api(urls.attack(id)) })),
    },
  };
}

/** The ways in that an attack needs, with the tools that have them. */
function waysOf(attack: AttackInfo, totals: SiteContext['totals']): readonly (Tally | undefined)[] {
  return [
    ...attack.signs.map((id) => totals.byRule.get(id)),
    ...capabilitiesOf(attack).map((id) => totals.byCapability.get(id)),
  ];
}

/** The worst tools of each way in. */
function exposed(ways: readonly (Tally | undefined)[]): Tally {
  const tally = new Tally(LISTED);
  const seen = new Set<string>();
  for (const way of ways) {
    for (const tool of way?.worst() ?? []) {
      const key = `${tool.server}/${tool.row.slug}`;
      if (seen.has(key)) continue;
      seen.add(key);
      tally.add(tool);
    }
  }
  return tally;
}

const DECISION_WORDS: Readonly<Record<Decision, string>> = {
  allow: 'allow',
  ask: 'ask a person before each call',
  deny: 'deny every call',
};

const CONSTRAINT_WORDS: Readonly<Record<Constraint['kind'], string>> = {
  prefix: 'paths below listed folders only',
  host: 'listed sites only',
  'one-of': 'listed values only',
  maximum: 'amounts up to a maximum only',
  equals: 'one fixed value only',
};

function attackPage(attack: AttackInfo, lookup: Lookup, tally: Tally, baseUrl: string | undefined): Page {
  const path = urls.attack(attack.id);
  const root = rootOf(path);
  const references = [...attack.references, ...attack.evidence].flatMap((id) => lookup.references.get(id) ?? []);
  const { stops } = attack;
  const signs = attack.signs.flatMap((id) => lookup.rules.get(id) ?? []);
  const before = html`<h2>How it goes</h2>
<ol class="text">${attack.steps.map((step) => html`<li>${step}</li>`)}</ol>
<h2>The policy that stops it</h2>
<p class="text">${stops.text}</p>
<dl class="facts">
<dt>Decision</dt><dd>${DECISION_WORDS[stops.decision]}${stops.hide && ', and hide the tool from the agent'}</dd>
${stops.limits.length > 0 && html`<dt>Limit</dt><dd>${list(stops.limits.map(({ max, window, per }) => `${count(max, 'call')} per ${window} and ${per}`))}</dd>\n`}${
  stops.constraints.length > 0 &&
  html`<dt>Arguments</dt><dd>${capital(list(stops.constraints.map((kind) => CONSTRAINT_WORDS[kind])))}</dd>\n`
}</dl>
<h2>What it needs</h2>
${
  attack.needs.length === 0
    ? html`<p class="text">No capability at all: the text of a definition is enough.</p>\n`
    : html`<p class="text">${attack.needs.length === 1 ? 'One of these:' : 'One of each line, on any server that the same agent uses:'}</p>
${attack.needs.map((group) => html`<ul class="tags">${group.map((id) => html`<li><a class="tag" href="${root}${urls.capability(id)}">${lookup.capability(id).title}</a></li>`)}</ul>\n`)}`
}${signs.length > 0 && html`<h2>Signs of it</h2>\n<ul>${signs.map((rule) => html`<li><a href="${root}${urls.rule(rule.id)}">${rule.title}</a></li>\n`)}</ul>\n`}${
  references.length > 0 &&
  html`<h2>References</h2>\n<ul>${references.map((one) => html`<li>${externalLink(one.url, `${one.id} ${one.title}`)} <span class="soft">${one.taxonomy}</span></li>\n`)}</ul>\n`
}`;
  return groupPage(
    {
      path,
      index: ['Attack patterns', urls.attacks()],
      title: attack.title,
      heading: html`${attack.title}`,
      lead: attack.summary,
      section: 'attacks',
      tally,
      none: 'No tool of the catalogue has this kind of access.',
      before,
      api: {
        kind: 'attack',
        id: attack.id,
        title: attack.title,
        summary: attack.summary,
        stops: attack.stops,
        needs: attack.needs,
        signs: attack.signs,
        references: attack.references,
      },
    },
    baseUrl,
  );
}

import { CATEGORIES, SEVERITIES } from '../../model/verdict.ts';
import { OUTCOME_INFO, OUTCOMES } from '../../model/visit.ts';
import { html } from '../html.ts';
import { categoryLink, severityBadge } from '../parts/badges.ts';
import { rootOf, urls } from '../urls.ts';
import { CATEGORY_WORDS, SEVERITY_WORDS, WORST_FIRST } from '../words.ts';
import type { Page } from './context.ts';
import { crumbsTo, type SiteContext } from './site-context.ts';
import { METHOD_WORDS } from './tool-origin.ts';

/** How a verdict comes about, from the same tables that make it. */
export function methodologyPage({ lookup }: SiteContext): Page {
  const path = urls.methodology();
  const root = rootOf(path);
  const { baseSeverity, severityMoves } = lookup.tables;
  return {
    parts: {
      path,
      title: 'Methodology: how a verdict comes about',
      description:
        'How toolrisk reads definitions of MCP tools, finds capabilities, and decides on category and severity.',
      body: html`<h1>Methodology</h1>
<p class="lead">A verdict is made by published rules from one definition: the same definition always gives the same verdict, and every part of it can be checked.</p>
<div class="text">
<h2 id="reading">What is read</h2>
<p>Servers are listed by registries, catalogues and package indexes. Packages are parsed, and nothing in them is run; a server that its publisher runs is asked for its tools over the network. A package is run only where whoever makes the catalogue asks for that with <code>toolrisk crawl --execute</code>, and then in a sandbox. The page of each tool says how its definition was read. Where several ways show the same tool, the strongest one counts and the others stay visible:</p>
<ol>${Object.values(METHOD_WORDS).map((words) => html`<li>${words}</li>`)}</ol>
<p>What could not be read is unknown. Unknown is never shown as none, and never counted as safe. See <a href="${root}${urls.coverage()}">coverage</a>.</p>
<h2 id="findings">Findings</h2>
<p>Rules look for whole words in a certain place: values of a parameter that selects an operation, the verb in the name, the main verb of the first sentence, strong phrases anywhere, names of parameters. Each finding points at the words that it fired on. A mention is no capability: negations, other tools, examples and conditions are recognised, and shown as mentions that do not count.</p>
<p>A definition is untrusted text. It cannot talk its way to a better verdict: annotations and reassurances may tighten a verdict and never loosen it. See <a href="${root}${urls.rules()}">the rules</a>.</p>
<h2 id="category">Category</h2>
<p>What does a call do to the world? The first of this list for which there is enough evidence counts.</p>
</div>
<ul class="cards">${CATEGORIES.map((category) => html`<li><h3>${categoryLink(category, root)}</h3><p>${CATEGORY_WORDS[category].meaning} Starts at ${baseSeverity[category]}.</p></li>\n`)}</ul>
<div class="text">
<h2 id="severity">Severity</h2>
<p>Severity is impact, not another word for category. It starts where the category starts and moves by findings:</p>
<ul>${severityMoves.map(({ text }) => html`<li>${text}</li>\n`)}</ul>
<dl>${WORST_FIRST.map((severity) => html`<dt>${severityBadge(severity)}</dt><dd>${SEVERITY_WORDS[severity].meaning}</dd>\n`)}</dl>
<h2 id="confidence">Confidence</h2>
<p>How sure a verdict is depends on how much speaks for it, from how many places, and how much against it. A tool with nothing but a noun for a name is Unknown. See <a href="${root}${urls.accuracy()}">accuracy</a> for how often verdicts are right.</p>
<h2 id="policies">Policies</h2>
<p>Every policy denies what it does not list. The rule for a tool follows from category, severity, confidence and threats by one table, and the sentence beside it is made from the finished policy. What a format cannot say is tightened, never dropped, and noted under the file.</p>
<h2 id="dispute">Disputes</h2>
<p>Report the address of the page with what the tool really does. A false alarm becomes an example that the rule must leave alone, in the same change that corrects it. Where that takes time, a person's correction stands in its place, with its reason and the day on which it expires, and is shown as such.</p>
<h2 id="limits">Limits</h2>
<p>A verdict judges what a definition says. It cannot see what a server does beyond that, what it answers, or what its package does when it is installed. Token counts, categories and severities are estimates made by rules, and not legal or security advice.</p>
</div>`,
      crumbs: crumbsTo(['Methodology', path]),
      card: urls.siteCard(),
    },
    api: { v: 1, kind: 'methodology', ruleset: lookup.tables.ruleset, baseSeverity, severityMoves },
  };
}

const TERMS: readonly (readonly [term: string, text: string])[] = [
  ['MCP', 'The Model Context Protocol: how a client of a language model lists and calls the tools of a server.'],
  [
    'Server',
    'One MCP server, known by a stable id without version, such as npm:NAME. Ids are joined as one server only where one of them declares the other.',
  ],
  [
    'Tool definition',
    'Name, title, description, schemas and annotations of a tool, with where they were read. Untrusted text.',
  ],
  [
    'Definition hash',
    'SHA-256 of the canonical form of a definition. It changes with every change of what a model is told.',
  ],
  ['Capability', 'A fact about what a tool can do, found by a rule: deletes data, runs code, reads secrets.'],
  ['Finding', 'One rule that fired, with the field and the characters that it points at.'],
  [
    'Mention that does not count',
    'Words that a rule knows and that are no evidence where they stand: a negation, another tool, an example.',
  ],
  ['Verdict', 'Category, severity, confidence and findings of one tool. One value, printed the same everywhere.'],
  ['Confidence', 'How much speaks for a verdict, from 0 to 100 %. It is not the probability that a call does harm.'],
  [
    'Threat',
    'A sign of an attack in the text of a definition itself: hidden characters, orders to the model, a secret address.',
  ],
  ['Policy', 'What an agent may do with the tools of a server: allow, ask a person, or deny, with limits.'],
  ['Strength', 'How careful a policy is: permissive, recommended or strict.'],
  [
    'Manifest',
    'One document that says something about a server: a package, an entry of a registry, an answer to tools/list.',
  ],
  ['Visit', 'One attempt to read one manifest, with its outcome.'],
  ['Tombstone', 'The page that stays where a tool used to be.'],
];

export function glossaryPage({ lookup: _ }: SiteContext): Page {
  const path = urls.glossary();
  const root = rootOf(path);
  return {
    parts: {
      path,
      title: 'Glossary',
      description:
        'The words of this site: verdict, finding, capability, category, severity, policy, and the outcomes of visits.',
      body: html`<h1>Glossary</h1>
<dl class="text">${TERMS.map(([term, text]) => html`<dt><strong>${term}</strong></dt><dd>${text}</dd>\n`)}</dl>
<h2>Categories</h2>
<dl class="text">${CATEGORIES.map((category) => html`<dt>${categoryLink(category, root)}</dt><dd>${CATEGORY_WORDS[category].meaning}</dd>\n`)}</dl>
<h2>Severities</h2>
<dl class="text">${WORST_FIRST.map((severity) => html`<dt>${severityBadge(severity)}</dt><dd>${SEVERITY_WORDS[severity].meaning}</dd>\n`)}</dl>
<h2>Outcomes of a visit</h2>
<dl class="text">${OUTCOMES.map((outcome) => html`<dt><strong>${outcome}</strong></dt><dd>${OUTCOME_INFO[outcome].text}</dd>\n`)}</dl>`,
      crumbs: crumbsTo(['Glossary', path]),
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'glossary',
      terms: Object.fromEntries(TERMS),
      categories: Object.fromEntries(CATEGORIES.map((category) => [category, CATEGORY_WORDS[category].meaning])),
      severities: Object.fromEntries(SEVERITIES.map((severity) => [severity, SEVERITY_WORDS[severity].meaning])),
      outcomes: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, OUTCOME_INFO[outcome].text])),
    },
  };
}

/** Shown for any address that is not there, so its links start at the root of the host. */
export function notFoundPage(): Page {
  const path = urls.notFound();
  return {
    parts: {
      path,
      title: 'Not found',
      description: 'There is no page at this address.',
      body: html`<h1>There is no page at this address</h1>
<p class="lead">Tools that are gone keep a page, so the address is probably misspelt. The links above and below lead on; the search finds tools by name.</p>`,
      crumbs: [{ label: 'Home', path: urls.home() }],
      card: urls.siteCard(),
      hidden: true,
      noApi: true,
    },
    api: undefined,
  };
}
